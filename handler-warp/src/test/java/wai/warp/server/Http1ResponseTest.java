package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.BodySink;
import wai.Bytes;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.StreamingBody;
import wai.spi.ContractViolation;
import wai.spi.Rule;
import wai.warp.memory.MemoryTransport.Ending;

/// Responses on a connection: bytes, streams, files, informational ones, those without content.
class Http1ResponseTest {
    private static final String HEAD = GET.replace("GET", "HEAD");

    private static Application streams(StreamingBody body) {
        return (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, body));
    }

    private static Application streams(int length, StreamingBody body) {
        var headers = Headers.of(HeaderName.CONTENT_LENGTH, Integer.toString(length));
        return (_, respond) -> respond.with(Response.stream(Status.OK, headers, body));
    }

    private static void mustNotRun(BodySink sink) {
        throw new AssertionError("the stream was run");
    }

    // ------------------------------------------------------------------------------------------ without content

    @Test
    void headHasTheLengthAndNoBody() {
        try (var talk = Conversation.with(Conversation.SAYS_HI)) {
            assertThat(talk.exchange(HEAD + GET)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + HI_BYTES);
        }
    }

    @Test
    void headDoesNotRunAStream() {
        try (var talk = Conversation.with(streams(Http1ResponseTest::mustNotRun))) {
            assertThat(talk.exchange(HEAD, HEAD)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n".repeat(2));
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {204, 304})
    void aStatusWithoutContentHasNeitherBodyNorLength(int code) {
        Application answers = (_, respond) ->
                respond.with(Response.stream(Status.of(code), Headers.EMPTY, Http1ResponseTest::mustNotRun));

        try (var talk = Conversation.with(answers)) {
            assertThat(talk.exchange(GET, GET)).isEqualTo(("HTTP/1.1 " + Status.of(code) + "\r\n\r\n").repeat(2));
        }
    }

    // ------------------------------------------------------------------------------------------ bytes

    @Test
    void sendsALargeBodyWhole() {
        var body = "0123456789".repeat(20_000);

        try (var talk = Conversation.with((_, respond) -> respond.with(HI.withBody(Bytes.utf8(body))))) {
            assertThat(talk.exchange(GET)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + body);
        }
    }

    @Test
    void aBodyOfManySmallPiecesIsNotWrittenPieceByPiece() {
        var rope = Bytes.EMPTY;
        for (int i = 0; i < 10_000; i++) {
            rope = rope.plus(Bytes.utf8("0123456789"));
        }
        var body = rope;

        try (var talk = Conversation.with((_, respond) -> respond.with(HI.withBody(body)))) {
            assertThat(talk.exchange(GET)).endsWith("0123456789").hasSize(100_000 + 43);
            assertThat(talk.writes()).hasSizeLessThan(12);
        }
    }

    @Test
    void aSlowReaderGetsEveryByte() {
        var body = "0123456789".repeat(10_000);

        try (var talk = Conversation.with((_, respond) -> respond.with(HI.withBody(Bytes.utf8(body))))) {
            talk.client.takeNothing();
            talk.client.send(GET);
            for (int i = 0; i < 5; i++) {
                talk.client.awaitWriter();
                talk.client.open(777);
            }
            talk.client.awaitWriter();
            talk.client.open(Long.MAX_VALUE);
            talk.client.awaitReader();

            assertThat(talk.received()).endsWith("\r\n\r\n" + body);
        }
    }

    // ------------------------------------------------------------------------------------------ streams

    private static StreamingBody pieces(int count, int size) {
        return out -> {
            for (int i = 0; i < count; i++) {
                out.writeUtf8(Character.toString('a' + i % 26).repeat(size));
            }
        };
    }

    private static String text(int from, int count, int size) {
        var text = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            text.append(Character.toString('a' + i % 26).repeat(size));
        }
        return text.toString();
    }

    @Test
    void aBlockOfAStreamLeavesInOneWriteWithTheHeadBeforeIt() {
        try (var talk = Conversation.with(streams(pieces(16, 4096)))) {
            talk.exchange(GET);

            assertThat(talk.writes())
                    .containsExactly(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n" + text(0, 8, 4096) + "\r\n",
                            "8000\r\n" + text(8, 8, 4096) + "\r\n",
                            "0\r\n\r\n");
        }
    }

    @Test
    void aBlockOfAStreamOfKnownLengthLeavesInOneWriteToo() {
        try (var talk = Conversation.with(streams(9 * 4096, pieces(9, 4096)))) {
            talk.exchange(GET);

            assertThat(talk.writes())
                    .containsExactly(
                            "HTTP/1.1 200 OK\r\nContent-Length: 36864\r\n\r\n" + text(0, 8, 4096), text(8, 1, 4096));
        }
    }

    @ParameterizedTest(name = "a field of {0} bytes: {1} writes")
    @CsvSource({"417, 2", "418, 3"})
    void aHeadBeforeABlockLeavesByItselfWhenItIsLong(int size, int writes) {
        Application app = (_, respond) -> respond.with(
                Response.stream(Status.OK, Headers.of(HeaderName.of("A"), "v".repeat(size)), pieces(8, 4096)));

        try (var talk = Conversation.with(app)) {
            assertThat(talk.exchange(GET))
                    .isEqualTo("HTTP/1.1 200 OK\r\nA: " + "v".repeat(size)
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n" + text(0, 8, 4096) + "\r\n0\r\n\r\n");

            assertThat(talk.writes()).hasSize(writes);
        }
    }

    @Test
    void aStreamWithoutLengthIsChunked() {
        try (var talk = Conversation.with(streams(out -> out.writeUtf8("hello")))) {
            assertThat(talk.exchange(GET)).isEqualTo("""
                HTTP/1.1 200 OK\r
                Transfer-Encoding: chunked\r
                \r
                5\r
                hello\r
                0\r
                \r
                """);
            assertThat(talk.writes()).hasSize(1);
        }
    }

    @Test
    void aStreamWithoutLengthEndsByClosingOnHttp10() {
        try (var talk = Conversation.with(streams(out -> out.writeUtf8("hello")))) {
            talk.client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

            talk.client.awaitEnding();
            talk.client.end();
            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
        }
    }

    @Test
    void aStreamWithLengthIsSentUnderIt() {
        try (var talk = Conversation.with(streams(5, out -> out.writeUtf8("hello")))) {
            assertThat(talk.exchange(GET, GET))
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".repeat(2));
        }
    }

    @Test
    void anEmptyStreamIsComplete() {
        try (var talk = Conversation.with(streams(out -> out.write(new byte[0])))) {
            assertThat(talk.exchange(GET, GET))
                    .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".repeat(2));
        }
    }

    @Test
    void flushReachesTheClientBeforeTheEnd() throws InterruptedException {
        var go = new CountDownLatch(1);
        StreamingBody body = out -> {
            out.writeUtf8("first");
            out.flush();
            go.await();
            out.writeUtf8("last");
        };

        try (var talk = Conversation.with(streams(body))) {
            talk.client.send(GET);
            talk.client.awaitReceived("first\r\n");
            go.countDown();
            talk.client.awaitReader();

            assertThat(talk.received()).endsWith("5\r\nfirst\r\n4\r\nlast\r\n0\r\n\r\n");
        }
    }

    @Test
    void smallWritesAreGathered() {
        StreamingBody body = out -> {
            for (int i = 0; i < 100_000; i++) {
                out.write('x');
            }
        };

        try (var talk = Conversation.with(streams(100_000, body))) {
            assertThat(talk.exchange(GET)).endsWith("x".repeat(100_000));
            assertThat(talk.writes()).hasSizeLessThan(10);
        }
    }

    @Test
    void writesOfEverySizeArriveInOrder() {
        var text = "0123456789".repeat(10_000);
        StreamingBody body = out -> {
            for (int at = 0, size = 1; at < text.length(); at += size, size = size * 3 % 50_000 + 1) {
                out.writeUtf8(text.substring(at, Math.min(text.length(), at + size)));
            }
        };

        try (var talk = Conversation.with(streams(text.length(), body))) {
            assertThat(talk.exchange(GET)).endsWith("\r\n\r\n" + text);
        }
    }

    @Test
    void trailersFollowTheBody() {
        StreamingBody body = out -> {
            out.writeUtf8("x");
            out.trailers(Headers.of(HeaderName.of("Sum"), "42"));
        };

        try (var talk = Conversation.with(streams(body))) {
            assertThat(talk.exchange(GET)).endsWith("1\r\nx\r\n0\r\nSum: 42\r\n\r\n");
        }
    }

    @Test
    void aStreamThatWritesTooLittleIsCut() {
        try (var talk = Conversation.with(streams(6, out -> out.writeUtf8("hello")))) {
            talk.client.send(GET);

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).doesNotContain("hello0").doesNotContain("500");
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(failure -> failure.cause())
                    .isInstanceOfSatisfying(ContractViolation.class, seen -> assertThat(seen.rule())
                            .isEqualTo(Rule.STR_TOO_FEW_BYTES));
        }
    }

    @Test
    void aStreamThatWritesTooMuchIsCutBeforeTheSurplus() {
        StreamingBody body = out -> {
            out.writeUtf8("hello");
            try {
                out.writeUtf8("!");
            } catch (ContractViolation _) {
                // catching it must not help
            }
        };

        try (var talk = Conversation.with(streams(5, body))) {
            talk.client.send(GET);

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).doesNotContain("!");
        }
    }

    @Test
    void aSinkIsOfNoUseAfterItsStream() {
        var kept = new CompletableFuture<BodySink>();

        try (var talk = Conversation.with(streams(out -> {
            kept.complete(out);
            out.writeUtf8("hello");
        }))) {
            talk.exchange(GET);

            assertThatThrownBy(() -> kept.join().writeUtf8("late")).isInstanceOf(ContractViolation.class);
            assertThat(talk.exchange(GET)).doesNotContain("late");
        }
    }

    @Test
    void aStreamWaitsForASlowReader() throws InterruptedException {
        var written = new java.util.concurrent.atomic.AtomicInteger();
        StreamingBody body = out -> {
            for (int i = 0; i < 1000; i++) {
                out.write(new byte[1000]);
                written.incrementAndGet();
            }
        };

        try (var talk = Conversation.with(streams(1_000_000, body))) {
            talk.client.takeNothing();
            talk.client.send(GET);
            talk.client.awaitWriter();

            assertThat(written).hasValueLessThan(100);
            talk.client.open(Long.MAX_VALUE);
            talk.client.awaitReader();
            assertThat(talk.received()).hasSizeGreaterThan(1_000_000);
        }
    }

    // ------------------------------------------------------------------------------------------ files

    private static Application sends(Path file, long offset, long length, long size) {
        return (_, respond) ->
                respond.with(Response.file(Status.OK, Headers.EMPTY, file, new FilePart(offset, length, size)));
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, 32 * 1024, 32 * 1024 + 1, 200_000})
    void sendsAFileOfEverySize(int size, @TempDir Path folder) throws IOException {
        var text = "x".repeat(size);
        var file = Files.writeString(folder.resolve("f"), text);

        try (var talk = Conversation.with(sends(file, 0, size, size))) {
            var one = "HTTP/1.1 200 OK\r\nAccept-Ranges: bytes\r\nContent-Length: " + size + "\r\n\r\n" + text;

            assertThat(talk.exchange(GET, GET)).isEqualTo(one + one);
        }
    }

    @Test
    void sendsAPartOfAFile(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("f"), "0123456789");

        try (var talk = Conversation.with(sends(file, 3, 4, 10))) {
            assertThat(talk.exchange(GET))
                    .contains("Content-Range: bytes 3-6/10\r\n")
                    .endsWith("\r\n\r\n3456");
        }
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {100, 100_000})
    void aFileThatShrankBeforeItIsSentIsAnswered500(int size, @TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("f"), "x".repeat(size - 1));

        try (var talk = Conversation.with(sends(file, 0, size, size))) {
            talk.client.send(GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 500 Internal Server Error\r\n");
        }
    }

    @Test
    void aFileThatVanishedIsAnswered500(@TempDir Path folder) {
        try (var talk = Conversation.with(sends(folder.resolve("none"), 0, 9, 9))) {
            talk.client.send(GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 500 Internal Server Error\r\n");
        }
    }

    // ------------------------------------------------------------------------------------------ informational

    @Test
    void informationalResponsesLeaveAtOnce() throws InterruptedException {
        var go = new CountDownLatch(1);
        Application hints = (request, respond) -> {
            request.sendEarlyHints(Headers.of(HeaderName.of("Link"), "</a>"));
            go.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(hints)) {
            talk.client.send(GET);
            talk.client.awaitReceived("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            go.countDown();
            talk.client.awaitReader();

            assertThat(talk.received()).endsWith("\r\n\r\n" + HI_BYTES);
        }
    }

    @Test
    void informationalResponsesDoNothingOnHttp10() {
        Application hints = (request, respond) -> {
            request.sendEarlyHints(Headers.of(HeaderName.of("Link"), "</a>"));
            return respond.with(HI);
        };

        try (var talk = Conversation.with(hints)) {
            talk.client.send("GET / HTTP/1.0\r\n\r\n");
            talk.awaitEnd();

            assertThat(talk.received()).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void anInformationalResponseBehindTheFinalOneIsRefused() {
        var seen = new CompletableFuture<Throwable>();
        Application hintsLate = (request, respond) -> {
            var token = respond.with(HI);
            assertThatThrownBy(() -> request.sendEarlyHints(Headers.EMPTY)).satisfies(seen::complete);
            return token;
        };

        try (var talk = Conversation.with(hintsLate)) {
            assertThat(talk.exchange(GET, GET)).isEqualTo(HI_BYTES + HI_BYTES);
            assertThat(seen).isCompletedWithValueMatching(thrown -> thrown instanceof ContractViolation);
        }
    }
}
