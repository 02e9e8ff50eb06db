package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;
import static wai.warp.server.Conversation.SAYS_HI;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Rule;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;
import wai.warp.settings.Limits;

/// Request bodies on a connection: framings, 100 Continue, what is left unread, trailers, threads.
class Http1RequestBodyTest {
    private static final Application ECHO = (request, respond) ->
            respond.with(HI.withBody(Bytes.of(request.body().readAllBytes())));
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String CLOSING_STREAM =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    private static final String EXPECTING =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";

    private static String post(String body) {
        return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String echoed(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void readsABodyOfKnownLength() {
        try (var talk = Conversation.with(ECHO)) {
            assertThat(talk.exchange(post("hello") + post("") + post("x")))
                    .isEqualTo(echoed("hello") + echoed("") + echoed("x"));
        }
    }

    @Test
    void readsAChunkedBody() {
        try (var talk = Conversation.with(ECHO)) {
            var request = CHUNKED + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n";

            assertThat(talk.exchange(request + GET)).isEqualTo(echoed("hello world") + echoed(""));
        }
    }

    /// Reads of 16 KiB and more go past the input buffer.
    @ParameterizedTest(name = "pieces of {0} bytes")
    @ValueSource(ints = {1000, 16_384, 20_000, 100_000, 1_000_000})
    void readsLargeBodiesWhateverTheirPieces(int size) {
        Application echo = (request, respond) -> respond.with(HI.withBody(request.readBody(1_000_000)));
        var body = "0123456789".repeat(20_000);
        var all = post(body) + CHUNKED + "30d40\r\n" + body + "\r\n0\r\n\r\n" + post(body) + GET;

        try (var talk = Conversation.with(echo)) {
            assertThat(talk.exchange(all.split("(?<=\\G(?s:.{" + size + "}))")))
                    .isEqualTo(echoed(body).repeat(3) + echoed(""));
        }
    }

    @Test
    void aLargeBodyThatIsCutIsNotTakenForAWholeOne() {
        Application echo = (request, respond) -> respond.with(HI.withBody(request.readBody(1_000_000)));
        var body = "0123456789".repeat(20_000);

        try (var talk = Conversation.with(echo)) {
            talk.client.send(post(body).substring(0, 150_000));
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received())
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .doesNotContain("0123456789");
        }
    }

    @Test
    void readsBodiesThatComeByteByByte() {
        try (var talk = Conversation.with(ECHO)) {
            var both = CHUNKED + "5\r\nhello\r\n0\r\n\r\n" + post("abc");

            assertThat(talk.exchange(both.split(""))).isEqualTo(echoed("hello") + echoed("abc"));
        }
    }

    @Test
    void readsABodyLargerThanAllBuffers() {
        var body = "0123456789".repeat(30_000);

        try (var talk = Conversation.with(ECHO)) {
            assertThat(talk.exchange(post(body) + GET)).isEqualTo(echoed(body) + echoed(""));
        }
    }

    @Test
    void aBodyStaysAtItsEnd() {
        Application readsOn = (request, respond) -> {
            var body = request.body().readAllBytes();
            var rest = new int[] {
                request.body().read(),
                request.body().read(new byte[5]),
                request.body().available()
            };
            return respond.with(HI.withBody(Bytes.utf8(body.length + " " + rest[0] + " " + rest[1] + " " + rest[2])));
        };

        try (var talk = Conversation.with(readsOn)) {
            assertThat(talk.exchange(post("abc") + GET)).endsWith("0 -1 -1 0").contains("3 -1 -1 0");
        }
    }

    // ------------------------------------------------------------------------------------------ 100 Continue

    @Test
    void asksForTheBodyWhenTheApplicationReads() {
        try (var talk = Conversation.with(ECHO)) {
            assertThat(talk.exchange(EXPECTING)).isEqualTo(CONTINUE);
            assertThat(talk.exchange("abc")).isEqualTo(CONTINUE + echoed("abc"));
            assertThat(talk.exchange(GET)).isEqualTo(CONTINUE + echoed("abc") + echoed(""));
        }
    }

    @Test
    void asksOnlyOnce() {
        try (var talk = Conversation.with(ECHO)) {
            talk.exchange(EXPECTING);
            talk.exchange("a");
            talk.exchange("b");

            assertThat(talk.exchange("c")).isEqualTo(CONTINUE + echoed("abc"));
        }
    }

    @Test
    void doesNotAskWhenTheBodyIsThereAlready() {
        try (var talk = Conversation.with(ECHO)) {
            assertThat(talk.exchange(EXPECTING + "abc")).endsWith(echoed("abc"));
        }
    }

    @Test
    void neverAsksForABodyThatNobodyReads() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.send(EXPECTING);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received())
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
        }
    }

    @Test
    void asksInsideAStreamThatHasSentNothing() {
        Application mirror = (request, respond) -> respond.with(
                Response.stream(Status.OK, Headers.EMPTY, out -> request.body().transferTo(out)));
        var head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

        try (var talk = Conversation.with(mirror)) {
            assertThat(talk.exchange(EXPECTING)).isEqualTo(CONTINUE + head);
            assertThat(talk.exchange("abc")).isEqualTo(CONTINUE + head + "3\r\nabc\r\n0\r\n\r\n");
            assertThat(talk.exchange(GET)).endsWith("\r\n0\r\n\r\n" + head + "0\r\n\r\n");
        }
    }

    @Test
    void neverAsksBehindBytesOfAStream() {
        Application begins = (request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("x");
            out.flush();
            request.body().transferTo(out);
        }));
        var begun = CLOSING_STREAM + "1\r\nx\r\n";

        try (var talk = Conversation.with(begins)) {
            assertThat(talk.exchange(EXPECTING)).isEqualTo(begun);
            talk.client.send("abc");
            talk.client.end();
            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(begun + "3\r\nabc\r\n0\r\n\r\n");
        }
    }

    @Test
    void aStreamThatDoesNotReadSaysThatTheConnectionCloses() {
        Application streams =
                (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> out.writeUtf8("hi")));

        try (var talk = Conversation.with(streams)) {
            talk.client.send(EXPECTING);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(CLOSING_STREAM + "2\r\nhi\r\n0\r\n\r\n");
        }
    }

    @Test
    void aStreamThatFailsBeforeItAsksIsCut() {
        Application fails = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, _ -> {
            throw new IllegalStateException("thrown by a test, on purpose");
        }));

        try (var talk = Conversation.with(fails)) {
            talk.client.send(EXPECTING);

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).isEqualTo(CLOSING_STREAM);
        }
    }

    @Test
    void askingWaitsForEarlierPipelinedAnswers() {
        Application readsPosts = (request, respond) ->
                request.method().equals("POST") ? ECHO.handle(request, respond) : respond.with(HI);

        try (var talk = Conversation.with(readsPosts)) {
            assertThat(talk.exchange(GET + EXPECTING)).isEqualTo(HI_BYTES + CONTINUE);
        }
    }

    // ------------------------------------------------------------------------------------------ unread bodies

    static Stream<Arguments> unreadBodies() {
        return Stream.of(
                arguments("length at the limit", post("x".repeat(100)), true),
                arguments("length past the limit", post("x".repeat(101)), false),
                arguments("chunks at the limit", CHUNKED + "64\r\n" + "x".repeat(100) + "\r\n0\r\n\r\n", true),
                arguments("chunks past the limit", CHUNKED + "65\r\n" + "x".repeat(101) + "\r\n0\r\n\r\n", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadBodies")
    void anUnreadBodyIsDrainedUpToTheLimit(String name, String request, boolean lives) {
        try (var talk = Conversation.with(
                settings -> settings.withLimits(Limits.defaults().withDrainBytes(100)), SAYS_HI)) {
            talk.exchange(request);
            if (lives) {
                assertThat(talk.exchange(GET)).as(name).isEqualTo(HI_BYTES + HI_BYTES);
            } else {
                talk.client.end();
                assertThat(talk.awaitEnd()).as(name).isEqualTo(Ending.CLOSED);
                assertThat(talk.received()).containsOnlyOnce("HTTP/1.1").endsWith("hi");
            }
        }
    }

    @Test
    void anUnreadBodyIsNeverTakenForARequest() {
        var smuggled = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
        Application tellsPath = (request, respond) -> respond.with(HI.withBody(Bytes.utf8(request.rawPath())));

        try (var talk = Conversation.with(tellsPath)) {
            assertThat(talk.exchange(post(smuggled) + GET)).isEqualTo(echoed("/") + echoed("/"));
        }
    }

    @Test
    void theRestOfABodyReadInPartIsDrained() {
        Application readsTwo = (request, respond) ->
                respond.with(HI.withBody(Bytes.of(request.body().readNBytes(2))));

        try (var talk = Conversation.with(readsTwo)) {
            assertThat(talk.exchange(post("abcdef") + post("gh") + GET))
                    .isEqualTo(echoed("ab") + echoed("gh") + echoed(""));
        }
    }

    @Test
    void theAnswerLeavesBeforeTheUnreadBodyIsAwaited() {
        try (var talk = Conversation.with(SAYS_HI)) {
            assertThat(talk.exchange(post("abc").substring(0, post("abc").length() - 2)))
                    .isEqualTo(HI_BYTES);
            assertThat(talk.exchange("bc" + GET)).isEqualTo(HI_BYTES + HI_BYTES);
        }
    }

    @Test
    void aClientWhoseUnreadBodyIsMalformedCanStillReadTheAnswer() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.send(CHUNKED + "zz\r\n", "more", "and more");
            talk.client.awaitReader();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(HI_BYTES);
        }
    }

    // ------------------------------------------------------------------------------------------ trailers

    @Test
    void trailersAreThereBehindTheBody() {
        Application tellsTrailers = (request, respond) -> {
            request.body().readAllBytes();
            return respond.with(HI.withBody(Bytes.utf8(request.trailers().first(HeaderName.of("Sum"), "none"))));
        };

        try (var talk = Conversation.with(tellsTrailers)) {
            var received = talk.exchange(CHUNKED + "1\r\nx\r\n0\r\nSum: 42\r\n\r\n", GET);

            assertThat(received).isEqualTo(echoed("42") + echoed("none"));
        }
    }

    @Test
    void trailersBeforeTheEndAreRefused() {
        var seen = new CompletableFuture<Throwable>();
        Application asksEarly = (request, respond) -> {
            assertThatThrownBy(request::trailers).satisfies(seen::complete);
            return respond.with(HI);
        };

        try (var talk = Conversation.with(asksEarly)) {
            talk.exchange(CHUNKED + "1\r\nx\r\n0\r\nSum: 42\r\n\r\n");

            assertThat(seen).isCompletedWithValueMatching(thrown -> thrown instanceof IllegalStateException);
        }
    }

    // ------------------------------------------------------------------------------------------ bodies that fail

    @Test
    void aCutBodyIsAnExceptionAndNoEnd() {
        var seen = new CompletableFuture<Throwable>();
        Application reads = (request, respond) -> {
            assertThatThrownBy(() -> request.body().readAllBytes()).satisfies(seen::complete);
            assertThatThrownBy(() -> request.body().read()).isInstanceOf(ClientDisconnectedException.class);
            return respond.with(HI);
        };

        try (var talk = Conversation.with(reads)) {
            talk.client.send(post("abc").substring(0, post("abc").length() - 1));
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(seen).isCompletedWithValueMatching(thrown -> thrown instanceof ClientDisconnectedException);
            assertThat(talk.received())
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
        }
    }

    @Test
    void aResetDuringTheBodyIsAnException() {
        var seen = new CompletableFuture<Throwable>();
        Application reads = (request, respond) -> {
            assertThatThrownBy(() -> request.body().readAllBytes()).satisfies(seen::complete);
            return respond.with(HI);
        };

        try (var talk = Conversation.with(reads)) {
            talk.exchange(post("abc").substring(0, post("abc").length() - 1));
            talk.client.reset();
            talk.awaitEnd();

            assertThat(seen).isCompletedWithValueMatching(thrown -> thrown instanceof ClientDisconnectedException);
        }
    }

    @Test
    void aClientThatResetsDuringTheBodyIsNotAnsweredAndReportedOnce() {
        var asked = new CompletableFuture<Boolean>();
        var hooks = Hooks.defaults().withErrorResponse(_ -> {
            asked.complete(true);
            return HI;
        });

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), ECHO)) {
            talk.exchange(post("abc").substring(0, post("abc").length() - 1));
            talk.client.reset();
            talk.awaitEnd();

            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.REQUEST);
            assertThat(asked).isNotDone();
        }
    }

    // ------------------------------------------------------------------------------------------ threads and scope

    @Test
    void aBodyCannotBeReadAfterTheExchange() throws IOException {
        var kept = new CompletableFuture<InputStream>();
        Application keeps = (request, respond) -> {
            kept.complete(request.body());
            return respond.with(HI);
        };

        try (var talk = Conversation.with(keeps)) {
            talk.exchange(post("abc"));

            assertThatThrownBy(() -> kept.join().read())
                    .isInstanceOfSatisfying(ContractViolation.class, violation -> assertThat(violation.rule())
                            .isEqualTo(Rule.REQ_LATE_READ));
        }
    }

    /// Reads a byte of each body, and leaves a thread behind that waits for the others.
    private static Application leavesReader(CompletableFuture<String> late) {
        return (request, respond) -> {
            var reading = new CountDownLatch(1);
            var reader = Thread.startVirtualThread(() -> {
                try {
                    request.body().read();
                    reading.countDown();
                    late.complete(new String(request.body().readAllBytes(), StandardCharsets.ISO_8859_1));
                } catch (IOException | RuntimeException e) {
                    late.completeExceptionally(e);
                }
            });
            reading.await();
            while (reader.getState() != Thread.State.WAITING && reader.isAlive()) {
                Thread.onSpinWait();
            }
            return respond.with(HI);
        };
    }

    @Test
    void aReaderLeftBehindFailsAndTakesTheConnectionWithIt() {
        var late = new CompletableFuture<String>();

        try (var talk = Conversation.with(leavesReader(late))) {
            talk.client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na");
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(late.handle((text, thrown) -> thrown).join()).isInstanceOf(ClientDisconnectedException.class);
            assertThat(talk.received()).isEqualTo(HI_BYTES);
        }
    }

    @Test
    void aReaderLeftBehindNeverGetsBytesOfTheNextRequest() {
        var late = new CompletableFuture<String>();

        try (var talk = Conversation.with(leavesReader(late))) {
            talk.client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na");
            talk.client.awaitReceived("hi");
            talk.client.send("bcde" + "POST / HTTP/1.1\r\nHost: secret\r\nContent-Length: 1\r\n\r\nx");
            talk.client.end();
            talk.awaitEnd();

            assertThat(late.handle((text, thrown) -> thrown == null ? text : "").join())
                    .doesNotContain("secret");
        }
    }

    @Test
    void theBodyCanBeReadWhileTheResponseIsWritten() {
        Application doubles = (request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            for (int octet; (octet = request.body().read()) >= 0; ) {
                out.write(octet);
                out.write(octet);
                out.flush();
            }
        }));

        try (var talk = Conversation.with(doubles)) {
            assertThat(talk.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na"))
                    .endsWith("2\r\naa\r\n");
            assertThat(talk.exchange("b")).endsWith("2\r\naa\r\n2\r\nbb\r\n0\r\n\r\n");
            assertThat(talk.exchange(post("c"))).endsWith("2\r\ncc\r\n0\r\n\r\n");
        }
    }
}
