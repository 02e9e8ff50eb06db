package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.Request;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;

/// `onDisconnect` while the application works.
class Http1DisconnectTest {
    private final CountDownLatch done = new CountDownLatch(1);
    private final CompletableFuture<Boolean> gone = new CompletableFuture<>();
    private final CountDownLatch busy = new CountDownLatch(1);

    /// Registers, then works until `done`.
    private final Application watches = (request, respond) -> {
        if (request.rawPath().equals("/")) {
            request.onDisconnect(() -> gone.complete(true));
            busy.countDown();
            done.await();
        }
        return respond.with(HI);
    };

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void runsWhenTheClientCloses() throws InterruptedException {
        try (var talk = Conversation.with(watches)) {
            talk.client.send(GET);
            busy.await();
            talk.client.end();

            assertThat(gone.join()).isTrue();
            done.countDown();
            talk.awaitEnd();
            assertThat(talk.received()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hi");
        }
    }

    @Test
    void aClientThatClosesItsDirectionAndReadsOnGetsItsWholeAnswer() throws InterruptedException {
        var large = HI.withBody(Bytes.of(new byte[200_000]));
        Application streams = (request, respond) -> {
            request.onDisconnect(() -> gone.complete(true));
            gone.join();
            return respond.with(
                    request.rawPath().equals("/large")
                            ? large
                            : wai.Response.stream(wai.Status.OK, wai.Headers.EMPTY, out -> {
                                out.writeUtf8("first");
                                out.flush();
                                out.writeUtf8("last");
                            }));
        };

        for (var path : java.util.List.of("/large ", "/stream ")) {
            try (var talk = Conversation.with(streams)) {
                talk.client.send(GET.replace("/ ", path));
                talk.client.end();

                assertThat(talk.awaitEnd()).isEqualTo(wai.warp.memory.MemoryTransport.Ending.CLOSED);
                var answers = ReceivedAnswers.of(talk.client.received(), _ -> "GET", true);
                assertThat(answers.answers()).singleElement().satisfies(answer -> assertThat(answer.body())
                        .hasSize(path.equals("/large ") ? 200_000 : 9));
                assertThat(talk.failures()).isEmpty();
            }
        }
    }

    @Test
    void interruptingTheOwnThreadEndsItsWorkAndReachesNoLaterRequest() throws InterruptedException {
        var later = new CompletableFuture<Boolean>();
        Application works = (request, respond) -> {
            if (request.rawPath().equals("/next")) {
                later.complete(Thread.currentThread().isInterrupted());
                return respond.with(HI);
            }
            request.onDisconnect(Thread.currentThread()::interrupt);
            busy.countDown();
            done.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(works)) {
            talk.client.send(GET);
            busy.await();
            talk.client.send(GET.replace("/ ", "/next "));
            talk.client.end();
            talk.awaitEnd();

            assertThat(later.join()).isFalse();
            assertThat(talk.received()).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\nhi");
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::cause)
                    .isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void anActionThatIsLateDoesNotReachTheNextRequest() throws InterruptedException {
        var mayInterrupt = new CountDownLatch(1);
        var began = new CountDownLatch(1);
        var later = new CompletableFuture<Boolean>();
        Application works = (request, respond) -> {
            if (request.rawPath().equals("/next")) {
                later.complete(Thread.currentThread().isInterrupted());
                return respond.with(HI);
            }
            var me = Thread.currentThread();
            request.onDisconnect(() -> {
                began.countDown();
                await(mayInterrupt);
                me.interrupt();
            });
            began.await();
            return respond.with(HI.withBody(Bytes.utf8("first")));
        };

        try (var talk = Conversation.with(works)) {
            talk.client.send(GET + GET.replace("/ ", "/next "));
            talk.client.end();
            began.await();
            talk.client.awaitReceived("first");
            assertThat(later).isNotDone();
            mayInterrupt.countDown();
            talk.awaitEnd();

            assertThat(later.join()).isFalse();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void runsWhenTheClientResets() throws InterruptedException {
        try (var talk = Conversation.with(watches)) {
            talk.client.send(GET);
            busy.await();
            talk.client.reset();

            assertThat(gone.join()).isTrue();
            done.countDown();
            talk.awaitEnd();
        }
    }

    @Test
    void runsWhenTheClientClosesBehindAPipelinedRequestWhichIsAnsweredToo() throws InterruptedException {
        try (var talk = Conversation.with(watches)) {
            talk.client.send(GET);
            busy.await();
            talk.client.send(GET.replace("/ ", "/next "));
            talk.client.end();

            assertThat(gone.join()).isTrue();
            done.countDown();
            talk.awaitEnd();
            assertThat(talk.received()).isEqualTo(HI_BYTES + """
                    HTTP/1.1 200 OK\r
                    Content-Length: 2\r
                    Connection: close\r
                    \r
                    hi""");
        }
    }

    @Test
    void runsAtOnceWhenTheClientHasLeftAlready() throws InterruptedException {
        var again = new CompletableFuture<Boolean>();
        Application registersTwice = (request, respond) -> {
            request.onDisconnect(() -> gone.complete(true));
            gone.join();
            request.onDisconnect(() -> again.complete(true));
            again.join();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(registersTwice)) {
            talk.client.send(GET);
            talk.client.end();
            talk.awaitEnd();

            assertThat(again).isCompletedWithValue(true);
        }
    }

    @Test
    void doesNotRunWhileTheClientStaysAndItsNextRequestIsNotLost() throws InterruptedException {
        try (var talk = Conversation.with(watches)) {
            talk.client.send(GET);
            busy.await();
            talk.client.awaitReader();
            talk.client.send(GET.replace("/ ", "/next ").split(""));
            talk.client.awaitReader();
            done.countDown();
            talk.client.awaitReceived("hiHTTP");
            talk.client.awaitReader();

            assertThat(talk.received()).isEqualTo(HI_BYTES + HI_BYTES);
            assertThat(gone).isNotDone();
        }
    }

    @Test
    void moreThanABufferOfFurtherRequestsIsNotLost() throws InterruptedException {
        var many = GET.replace("/ ", "/next ").repeat(1000);

        try (var talk = Conversation.with(watches)) {
            talk.client.send(GET);
            busy.await();
            talk.client.send(many);
            done.countDown();
            talk.client.awaitReader();

            assertThat(talk.received()).isEqualTo(HI_BYTES.repeat(1001));
        }
    }

    @Test
    void theConnectionServesOnWhenTheExchangeEndsWhileSomebodyWatches() {
        Application watchesAndEnds = (request, respond) -> {
            request.onDisconnect(() -> gone.complete(true));
            return respond.with(
                    HI.withBody(Bytes.utf8("ends " + request.rawPath().substring(1))));
        };

        try (var talk = Conversation.with(watchesAndEnds)) {
            for (int i = 0; i < 20; i++) {
                talk.client.send(GET.replace("/ ", "/" + i + " "));
                talk.client.awaitReceived("ends " + i);
            }

            assertThat(gone).isNotDone();
        }
    }

    @Test
    void everyActionRunsOnce() throws InterruptedException {
        var runs = new Semaphore(0);
        Application registersMany = (request, respond) -> {
            for (int i = 0; i < 5; i++) {
                request.onDisconnect(runs::release);
            }
            runs.acquire(5);
            return respond.with(HI);
        };

        try (var talk = Conversation.with(registersMany)) {
            talk.client.send(GET);
            talk.client.end();
            talk.awaitEnd();

            assertThat(runs.availablePermits()).isZero();
        }
    }

    @Test
    void anActionThatThrowsIsReported() throws InterruptedException {
        var reported = new CountDownLatch(1);
        var hooks = Hooks.defaults().withOnFailure(_ -> reported.countDown());
        Application registers = (request, respond) -> {
            request.onDisconnect(() -> {
                throw new IllegalStateException("mine");
            });
            reported.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), registers)) {
            talk.client.send(GET);
            talk.client.end();
            talk.awaitEnd();

            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.APPLICATION);
                assertThat(failure.request()).map(Request::rawPath).contains("/");
            });
        }
    }

    // ------------------------------------------------------------------------------------------ with a body

    @Test
    void runsWhenTheClientLeavesInsideTheBody() {
        Application reads = (request, respond) -> {
            request.onDisconnect(() -> gone.complete(true));
            request.body().readAllBytes();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(reads)) {
            talk.exchange(post("/", "abc").replace("abc", "a"));
            talk.client.end();
            talk.awaitEnd();

            assertThat(gone.join()).isTrue();
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.REQUEST);
        }
    }

    @Test
    void runsWhenTheClientLeavesBehindABodyThatWasReadExactly() throws InterruptedException {
        Application readsExactly = (request, respond) -> {
            request.onDisconnect(() -> gone.complete(true));
            request.body().readNBytes(3);
            busy.countDown();
            done.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(readsExactly)) {
            talk.client.send(post("/", "abc"));
            busy.await();
            talk.client.awaitReader();
            talk.client.end();

            assertThat(gone.join()).isTrue();
            done.countDown();
        }
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // a chance for whoever would read what is not his
    void watchingDoesNotTouchTheBodyThatIsStillUnread() {
        Application readsHalf = (request, respond) -> {
            if (request.rawPath().equals("/next")) {
                return respond.with(HI);
            }
            var first = request.body().readNBytes(3);
            request.onDisconnect(() -> gone.complete(true));
            for (int i = 0; i < 100; i++) {
                Thread.yield();
            }
            var rest = request.body().readAllBytes();
            return respond.with(HI.withBody(Bytes.of(first).plus(Bytes.of(rest))));
        };
        var next = "GET /next HTTP/1.1\r\nHost: a\r\nCookie: " + "x".repeat(500) + "\r\n\r\n";

        try (var talk = Conversation.with(readsHalf)) {
            talk.client.send(post("/", "abcdef"), next);
            talk.client.awaitReceived("\r\n\r\nhi");

            assertThat(talk.received()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef" + HI_BYTES);
        }
    }
}
