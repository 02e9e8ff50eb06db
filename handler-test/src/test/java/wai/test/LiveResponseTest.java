package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.StreamingBody;

class LiveResponseTest extends BothPlacesTest {
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void showsWhatWasFlushedWhileTheApplicationRuns() {
        var client = streaming(out -> {
            out.writeUtf8("event: 1\n\n");
            out.flush();
            await(goOn);
            out.writeUtf8("event: 2\n\n");
        });

        try (var live = client.open("/events")) {
            assertThat(live.status()).isEqualTo(Status.OK);
            assertThat(live.awaitText("\n\n")).isEqualTo("event: 1\n\n");
            goOn.countDown();
            assertThat(live.nextChunk()).contains(Bytes.utf8("event: 2\n\n"));
            assertThat(live.nextChunk()).isEmpty();
        }
    }

    @Test
    void keepsWhatLiesBehindAnAwaitedText() {
        var client = streaming(out -> out.writeUtf8("one;two;three"));

        try (var live = client.open("/")) {
            assertThat(live.awaitText(";")).isEqualTo("one;");
            assertThat(live.awaitText(";")).isEqualTo("two;");
            assertThat(live.nextChunk().map(Bytes::utf8)).contains("three");
            assertThat(live.rest()).hasBody("one;two;three");
        }
    }

    @Test
    void failsWhenTheBodyEndsWithoutTheAwaitedText() {
        var client = streaming(out -> out.writeUtf8("one"));

        try (var live = client.open("/")) {
            assertThatThrownBy(() -> live.awaitText("two"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the body of GET / ended without \"two\": one");
        }
    }

    @Test
    void answersTheWholeResponseInTheEnd() {
        var client = streaming(out -> {
            out.writeUtf8("first ");
            out.flush();
            out.writeUtf8("second");
        });

        try (var live = client.open("/")) {
            live.awaitText("first");

            assertThat(live.rest()).hasStatus(200).hasBody("first second").isComplete();
        }
    }

    @Test
    void holdsTheApplicationBackWhileTheTestDoesNotRead() throws Exception {
        var written = new AtomicLong();
        var thread = new AtomicReference<Thread>();
        var client = streaming(out -> {
            thread.set(Thread.currentThread());
            var piece = new byte[16 * 1024];
            for (int i = 0; i < 4096; i++) {
                out.write(piece);
                out.flush();
                written.addAndGet(piece.length);
            }
        });

        try (var live = client.open("/")) {
            live.nextChunk();
            awaitBlocked(thread);
            assertThat(written.get()).isLessThan(32L * 1024 * 1024);
            assertThat(live.rest().bytes().length()).isEqualTo(64L * 1024 * 1024);
        }
    }

    @Test
    void tellsTheApplicationThatTheClientHasLeft() throws Exception {
        var seen = new AtomicReference<Throwable>();
        var ended = new CountDownLatch(1);
        var client = streaming(out -> {
            try {
                while (true) {
                    out.write(new byte[8192]);
                    out.flush();
                }
            } catch (Exception thrown) {
                seen.set(thrown);
                ended.countDown();
                throw thrown;
            }
        });

        try (var live = client.open("/")) {
            live.nextChunk();
        }

        await(ended);
        assertThat(seen.get()).isInstanceOf(IOException.class);
        if (place == Place.MEMORY) {
            assertThat(seen.get()).isInstanceOf(ClientDisconnectedException.class);
        }
    }

    @Test
    void throwsTheExceptionOfTheApplicationWhereItsEffectIsMet() {
        var client = streaming(out -> {
            out.writeUtf8("half");
            out.flush();
            throw new FileNotFoundException("the rest");
        });

        try (var live = client.open("/")) {
            assertThat(live.status()).isEqualTo(Status.OK);
            assertThat(live.awaitText("half")).isEqualTo("half");
            assertThatThrownBy(live::nextChunk).isInstanceOf(FileNotFoundException.class);
        }
    }

    @Test
    void throwsACutWhenErrorsAreAnswered() {
        var client = streaming(out -> {
            out.writeUtf8("half");
            out.flush();
            throw new FileNotFoundException("the rest");
        });

        try (var live = client.answeringErrors().open("/")) {
            live.awaitText("half");

            assertThatThrownBy(live::nextChunk)
                    .isInstanceOf(IncompleteResponseException.class)
                    .hasMessageContaining("the body of GET / was cut after 4 bytes");
            assertThat(live.awaitFailure()).containsInstanceOf(FileNotFoundException.class);
        }
    }

    @Test
    void throwsWhenTheApplicationFailsBeforeTheResponse() {
        var client = client((request, respond) -> {
            throw new FileNotFoundException("all");
        });

        try (var live = client.open("/")) {
            assertThatThrownBy(live::status).isInstanceOf(FileNotFoundException.class);
        }
    }

    @Test
    void throwsOnCloseWhatNobodyHasMet() {
        var client = client((request, respond) -> {
            throw new FileNotFoundException("all");
        });
        var live = client.open("/");
        live.awaitFailure();

        assertThatThrownBy(live::close).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void showsAnInformationalResponseBeforeTheFinalOne() {
        var client = client((request, respond) -> {
            request.sendEarlyHints(Headers.of(HeaderName.LINK, "</a>"));
            await(goOn);
            return respond.with(Response.text(Status.OK, "done"));
        });

        try (var live = client.open("/")) {
            assertThat(live.awaitInformational(1).status()).isEqualTo(Status.EARLY_HINTS);
            assertThat(live.isStarted()).isFalse();
            goOn.countDown();
            assertThat(live.rest()).hasBody("done").hasInformational(103);
        }
    }

    @Test
    void givesInformationalResponsesOneByOneUntilTheFinalOne() throws Exception {
        var hinted = new CountDownLatch(1);
        var client = client((request, respond) -> {
            request.sendEarlyHints(Headers.of(HeaderName.LINK, "</a>"));
            await(hinted);
            request.sendEarlyHints(Headers.of(HeaderName.LINK, "</b>"));
            return respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                out.flush();
                await(goOn);
            }));
        });

        try (var live = client.open("/")) {
            assertThat(live.nextInformational()).hasValueSatisfying(first -> assertThat(first.headers())
                    .isEqualTo(Headers.of(HeaderName.LINK, "</a>")));
            hinted.countDown();
            assertThat(live.nextInformational()).hasValueSatisfying(second -> assertThat(second.headers())
                    .isEqualTo(Headers.of(HeaderName.LINK, "</b>")));
            assertThat(live.nextInformational()).isEmpty();
            assertThatThrownBy(() -> live.awaitInformational(3))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("GET / came to its final response, or its end, after 2 informational");
            goOn.countDown();
            assertThat(live.rest()).isComplete();
        }
    }

    private TestClient streaming(StreamingBody body) {
        return client((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, body)));
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("nothing happened for half a minute");
        }
    }

    /// Waits until a thread waits: for a condition in memory, for a socket over a port.
    static void awaitBlocked(AtomicReference<Thread> thread) {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            var running = thread.get();
            if (running != null
                    && (running.getState() == Thread.State.WAITING
                            || running.getState() == Thread.State.TIMED_WAITING)) {
                return;
            }
            if (System.nanoTime() > giveUp) {
                throw new AssertionError("the application is not held back");
            }
            Thread.onSpinWait();
        }
    }
}
