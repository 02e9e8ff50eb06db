package wai.warp.server;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;
import static wai.warp.server.Conversation.SAYS_HI;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.ClientTimeoutException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// Every deadline at its limit and just before, in virtual time.
class Http1DeadlineTest {
    private static final Application ECHO = (request, respond) ->
            respond.with(HI.withBody(Bytes.of(request.body().readAllBytes())));
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";

    /// All limits different, so that none is taken for another.
    private static WarpSettings limited(WarpSettings settings) {
        return settings.withTimeouts(Timeouts.defaults()
                .withHeader(ofSeconds(3))
                .withBody(ofSeconds(5))
                .withWrite(ofSeconds(7))
                .withIdle(ofSeconds(11))
                .withLinger(ofSeconds(2))
                .withMinimumRate(0));
    }

    private static void passUpTo(Conversation talk, java.time.Duration limit) {
        talk.pass(limit.minusNanos(1));
        assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
        talk.pass(ofNanos(1));
    }

    /// The hook can tell a time-out by its type.
    private static void assertReported(Conversation talk, Phase phase, String message) {
        assertThat(talk.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.phase()).isEqualTo(phase);
            assertThat(failure.cause())
                    .isInstanceOf(ClientTimeoutException.class)
                    .hasMessageContaining(message);
        });
    }

    // ------------------------------------------------------------------------------------------ idle

    @Test
    void aConnectionThatNeverSaysAnythingIsClosedSilentlyAfterTheIdleLimit() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.client.awaitReader();
            passUpTo(talk, ofSeconds(11));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEmpty();
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void anIdleConnectionIsClosedSilently() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.exchange(GET);
            passUpTo(talk, ofSeconds(11));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(HI_BYTES);
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void everyRequestBeginsTheIdleLimitAnew() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            for (int i = 0; i < 5; i++) {
                talk.exchange(GET);
                talk.pass(ofSeconds(10));
            }

            assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES.repeat(6));
        }
    }

    // ------------------------------------------------------------------------------------------ header

    @Test
    void aSlowHeadIsAnswered408() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.exchange("GET / HT");
            passUpTo(talk, ofSeconds(3));
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received())
                    .startsWith("HTTP/1.1 408 Request Timeout\r\n")
                    .contains("Connection: close\r\n");
            assertReported(talk, Phase.REQUEST, "too few bytes of a request head");
        }
    }

    @Test
    void bytesNowAndThenDoNotExtendTheLimitOfAHead() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.exchange("G");
            for (int i = 0; i < 5; i++) {
                talk.pass(ofMillis(500));
                talk.exchange("E");
            }
            passUpTo(talk, ofMillis(500));
            talk.client.awaitEnding();

            assertThat(talk.received()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
        }
    }

    @Test
    void theLimitOfAHeadBeginsWithItsFirstByte() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.exchange(GET);
            talk.pass(ofSeconds(10));
            talk.exchange("GET / HT");
            talk.pass(ofMillis(2999));

            assertThat(talk.exchange("TP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(HI_BYTES + HI_BYTES);
        }
    }

    @Test
    void theLimitOfAPipelinedHeadDoesNotRunWhileTheApplicationWorks() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application works = (_, respond) -> {
            busy.countDown();
            done.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(Http1DeadlineTest::limited, works)) {
            talk.client.send(GET + "GET / HT");
            busy.await();
            talk.pass(ofSeconds(10));
            done.countDown();
            talk.client.awaitReader();
            talk.pass(ofMillis(2999));

            assertThat(talk.exchange("TP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(HI_BYTES + HI_BYTES);
        }
    }

    // ------------------------------------------------------------------------------------------ body

    @Test
    void aSlowBodyIsAnswered408() {
        var seen = new CompletableFuture<IOException>();
        Application reads = (request, respond) -> {
            try {
                request.body().readAllBytes();
                return respond.with(HI);
            } catch (IOException e) {
                seen.complete(e);
                throw e;
            }
        };

        try (var talk = Conversation.with(Http1DeadlineTest::limited, reads)) {
            talk.exchange(POST + "x");
            passUpTo(talk, ofSeconds(5));
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
            assertThat(seen).isCompletedWithValueMatching(thrown -> thrown instanceof ClientTimeoutException);
            assertReported(talk, Phase.REQUEST, "too few bytes of the request body");
        }
    }

    @Test
    void everyByteBeginsTheLimitOfABodyAnew() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, ECHO)) {
            talk.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                talk.pass(ofMillis(4999));
                talk.exchange("x");
            }

            assertThat(talk.exchange("x")).endsWith("\r\n\r\nxxxxx");
        }
    }

    @Test
    void anApplicationThatCatchesTheSlowBodyCanAnswer() {
        Application answers = (request, respond) -> {
            try {
                request.body().readAllBytes();
                return respond.with(HI);
            } catch (IOException _) {
                return respond.with(Response.of(Status.of(422), Headers.EMPTY, Bytes.EMPTY));
            }
        };

        try (var talk = Conversation.with(Http1DeadlineTest::limited, answers)) {
            talk.exchange(POST);
            talk.pass(ofSeconds(5));
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 422 ").contains("Connection: close\r\n");
        }
    }

    @Test
    void anUnreadBodyThatDoesNotComeClosesAfterTheAnswer() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
            passUpTo(talk, ofSeconds(5));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(HI_BYTES);
        }
    }

    @Test
    void noLimitRunsWhileTheApplicationWorks() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application works = (_, respond) -> {
            busy.countDown();
            done.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(Http1DeadlineTest::limited, works)) {
            talk.client.send(GET);
            busy.await();
            for (int i = 0; i < 10; i++) {
                talk.pass(ofSeconds(60));
            }
            done.countDown();
            talk.client.awaitReader();

            assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES + HI_BYTES);
        }
    }

    @Test
    void noLimitRunsWhileAStreamThatHasBegunWorks() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application streams = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("first");
            out.flush();
            begun.countDown();
            done.await();
            out.writeUtf8("last");
        }));

        try (var talk = Conversation.with(rate(100), streams)) {
            talk.client.send(GET);
            begun.await();
            for (int i = 0; i < 10; i++) {
                talk.pass(ofSeconds(60));
            }
            done.countDown();
            talk.awaitDriver();

            assertThat(talk.received()).endsWith("5\r\nfirst\r\n4\r\nlast\r\n0\r\n\r\n");
        }
    }

    // ------------------------------------------------------------------------------------------ write

    @Test
    void aClientThatTakesNothingIsCut() {
        Application large = (_, respond) -> respond.with(HI.withBody(Bytes.of(new byte[100_000])));

        try (var talk = Conversation.with(Http1DeadlineTest::limited, large)) {
            talk.client.takeNothing();
            talk.client.open(1000);
            talk.client.send(GET);
            talk.client.awaitWriter();
            passUpTo(talk, ofSeconds(7));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertReported(talk, Phase.RESPONSE, "too few bytes of the response");
        }
    }

    @Test
    void everyByteTakenBeginsTheLimitOfAWriteAnew() {
        Application large = (_, respond) -> respond.with(HI.withBody(Bytes.of(new byte[100_000])));

        try (var talk = Conversation.with(Http1DeadlineTest::limited, large)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            for (int i = 0; i < 5; i++) {
                talk.client.awaitWriter();
                talk.pass(ofMillis(6999));
                talk.client.open(10);
            }
            talk.client.awaitWriter();
            talk.client.open(Long.MAX_VALUE);
            talk.client.awaitReader();

            assertThat(talk.received()).hasSizeGreaterThan(100_000);
        }
    }

    @Test
    void aSmallAnswerThatNobodyTakesIsCutToo() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            talk.client.awaitWriter();
            passUpTo(talk, ofSeconds(7));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).isEmpty();
        }
    }

    // ------------------------------------------------------------------------------------------ rate

    private static UnaryOperator<WarpSettings> rate(long bytesPerSecond) {
        return settings ->
                limited(settings).withTimeouts(limited(settings).timeouts().withMinimumRate(bytesPerSecond));
    }

    @Test
    void aBodyBelowTheMinimumRateIsCut() {
        try (var talk = Conversation.with(rate(100), ECHO)) {
            talk.exchange(POST);
            int seconds = 0;
            for (; seconds < 60 && talk.client.ending() == Ending.NONE; seconds++) {
                talk.exchange("x".repeat(10));
                talk.pass(ofSeconds(1));
                if (seconds >= 5) {
                    talk.client.awaitReader();
                }
            }
            talk.client.awaitEnding();

            assertThat(seconds).isBetween(4, 8);
            assertThat(talk.received()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
        }
    }

    @Test
    void aBodyAtTheMinimumRateIsNotCut() {
        try (var talk = Conversation.with(rate(100), ECHO)) {
            talk.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6000\r\n\r\n");
            for (int i = 0; i < 59; i++) {
                talk.exchange("x".repeat(100));
                talk.pass(ofSeconds(1));
            }

            assertThat(talk.exchange("x".repeat(100))).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void timeInWhichTheApplicationWorksDoesNotCountAgainstTheRate() throws InterruptedException {
        var works = new Semaphore(0);
        var go = new Semaphore(0);
        Application slow = (request, respond) -> {
            for (int i = 0; i < 2; i++) {
                request.body().readNBytes(10);
                works.release();
                go.acquire();
            }
            return respond.with(HI.withBody(Bytes.of(request.body().readNBytes(10))));
        };

        try (var talk = Conversation.with(rate(100), slow)) {
            talk.client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n", "x".repeat(10), "y".repeat(10));
            for (int i = 0; i < 2; i++) {
                works.acquire();
                talk.pass(ofSeconds(100));
                go.release();
            }

            assertThat(talk.exchange("z".repeat(10))).endsWith("zzzzzzzzzz");
        }
    }

    @Test
    void aClientThatTakesLessThanTheMinimumRateIsCut() {
        Application large = (_, respond) -> respond.with(HI.withBody(Bytes.of(new byte[100_000])));

        try (var talk = Conversation.with(rate(100), large)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            int seconds = 0;
            for (; seconds < 60 && talk.client.ending() == Ending.NONE; seconds++) {
                talk.client.awaitWriter();
                talk.pass(ofSeconds(1));
                talk.client.open(10);
            }

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(seconds).isBetween(6, 10);
        }
    }

    // ------------------------------------------------------------------------------------------ linger

    @Test
    void aRefusedClientMayGoOnSendingUpToTheLingerLimit() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.client.send("bad\r\n\r\n");
            talk.client.awaitEnding();
            talk.exchange("more");
            talk.pass(ofSeconds(1));
            talk.exchange("and more");
            talk.pass(ofMillis(999));
            assertThat(talk.client.isClosed()).isFalse();
            talk.pass(ofMillis(1));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void aRefusedClientMayNotGoOnSendingWithoutEnd() {
        try (var talk = Conversation.with(Http1DeadlineTest::limited, SAYS_HI)) {
            talk.client.send("bad\r\n\r\n");
            talk.client.awaitEnding();
            for (int i = 0; i < 16; i++) {
                talk.client.send("x".repeat(16 * 1024));
            }

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }

    // ------------------------------------------------------------------------------------------ never

    private static WarpSettings unlimited(WarpSettings settings) {
        return settings.withTimeouts(Timeouts.defaults()
                .withHeader(Timeouts.NEVER)
                .withBody(Timeouts.NEVER)
                .withWrite(Timeouts.NEVER)
                .withIdle(Timeouts.NEVER)
                .withLinger(Timeouts.NEVER));
    }

    @Test
    void neverIsNever() {
        var aeon = ofDays(30_000); // longer than any uptime, short enough for a nanosecond clock

        try (var talk = Conversation.with(Http1DeadlineTest::unlimited, ECHO)) {
            talk.client.awaitReader();
            talk.pass(aeon);
            talk.exchange("POST / HTTP/1.1\r\nHost: a\r\n");
            talk.pass(ofSeconds(1_000_000));
            talk.exchange("Content-Length: 1\r\n\r\n");
            talk.pass(ofSeconds(1_000_000));

            assertThat(talk.exchange("x")).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        }
    }

    @Test
    void aWriteMayWaitForEver() {
        Application large = (_, respond) -> respond.with(HI.withBody(Bytes.of(new byte[100_000])));

        try (var talk = Conversation.with(Http1DeadlineTest::unlimited, large)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            talk.client.awaitWriter();
            talk.pass(ofDays(30_000));
            talk.client.open(Long.MAX_VALUE);
            talk.client.awaitReader();

            assertThat(talk.received()).hasSizeGreaterThan(100_000);
        }
    }

    @Test
    void aRefusedClientMayLingerForEver() {
        try (var talk = Conversation.with(Http1DeadlineTest::unlimited, SAYS_HI)) {
            talk.client.send("bad\r\n\r\n");
            talk.client.awaitEnding();
            talk.client.awaitReader();
            talk.pass(ofDays(30_000));
            assertThat(talk.client.isClosed()).isFalse();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }
}
