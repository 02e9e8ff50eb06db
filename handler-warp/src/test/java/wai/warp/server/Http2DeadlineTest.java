package wai.warp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.END_STREAM;
import static wai.warp.http2.ClientFrames.data;
import static wai.warp.http2.ClientFrames.frame;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.headers;
import static wai.warp.http2.ClientFrames.joined;
import static wai.warp.http2.ClientFrames.ping;
import static wai.warp.http2.ClientFrames.post;
import static wai.warp.http2.ClientFrames.setting;
import static wai.warp.http2.ClientFrames.windowUpdate;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.SAYS_HI;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.ClientTimeoutException;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.http2.Http2Engine;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Timeouts;
import wai.warp.settings.Timeouts.Kind;
import wai.warp.settings.WarpSettings;

/// Every deadline of an HTTP/2 connection at its limit and just before, in virtual time.
class Http2DeadlineTest {
    private static final Duration HEADER = ofSeconds(3);
    private static final Duration BODY = ofSeconds(5);
    private static final Duration WRITE = ofSeconds(7);
    private static final Duration IDLE = ofSeconds(11);
    private static final Duration LINGER = ofSeconds(2);
    private static final byte[] HEAD = get(1);

    private static final Application READS = (request, respond) -> {
        request.body().readAllBytes();
        return respond.with(HI);
    };

    /// All limits different, so that none is taken for another.
    private static WarpSettings limited(WarpSettings settings) {
        return settings.withTimeouts(Timeouts.defaults()
                .withHeader(HEADER)
                .withBody(BODY)
                .withWrite(WRITE)
                .withIdle(IDLE)
                .withLinger(LINGER)
                .withMinimumRate(0));
    }

    private static Http2Conversation with(Application application) {
        return Http2Conversation.with(Http2DeadlineTest::limited, application);
    }

