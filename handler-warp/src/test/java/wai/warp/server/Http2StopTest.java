package wai.warp.server;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.ACK;
import static wai.warp.http2.ClientFrames.END_STREAM;
import static wai.warp.http2.ClientFrames.data;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.headers;
import static wai.warp.http2.ClientFrames.ping;
import static wai.warp.http2.ClientFrames.post;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.SAYS_HI;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;

/// HTTP/2 connections whose server stops, in virtual time: every stream that the client opened before it could know is
/// served.
class Http2StopTest {
    private static final String FIRST_GOODBYE = "GOAWAY 2147483647 NO_ERROR";

    private static List<String> stop(Http2Conversation talk) {
        talk.talk.server.beginStopping();
        talk.talk.connection.stop();
        return talk.await("PING ");
    }

    private static void answer(Http2Conversation talk, List<String> frames) {
        var opaque = frames.stream().filter(line -> line.startsWith("PING ")).findFirst();
        talk.send(ping(ACK, Long.parseLong(opaque.orElseThrow().substring(5), 16)));
    }

    @Test
    void anIdleConnectionIsToldTwiceAndClosed() {
        try (var talk = Http2Conversation.with(SAYS_HI)) {
            var frames = stop(talk.awaitReader());
            answer(talk, frames);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.frames())
                    .filteredOn(line -> line.startsWith("GOAWAY"))
                    .containsExactly(FIRST_GOODBYE, "GOAWAY 0 NO_ERROR");
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void aClientThatDoesNotAnswerIsToldForTheSecondTimeAfterASecond() {
        try (var talk = Http2Conversation.with(SAYS_HI)) {
            stop(talk.awaitReader());
            talk.pass(ofSeconds(1).minusNanos(1));
            assertThat(talk.frames()).doesNotContain("GOAWAY 0 NO_ERROR");
            talk.pass(java.time.Duration.ofNanos(1));
            talk.await("GOAWAY 0 NO_ERROR");
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void streamsThatWereOnTheirWayAreServed() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        Application works = (_, respond) -> {
            busy.countDown();
            finish.await();
            return respond.with(HI);
        };

        try (var talk = Http2Conversation.with(works)) {
            talk.send(get(1));
            busy.await();
            var frames = stop(talk);
            talk.send(get(3), post(5)); // before it has read the goodbye
            answer(talk, frames);
            talk.await("GOAWAY 5 NO_ERROR");
            talk.send(get(7)); // against its better knowledge
            talk.await("RST_STREAM 7 REFUSED_STREAM");
            assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
            finish.countDown();
            talk.await("DATA 1 hi END");
            talk.await("DATA 3 hi END");
            talk.await("DATA 5 hi END");
            talk.send(data(5, END_STREAM, "")).client.awaitEnding();
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void aLongResponseIsFinished() {
        var large = HI.withBody(Bytes.of(new byte[300_000]));
        try (var talk = Http2Conversation.with((_, respond) -> respond.with(large))) {
            talk.send(get(1)).await("DATA 1");
            var frames = stop(talk);
            answer(talk, frames);
            talk.await("GOAWAY 1 NO_ERROR");

            talk.send(
                    wai.warp.http2.ClientFrames.windowUpdate(0, 300_000),
                    wai.warp.http2.ClientFrames.windowUpdate(1, 300_000));
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.frames()).last().asString().endsWith("END");
        }
    }

    @Test
    void aRawApplicationIsToldAndMaySayGoodbye() {
        Application waits = (_, respond) -> respond.with(
                Response.raw(Status.SWITCHING_PROTOCOLS, Headers.of(HeaderName.UPGRADE, "echo"), HI, connection -> {
                    var told = new CountDownLatch(1);
                    connection.onShutdown(told::countDown);
                    told.await();
                    connection.output().write('b');
                }));

        try (var talk = Http2Conversation.with(waits)) {
            talk.send(
                    headers(1, 0, ":method: CONNECT", ":protocol: echo", ":scheme: http", ":path: /", ":authority: a"));
            talk.await("HEADERS 1");

            answer(talk, stop(talk));

            talk.await("DATA 1 b");
            talk.client.awaitEnding();
            talk.client.end();
            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void aConnectionThatBeginsWhenTheServerStopsIsToldAtOnce() {
        try (var talk = Http2Conversation.silent(settings -> settings, SAYS_HI)) {
            talk.client.send(wai.warp.http2.Http2Engine.PREFACE.substring(0, 20));
            talk.awaitReader().talk.server.beginStopping();
            talk.talk.connection.stop();

            talk.client.send(wai.warp.http2.Http2Engine.PREFACE.substring(20));
            talk.send(wai.warp.http2.ClientFrames.frame(4, 0, 0));

            assertThat(talk.await(FIRST_GOODBYE)).first().isEqualTo(FIRST_GOODBYE);
        }
    }

    @Test
    void whatOutlivesTheGracePeriodIsCutSoThatItDoesNotLookWhole() throws InterruptedException {
        var busy = new CountDownLatch(1);
        Application streams = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("part");
            out.flush();
            busy.countDown();
            new CountDownLatch(1).await();
        }));

        try (var talk = Http2Conversation.with(streams)) {
            talk.send(get(1));
            busy.await();
            talk.await("DATA 1 part");
            talk.talk.connection.kill();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.frames()).noneMatch(line -> line.endsWith("END"));
        }
    }
}
