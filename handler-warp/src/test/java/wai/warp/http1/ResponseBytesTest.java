package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Bytes;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.Http1Event.Head;

/// The bytes of responses.
class ResponseBytesTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String GET_1_0 = "GET / HTTP/1.0\r\n\r\n";
    private static final CommonFields COMMON =
            CommonFields.of(Headers.of(HeaderName.DATE, "Sun, 06 Nov 1994 08:49:37 GMT", HeaderName.SERVER, "Warp"));

    private final OutputBuffer out = new OutputBuffer(0);

    @Test
    void aBodyInMemoryHasItsLength() throws Http1Fault {
        var engine = asked(GET);

        respond(engine, Response.text(Status.OK, "hello"), false);

        assertSent("""
                HTTP/1.1 200 OK\r
                Content-Type: text/plain; charset=utf-8\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Server: Warp\r
                Content-Length: 5\r
                \r
                hello""");
        assertThat(engine.persists()).isTrue();
    }

    @Test
    void fieldsKeepOrderCaseAndDuplicates() throws Http1Fault {
        var headers = Headers.of(HeaderName.of("x-B"), "1", HeaderName.SET_COOKIE, "a", HeaderName.SET_COOKIE, "b")
                .adding(HeaderName.of("X-b"), "gr\u00fcn");

        respond(asked(GET), Response.of(Status.OK, headers, Bytes.EMPTY), CommonFields.NONE);

        assertSent("""
                HTTP/1.1 200 OK\r
                x-B: 1\r
                Set-Cookie: a\r
                Set-Cookie: b\r
                X-b: gr\u00fcn\r
                Content-Length: 0\r
                \r
                """);
    }

    @Test
    void aCommonFieldOfTheApplicationStays() throws Http1Fault {
        var headers = Headers.of(HeaderName.of("server"), "mine");

        respond(asked(GET), Response.of(Status.OK, headers, Bytes.EMPTY), COMMON);

        assertSent("""
                HTTP/1.1 200 OK\r
                server: mine\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Length: 0\r
                \r
                """);
    }

    @ParameterizedTest
    @CsvSource({"200,OK", "200,Fine", "200,''", "299,''", "299,Odd", "599,Last", "404,Not Found", "100,x"})
    void theStatusLineHasCodeAndReason(int code, String reason) throws Http1Fault {
        var status = new Status(code, reason);
        var response = new FramedResponse(status, Headers.EMPTY, Bytes.EMPTY, FramedResponse.UNKNOWN);

        asked(GET).sendHead(response, CommonFields.NONE, false, out);

        assertSent("HTTP/1.1 " + code + " " + reason + "\r\n\r\n");
    }

    @Test
    void aStreamIsChunked() throws Http1Fault {
        var engine = asked(GET);

        engine.sendHead(framed("GET", stream()), CommonFields.NONE, false, out);
        engine.sendData(Wire.bytes("-hello-"), 1, 5, out);
        engine.sendData(new byte[0], 0, 0, out);
        engine.sendData(new byte[0x1a], 0, 0x1a, out);
        engine.sendChunkPrefix(0x123456789aL, out);
        out.putLatin1("(by reference)");
        engine.sendChunkSuffix(out);
        engine.sendEnd(Headers.EMPTY, out);

        assertSent("""
                HTTP/1.1 200 OK\r
                Transfer-Encoding: chunked\r
                \r
                5\r
                hello\r
                1a\r
                %s\r
                123456789a\r
                (by reference)\r
                0\r
                \r
                """.formatted("\0".repeat(0x1a)));
        assertThat(engine.persists()).isTrue();
    }

    @Test
    void trailersFollowTheLastChunk() throws Http1Fault {
        var engine = asked(GET);
        engine.sendHead(framed("GET", stream()), CommonFields.NONE, false, out);
        out.drained(out.size());

        engine.sendEnd(Headers.of(HeaderName.of("X-Sum"), "1", HeaderName.CONTENT_LENGTH, "5"), out);

        assertSent("0\r\nX-Sum: 1\r\n\r\n");
    }

    @Test
    void trailersWithoutChunksAreDropped() throws Http1Fault {
        var engine = asked(GET);
        engine.sendHead(framed("GET", Response.text(Status.OK, "")), CommonFields.NONE, false, out);
        out.drained(out.size());

        engine.sendEnd(Headers.of(HeaderName.of("X-Sum"), "1"), out);

        assertSent("");
    }

    @Test
    void aStreamOfKnownLengthIsNotChunked() throws Http1Fault {
        var engine = asked(GET);
        var response = stream().withHeader(HeaderName.CONTENT_LENGTH, "5");

        engine.sendHead(framed("GET", response), CommonFields.NONE, false, out);
        engine.sendData(Wire.bytes("hel"), 0, 3, out);

        assertThatThrownBy(() -> engine.sendEnd(Headers.EMPTY, out))
                .hasMessage("sendEnd: 2 bytes missing under" + " Content-Length");
        assertThatThrownBy(() -> engine.sendData(new byte[3], 0, 3, out)).hasMessageContaining("expected at most 2");
        engine.sendChunkPrefix(2, out);
        engine.sendChunkSuffix(out);
        engine.sendEnd(Headers.EMPTY, out);
        assertSent("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    }

    @Test
    void aStreamToHttp10EndsWithTheConnection() throws Http1Fault {
        var engine = asked("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        engine.sendHead(framed("GET", stream()), CommonFields.NONE, false, out);
        engine.sendData(Wire.bytes("hello"), 0, 5, out);
        engine.sendEnd(Headers.of(HeaderName.of("X-Sum"), "1"), out);

        assertSent("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
        assertThat(engine.persists()).isFalse();
    }

    @Test
    void anHttp10ClientIsToldThatTheConnectionStays() throws Http1Fault {
        var engine = asked("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        respond(engine, Response.text(Status.OK, "").withHeaders(Headers.EMPTY), CommonFields.NONE);

        assertSent("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(engine.persists()).isTrue();
    }

    @Test
    void theAnswerToHeadHasTheLengthAndNoBody() throws Http1Fault {
        var engine = asked(GET.replace("GET", "HEAD"));

        engine.sendHead(framed("HEAD", Response.text(Status.OK, "hello")), CommonFields.NONE, false, out);
        engine.sendEnd(Headers.EMPTY, out);

        assertSent("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n");
        assertThat(engine.persists()).isTrue();
    }

    @Test
    void theAnswerToHeadOfAStreamHasNoFraming() throws Http1Fault {
        var engine = asked(GET.replace("GET", "HEAD"));

        engine.sendHead(framed("HEAD", stream()), CommonFields.NONE, false, out);
        engine.sendEnd(Headers.EMPTY, out);

        assertSent("HTTP/1.1 200 OK\r\n\r\n");
        assertThat(engine.persists()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"204,No Content,''", "304,Not Modified,''", "205,Reset Content,Content-Length: 0"})
    void aStatusWithoutContentHasNoBody(int code, String reason, String framing) throws Http1Fault {
        var engine = asked(GET);

        var response = Response.stream(Status.of(code), Headers.EMPTY, _ -> {});
        engine.sendHead(framed("GET", response), CommonFields.NONE, false, out);
        engine.sendEnd(Headers.EMPTY, out);

        assertSent("HTTP/1.1 " + code + " " + reason + "\r\n" + (framing.isEmpty() ? "" : framing + "\r\n") + "\r\n");
        assertThat(engine.persists()).isTrue();
    }

    @Test
    void aPartOfAFileHasItsLength() throws Http1Fault {
        var engine = asked(GET);
        var response = Response.file(
                Status.PARTIAL_CONTENT,
                Headers.EMPTY,
                Path.of("any"),
                new FilePart(10, 5_000_000_000L, 6_000_000_000L));

        engine.sendHead(framed("GET", response), CommonFields.NONE, false, out);
        engine.sendChunkPrefix(5_000_000_000L, out);
        engine.sendChunkSuffix(out);
        engine.sendEnd(Headers.EMPTY, out);

        assertSent("""
                HTTP/1.1 206 Partial Content\r
                Accept-Ranges: bytes\r
                Content-Range: bytes 10-5000000009/6000000000\r
                Content-Length: 5000000000\r
                \r
                """);
    }

    @ParameterizedTest(name = "{0}, {1}, closing {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                // version, option of the client, driver closes, option of the application, what is sent, persists
                "HTTP/1.1, -,          false, -,                     -,                        true",
                "HTTP/1.1, close,      false, -,                     close,                    false",
                "HTTP/1.1, -,          true,  -,                     close,                    false",
                "HTTP/1.1, -,          false, close,                 close,                    false",
                "HTTP/1.1, -,          false, Close,                 close,                    false",
                "HTTP/1.1, close,      true,  close,                 close,                    false",
                "HTTP/1.1, -,          false, keep-alive,            -,                        true",
                "HTTP/1.1, -,          true,  keep-alive,            close,                    false",
                "HTTP/1.1, -,          false, X-Hop,                 X-Hop,                    true",
                "HTTP/1.1, -,          false, 'X-Hop, close, Other', 'close, X-Hop, Other',    false",
                "HTTP/1.1, 'close, TE', false, -,                    close,                    false",
                "HTTP/1.1, 'TE, Close', false, -,                    close,                    false",
                "HTTP/1.1, 'TE, closed', false, -,                   -,                        true",
                "HTTP/1.0, 'TE, Keep-Alive', false, -,               keep-alive,               true",
                "HTTP/1.0, 'keep-alive, close', false, -,            close,                    false",
                "HTTP/1.0, -,          false, -,                     close,                    false",
                "HTTP/1.0, keep-alive, false, -,                     keep-alive,               true",
                "HTTP/1.0, keep-alive, true,  -,                     close,                    false",
                "HTTP/1.0, keep-alive, false, close,                 close,                    false",
                "HTTP/1.0, keep-alive, false, X-Hop,                 'keep-alive, X-Hop',      true",
                "HTTP/1.0, -,          false, keep-alive,            close,                    false",
            })
    void oneConnectionFieldSaysWhatHappens(
            String version,
            @Nullable String asked,
            boolean closing,
            @Nullable String option,
            @Nullable String sent,
            boolean persists)
            throws Http1Fault {
        var engine = asked("GET / " + version + "\r\nHost: x\r\n"
                + (asked == null ? "" : "Connection: " + asked + "\r\n") + "\r\n");
        var headers = option == null ? Headers.EMPTY : Headers.of(HeaderName.CONNECTION, option);

        respond(engine, Response.of(Status.OK, headers, Bytes.EMPTY), closing);

        assertSent("HTTP/1.1 200 OK\r\n" + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: Warp\r\n"
                + "Content-Length: 0\r\n" + (sent == null ? "" : "Connection: " + sent + "\r\n") + "\r\n");
        assertThat(engine.persists()).isEqualTo(persists);
    }

    @Test
    void anOfferToUpgradeIsNamedInConnection() throws Http1Fault {
        var headers = Headers.of(HeaderName.UPGRADE, "websocket");

        respond(asked(GET), Response.of(Status.UPGRADE_REQUIRED, headers, Bytes.EMPTY), CommonFields.NONE);

        assertSent("""
                HTTP/1.1 426 Upgrade Required\r
                Upgrade: websocket\r
                Content-Length: 0\r
                Connection: Upgrade\r
                \r
                """);
    }

    @ParameterizedTest
    @CsvSource({"-,Upgrade", "upgrade,upgrade", "'keep-alive, Upgrade',Upgrade", "'close, X','X, Upgrade'"})
    void anUpgradeHandsTheConnectionOver(String option, String sent) throws Http1Fault {
        var engine = asked(GET);
        var headers = Headers.of(HeaderName.UPGRADE, "websocket");
        if (!option.equals("-")) {
            headers = headers.adding(HeaderName.CONNECTION, option);
        }

        engine.sendHead(framed("GET", raw(Status.SWITCHING_PROTOCOLS, headers)), CommonFields.NONE, false, out);

        assertSent("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: " + sent + "\r\n\r\n");
        assertThat(engine.persists()).isFalse();
    }

    @Test
    void bytesBehindAnUpgradeStayInTheInput() throws Http1Fault {
        var engine = new Http1Engine(Http1Limits.DEFAULT);
        var input = ByteBuffer.wrap(Wire.bytes(GET + "\0raw"));
        engine.nextEvent(input);
        engine.sendHead(framed("GET", raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY)), CommonFields.NONE, false, out);

        assertThatThrownBy(() -> engine.nextEvent(input)).isInstanceOf(IllegalStateException.class);

        assertThat(ISO_8859_1.decode(input).toString()).isEqualTo("\0raw");
    }

    @Test
    void aRawResponseThatIsNoUpgradeCloses() throws Http1Fault {
        asked(GET).sendHead(framed("GET", raw(Status.OK, Headers.EMPTY)), CommonFields.NONE, false, out);

        assertSent("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    }

    @Test
    void aRawAnswerToConnectIsATunnel() throws Http1Fault {
        asked("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n")
                .sendHead(framed("CONNECT", raw(Status.OK, Headers.EMPTY)), CommonFields.NONE, false, out);

        assertSent("HTTP/1.1 200 OK\r\n\r\n");
    }

    @Test
    void anotherAnswerToConnectHasFramingOnlyWhenItRefuses() throws Http1Fault {
        var connect = "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n";

        respond(asked(connect), Response.of(Status.OK, Headers.EMPTY, Bytes.utf8("hi")), CommonFields.NONE);
        respond(asked(connect), Response.of(Status.FORBIDDEN, Headers.EMPTY, Bytes.utf8("no")), CommonFields.NONE);

        assertSent("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi"
                + "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    }

    @Test
    void continueIsSentOnceAndTheConnectionPersists() throws Http1Fault {
        var engine = asked("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

        engine.sendContinue(out);
        engine.nextEvent(ByteBuffer.wrap(Wire.bytes("hi")));
        respond(engine, Response.of(Status.OK, Headers.EMPTY, Bytes.EMPTY), CommonFields.NONE);

        assertSent("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(engine.persists()).isTrue();
    }

    @Test
    void aFinalResponseInsteadOfContinueCloses() throws Http1Fault {
        var engine = asked("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

        respond(engine, Response.of(Status.FORBIDDEN, Headers.EMPTY, Bytes.EMPTY), CommonFields.NONE);

        assertSent("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        assertThat(engine.persists()).isFalse();
    }

    @Test
    void informationalResponsesPrecedeTheFinalOne() throws Http1Fault {
        var engine = asked(GET);
        var headers =
                Headers.of(HeaderName.LINK, "</a>", HeaderName.CONTENT_LENGTH, "5", HeaderName.CONNECTION, "close");

        engine.sendInformational(Status.EARLY_HINTS, headers, out);
        engine.sendInformational(Status.PROCESSING, Headers.EMPTY, out);

        assertSent("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
        LongStream.of(100, 101, 200)
                .forEach(code -> assertThatThrownBy(() -> engine.sendInformational(Status.of((int) code), headers, out))
                        .isInstanceOf(IllegalArgumentException.class));
    }

    @Test
    void anHttp10ClientGetsNoInformationalResponse() throws Http1Fault {
        asked(GET_1_0).sendInformational(Status.EARLY_HINTS, Headers.EMPTY, out);

        assertSent("");
    }

    @Test
    void aFaultIsAnsweredOnceAndCloses() {
        var engine = new Http1Engine(Http1Limits.DEFAULT);
        assertThatThrownBy(() -> engine.nextEvent(ByteBuffer.wrap(Wire.bytes("GET /\r\n"))))
                .isInstanceOfSatisfying(Http1Fault.class, fault -> {
                    assertThat(fault.status()).isEqualTo(Status.BAD_REQUEST);
                    assertThat(fault.getStackTrace()).isEmpty();
                    assertThat(fault)
                            .hasMessage("request line \"GET /\": expected method SP target SP HTTP/1.1 (RFC 9112 §3)");
                });

        respond(engine, Response.of(Status.BAD_REQUEST, Headers.EMPTY, Bytes.EMPTY), true);

        assertThat(out.toString()).endsWith("Content-Length: 0\r\nConnection: close\r\n\r\n");
        assertThat(engine.persists()).isFalse();
    }

    private static Http1Engine asked(String request) throws Http1Fault {
        var engine = new Http1Engine(Http1Limits.DEFAULT);
        assertThat(engine.nextEvent(ByteBuffer.wrap(Wire.bytes(request)))).isInstanceOf(Head.class);
        return engine;
    }

    private void respond(Http1Engine engine, Response response, boolean close) {
        send(engine, framed("GET", response), COMMON, close);
    }

    private void respond(Http1Engine engine, Response response, CommonFields common) {
        send(engine, framed("GET", response), common, false);
    }

    private void send(Http1Engine engine, FramedResponse response, CommonFields common, boolean close) {
        engine.sendHead(response, common, close, out);
        var bytes = ((Bytes) response.body()).toByteArray();
        engine.sendData(bytes, 0, bytes.length, out);
        engine.sendEnd(Headers.EMPTY, out);
    }

    private static Response stream() {
        return Response.stream(Status.OK, Headers.EMPTY, _ -> {});
    }

    private static Response raw(Status status, Headers headers) {
        return Response.raw(status, headers, Response.text(Status.OK, ""), _ -> {});
    }

    private static FramedResponse framed(String method, Response response) {
        return FramedResponse.of(method, response);
    }

    private void assertSent(String expected) {
        assertThat(out.toString()).isEqualTo(expected);
    }
}