    private static void assertReported(Http2Conversation talk, Phase phase, String message) {
        assertThat(talk.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.phase()).isEqualTo(phase);
            assertThat(failure.cause())
                    .isInstanceOf(ClientTimeoutException.class)
                    .hasMessageContaining(message);
        });
    }

    // ------------------------------------------------------------------------------------------ idle

    @Test
    void aConnectionWithoutRequestsIsToldGoodbyeAfterTheIdleLimit() {
        try (var talk = with(SAYS_HI)) {
            talk.awaitReader().passUpTo(IDLE, "GOAWAY 0 NO_ERROR"::equals);

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures()).isEmpty();
            assertThat(timeouts(talk, Kind.IDLE)).isEqualTo(1);
        }
    }

    private static long timeouts(Http2Conversation talk, Kind kind) {
        return talk.talk.server.connections().snapshot().timeouts(kind);
    }

    @Test
    void theIdleLimitBeginsWhenTheLastRequestIsOver() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        Application works = (_, respond) -> {
            busy.countDown();
            finish.await();
            return respond.with(HI);
        };

        try (var talk = with(works)) {
            talk.send(get(1));
            busy.await();
            talk.awaitReader().pass(ofSeconds(100));
            finish.countDown();
            talk.await("DATA 1 hi END");

            talk.passUpTo(IDLE, "GOAWAY 1 NO_ERROR"::equals);
            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void everyRequestBeginsTheIdleLimitAnew() {
        try (var talk = with(SAYS_HI)) {
            for (int i = 1; i < 10; i += 2) {
                talk.send(get(i)).await("DATA " + i + " hi END");
                talk.awaitDeadline(IDLE);
                talk.pass(ofSeconds(10));
            }

            assertThat(talk.send(get(11)).await("DATA 11")).endsWith("DATA 11 hi END");
        }
    }

    // ------------------------------------------------------------------------------------------ header

    @Test
    void aClientThatSendsNoSettingsBehindItsPrefaceIsToldGoodbye() {
        try (var talk = Http2Conversation.silent(Http2DeadlineTest::limited, SAYS_HI)) {
            talk.send(Http2Engine.PREFACE.getBytes(US_ASCII)).passUpTo(HEADER, "GOAWAY 0 NO_ERROR"::equals);

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertReported(talk, Phase.REQUEST, "too few bytes of a request head");
            assertThat(timeouts(talk, Kind.HEADER)).isEqualTo(1);
        }
    }

    @Test
    void aFieldBlockThatIsNotEndedIsToldGoodbye() {
        try (var talk = with(SAYS_HI)) {
            talk.send(frame(1, END_STREAM, 1)).awaitReader().passUpTo(HEADER, "GOAWAY 0 NO_ERROR"::equals);

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertReported(talk, Phase.REQUEST, "too few bytes of a request head");
        }
    }

    @Test
    void aFieldBlockThatIsNotEndedDoesNotWaitForOtherRequests() throws InterruptedException {
        var busy = new CountDownLatch(1);
        Application works = (_, respond) -> {
            busy.countDown();
            new CountDownLatch(1).await();
            return respond.with(HI);
        };

        try (var talk = with(works)) {
            talk.send(get(1));
            busy.await();
            talk.send(frame(1, END_STREAM, 3)).awaitReader().passUpTo(HEADER, "GOAWAY 1 NO_ERROR"::equals);
        }
    }

    @Test
    void piecesNowAndThenDoNotExtendTheLimitOfAHead() {
        try (var talk = with(SAYS_HI)) {
            talk.send(Arrays.copyOf(HEAD, 1)).awaitReader().awaitDeadline(HEADER);
            for (int i = 1; i < 6; i++) {
                talk.pass(ofMillis(500));
                talk.send(Arrays.copyOfRange(HEAD, i, i + 1)).awaitReader();
            }

            talk.passUpTo(ofMillis(500), "GOAWAY 0 NO_ERROR"::equals);
        }
    }

    @Test
    void aHeadThatIsWholeInTimeIsServed() {
        try (var talk = with(SAYS_HI)) {
            talk.send(Arrays.copyOf(HEAD, 20)).awaitReader().awaitDeadline(HEADER);
            talk.pass(ofMillis(2999));

            talk.send(Arrays.copyOfRange(HEAD, 20, HEAD.length));
            assertThat(talk.await("DATA 1")).endsWith("DATA 1 hi END");
        }
    }

    // ------------------------------------------------------------------------------------------ body

    @Test
    void aSlowBodyIsAnswered408AndTheConnectionLives() {
        try (var talk = with(READS)) {
            talk.send(joined(post(1), data(1, 0, "x"))); // both are there before the application looks
            talk.passUpTo(BODY, frame -> frame.startsWith("HEADERS 1 :status=408"));

            talk.send(post(3), data(3, END_STREAM, "x"));
            assertThat(talk.await("DATA 3")).contains("DATA 3 hi END");
            assertReported(talk, Phase.REQUEST, "too few bytes of the request body");
            assertThat(timeouts(talk, Kind.BODY)).isEqualTo(1);
        }
    }

    @Test
    void everyPieceBeginsTheLimitOfABodyAnew() {
        try (var talk = with(READS)) {
            talk.send(post(1));
            for (int i = 0; i < 5; i++) {
                talk.awaitDeadline(BODY);
                talk.pass(ofMillis(4900));
                talk.send(data(1, 0, "x")).awaitReader();
            }
            talk.send(data(1, END_STREAM, ""));

            assertThat(talk.await("DATA 1")).endsWith("DATA 1 hi END");
        }
    }

    @Test
    void aBodyThatIsSlowerThanTheMinimumRateIsAnswered408() {
        try (var talk = Http2Conversation.with(
                settings -> {
                    var limits = limited(settings);
                    return limits.withTimeouts(limits.timeouts().withMinimumRate(10));
                },
                READS)) {
            talk.send(post(1)).awaitDeadline(BODY);
            talk.pass(ofSeconds(4));
            talk.send(data(1, 0, "x".repeat(20))); // earns two seconds

            talk.passUpTo(ofSeconds(3), frame -> frame.startsWith("HEADERS 1 :status=408"));
        }
    }

    @Test
    void theLimitOfABodyDoesNotRunWhileTheApplicationWorks() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var read = new CountDownLatch(1);
        Application works = (request, respond) -> {
            busy.countDown();
            read.await();
            request.body().readAllBytes();
            return respond.with(HI);
        };

        try (var talk = with(works)) {
            talk.send(post(1));
            busy.await();
            talk.awaitReader().pass(ofSeconds(100));
            read.countDown();
            talk.awaitDeadline(BODY);

            talk.send(data(1, END_STREAM, "x"));
            assertThat(talk.await("DATA 1")).endsWith("DATA 1 hi END");
        }
    }

    // ------------------------------------------------------------------------------------------ write

    @Test
    void aStreamWhoseWindowStaysShutIsResetAndTheConnectionLives() {
        try (var talk = with(SAYS_HI)) {
            talk.send(setting(4, 0), get(1));
            talk.passUpTo(WRITE, "RST_STREAM 1 CANCEL"::equals);

            talk.send(ping(0, 7)).await("PING ACK 7");
            assertReported(talk, Phase.RESPONSE, "too few bytes of the response");
            assertThat(timeouts(talk, Kind.WRITE)).isEqualTo(1);
        }
    }

    @Test
    void aWindowThatOpensInTimeBeginsTheLimitAnew() {
        try (var talk = with(SAYS_HI)) {
            talk.send(setting(4, 0), get(1)).awaitDeadline(WRITE);
            talk.pass(ofMillis(6900));
            talk.send(windowUpdate(1, 1)).await("DATA 1 h");
            talk.awaitReader().pass(ofMillis(99));

            assertThat(talk.send(windowUpdate(1, 1)).await("DATA 1 i")).endsWith("DATA 1 i END");
        }
    }

    @Test
    void aShutWindowOfTheConnectionEndsOneStreamAfterTheOther() {
        try (var talk = with((_, respond) -> respond.with(HI.withBody(Bytes.of(new byte[65_536]))))) {
            talk.send(setting(4, 1_000_000), get(1));
            talk.passUpTo(WRITE, "RST_STREAM 1 CANCEL"::equals);

            talk.send(get(3));
            talk.passUpTo(WRITE, "RST_STREAM 3 CANCEL"::equals);
            talk.send(ping(0, 7)).await("PING ACK 7");
        }
    }

    @Test
    void aStreamingBodyThatNobodyTakesFailsForItsWriter() {
        var seen = new CompletableFuture<Throwable>();
        Application streams = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            try {
                out.writeUtf8("hi");
                out.flush();
            } catch (Exception e) {
                seen.complete(e);
                throw e;
            }
        }));

        try (var talk = with(streams)) {
            talk.send(setting(4, 1), get(1));
            talk.passUpTo(WRITE, "RST_STREAM 1 CANCEL"::equals);

            assertThat(seen.join()).isInstanceOf(ClientTimeoutException.class);
        }
    }

    @Test
    void aClientThatReadsNothingAtAllIsCutOff() {
        try (var talk = with(SAYS_HI)) {
            talk.awaitReader();
            talk.client.takeNothing();
            talk.send(get(1)).client.awaitWriter();
            talk.talk.pass(WRITE.minusNanos(8));
            assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
            talk.talk.pass(Duration.ofNanos(8));

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(timeouts(talk, Kind.WRITE)).isEqualTo(1);
        }
    }

    @Test
    void aRawApplicationHasNoDeadlines() {
        Application echo = (_, respond) -> respond.with(Response.raw(
                Status.SWITCHING_PROTOCOLS, Headers.of(HeaderName.UPGRADE, "echo"), HI, connection -> connection
                        .input()
                        .transferTo(connection.output())));

        try (var talk = with(echo)) {
            talk.send(
                    headers(1, 0, ":method: CONNECT", ":protocol: echo", ":scheme: http", ":path: /", ":authority: a"));
            talk.await("HEADERS 1");
            talk.awaitReader().pass(ofSeconds(1000));

            assertThat(talk.send(data(1, END_STREAM, "abc")).await("DATA 1 abc"))
                    .contains("DATA 1 abc");
            assertThat(talk.failures()).isEmpty();
        }
    }

    // ------------------------------------------------------------------------------------------ linger

    @Test
    void aClientThatWasToldOfItsFaultHasALittleTimeToLeave() {
        try (var talk = with(SAYS_HI)) {
            talk.send(data(1, 0, "x")).await("GOAWAY 0 PROTOCOL_ERROR");
            talk.client.awaitEnding();
            talk.awaitReader().awaitDeadline(LINGER);
            talk.pass(LINGER.minusNanos(8));
            assertThat(talk.client.isClosed()).isFalse();
            talk.pass(Duration.ofNanos(8));

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }
}
