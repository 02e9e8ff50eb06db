package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.END_STREAM;
import static wai.warp.http2.ClientFrames.data;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.hello;
import static wai.warp.http2.ClientFrames.joined;
import static wai.warp.http2.ClientFrames.post;
import static wai.warp.http2.ClientFrames.setting;
import static wai.warp.http2.ClientFrames.windowUpdate;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.SAYS_HI;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.ContentTooLargeException;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.observe.Count;
import wai.warp.settings.Failure;

/// The ends of HTTP/2 connections and what comes of the requests in hand, in memory.
class Http2ConnectionTest {
    // ------------------------------------------------------------------------------------------ half-close

    @Test
    void aClientThatAsksAndClosesItsDirectionIsAnswered() {
        try (var talk = Http2Conversation.silent(settings -> settings, SAYS_HI)) {
            talk.send(joined(hello(), get(1)));
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.frames()).containsExactly("HEADERS 1 :status=200 content-length=2", "DATA 1 hi END");
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void allRequestsThatWereMadeBeforeAreAnsweredHoweverLongTheyTake() throws InterruptedException {
        var busy = new CountDownLatch(3);
        var gone = new CountDownLatch(3);
        var finish = new CountDownLatch(1);
        Application works = (request, respond) -> {
            request.onDisconnect(gone::countDown);
            busy.countDown();
            finish.await();
            return respond.with(HI);
        };

        try (var talk = Http2Conversation.with(works)) {
            talk.send(get(1), get(3), get(5));
            busy.await();
            talk.client.end();
            gone.await();
            assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
            finish.countDown();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.frames()).contains("DATA 1 hi END", "DATA 3 hi END", "DATA 5 hi END");
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void aStreamGoesOnBehindTheEndOfTheClientsDirection() {
        Application streams = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            for (int i = 0; i < 5; i++) {
                out.write(new byte[10_000]);
                out.flush();
            }
        }));

        try (var talk = Http2Conversation.silent(settings -> settings, streams)) {
            talk.send(joined(hello(), get(1)));
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.frames()).last().asString().endsWith("END");
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void aBodyThatTheClientDidNotEndFailsForItsReaderAndTheAnswerIsSent() {
        var seen = new CompletableFuture<Throwable>();
        Application reads = (request, respond) -> {
            try {
                request.body().readAllBytes();
            } catch (Exception e) {
                seen.complete(e);
            }
            return respond.with(HI);
        };

        try (var talk = Http2Conversation.with(reads)) {
            talk.send(post(1), data(1, 0, "abc"));
            talk.client.end();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(seen.join()).isInstanceOf(ClientDisconnectedException.class);
            assertThat(talk.frames()).contains("DATA 1 hi END");
        }
    }

    @Test
    void whatTheWindowsDoNotLetThroughEndsAtItsDeadline() {
        try (var talk = Http2Conversation.with(
                settings -> settings.withTimeouts(settings.timeouts().withWrite(java.time.Duration.ofSeconds(7))),
                SAYS_HI)) {
            talk.send(setting(4, 0), get(1));
            talk.await("HEADERS 1");
            talk.client.end();
            talk.passUpTo(java.time.Duration.ofSeconds(7), "RST_STREAM 1 CANCEL"::equals);

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void aClientThatIsGoneAltogetherEndsTheConnection() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        Application works = (_, respond) -> {
            busy.countDown();
            finish.await();
            return respond.with(HI.withBody(Bytes.of(new byte[100_000])));
        };

        try (var talk = Http2Conversation.with(works)) {
            talk.send(get(1), windowUpdate(0, 1_000_000), windowUpdate(1, 1_000_000));
            busy.await();
            talk.client.reset();
            finish.countDown();

            assertThat(talk.talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.failures()).extracting(Failure::phase).containsExactly(Failure.Phase.RESPONSE);
            assertThat(talk.talk.server.connections().snapshot().get(Count.DISCONNECTS))
                    .isEqualTo(1);
            assertThat(talk.talk.server.buffersInUse()).isZero();
        }
    }

    // ------------------------------------------------------------------------------------------ bodies

    @Test
    void aBodyThatCameInManySmallPiecesIsReadWhole() throws InterruptedException {
        var begin = new CountDownLatch(1);
        Application reads = (request, respond) -> {
            begin.await();
            int waiting = request.body().available();
            return respond.with(Response.text(
                    Status.OK, waiting + " " + request.readBody(10_000).utf8().length()));
        };

        try (var talk = Http2Conversation.with(reads)) {
            talk.send(post(1));
            var one = data(1, 0, "x");
            var many = new byte[3000][];
            java.util.Arrays.fill(many, one);
            talk.send(joined(many)).send(data(1, END_STREAM, "yz")).awaitReader();
            begin.countDown();

            assertThat(talk.await("DATA 1")).endsWith("DATA 1 3002 3002 END");
        }
    }

    /// Each way of reading takes all of it, across pieces, and no more than it is asked for.
    @Test
    void aBodyIsReadInEveryWay() {
        Application reads = (request, respond) -> {
            var body = request.body();
            var seen = new ByteArrayOutputStream();
            seen.write(body.read());
            seen.write('|');
            seen.writeBytes(body.readNBytes(0));
            seen.writeBytes(body.readNBytes(4));
            seen.write('|');
            seen.writeBytes(body.readNBytes(3));
            seen.write('|');
            long rest = body.transferTo(seen);
            return respond.with(Response.text(
                    Status.OK, seen + "|" + rest + "|" + body.readAllBytes().length + body.readNBytes(1).length));
        };

        try (var talk = Http2Conversation.with(reads)) {
            talk.send(post(1)).send(data(1, 0, "abc")).send(data(1, 0, "defghij"), data(1, END_STREAM, "k"));

            assertThat(talk.await("DATA 1")).endsWith("DATA 1 a|bcde|fgh|ijk|3|00 END");
        }
    }

    @Test
    void aBodyPastItsLimitNeverLooksWhole() throws InterruptedException {
        var begin = new CountDownLatch(1);
        var seen = new CompletableFuture<Throwable>();
        Application reads = (request, respond) -> {
            begin.await();
            try {
                request.body().readAllBytes();
            } catch (Exception e) {
                seen.complete(e);
                throw e;
            }
            return respond.with(HI);
        };

        for (int split : new int[] {3, 5}) {
            try (var talk = Http2Conversation.with(
                    settings -> settings.withLimits(settings.limits().withBodyBytes(4)), reads)) {
                talk.send(post(1), data(1, 0, "12345".substring(0, split)), data(1, 0, "12345".substring(split)))
                        .send(data(1, END_STREAM, ""))
                        .awaitReader();
                begin.countDown();

                assertThat(talk.await("DATA 1")).first().asString().startsWith("HEADERS 1 :status=413");
                assertThat(seen.join()).isInstanceOf(ContentTooLargeException.class);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ what is kept

    /// Bodies wait for windows; heads have none. Here nobody reads them, and so they wait for room.
    @Test
    void headsThatNobodyReadsArePutIntoTheOutputOnlyAsLongAsItIsSmall() throws InterruptedException {
        int requests = 90;
        int most = 48 * 1024 + 4096;
        var asked = new CountDownLatch(requests);
        Application answers = (_, respond) -> {
            asked.countDown();
            return respond.with(Response.of(Status.NO_CONTENT, large(3000), Bytes.EMPTY));
        };

        try (var talk = Http2Conversation.with(answers)) {
            talk.awaitReader().client.takeNothing();
            for (int i = 0; i < requests; i++) {
                talk.send(get(2 * i + 1));
            }
            asked.await();
            talk.client.awaitWriter();
            assertThat(talk.talk.connection.requestsInHand()).isGreaterThanOrEqualTo(requests - 2 * most / 3000);
            talk.client.open(Long.MAX_VALUE);

            talk.awaitAll(lines ->
                    lines.stream().filter(line -> line.startsWith("HEADERS")).count() == requests);
            assertThat(talk.client.writes())
                    .allSatisfy(write -> assertThat(write.length()).isLessThanOrEqualTo(most));
        }
    }

    private static Headers large(int size) {
        return Headers.of(HeaderName.of("x-large"), "~".repeat(size)); // as long when it is coded
    }
}
