package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static wai.warp.WireClient.GET;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Limits;
import wai.warp.settings.WarpSettings;

/// The HTTP decisions of the design, as bytes over a socket.
class WarpWireTest {
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// What the paths do.
    private static final Application APPLICATION = (request, respond) -> switch (request.rawPath()) {
        case "/unread" -> respond.with(Response.text(Status.OK, "unread"));
        case "/stream" ->
            respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                out.writeUtf8("hello");
                out.flush();
                out.writeUtf8("world");
            }));
        case "/cut" ->
            respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                out.writeUtf8("hello");
                out.flush();
                throw new IllegalStateException("cut on purpose");
            }));
        case "/throws" -> throw new IllegalStateException("thrown on purpose");
        case "/lies" ->
            respond.with(Response.of(
                    Status.OK,
                    Headers.of(
                            HeaderName.CONTENT_LENGTH,
                            "99",
                            HeaderName.TRANSFER_ENCODING,
                            "gzip",
                            HeaderName.DATE,
                            "x"),
                    Bytes.utf8("true")));
        case "/204" -> respond.with(Response.text(Status.NO_CONTENT, "not sent"));
        case "/304" -> respond.with(Response.text(Status.NOT_MODIFIED, "not sent"));
        default ->
            respond.with(Response.of(
                    Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));
    };

    private static Resources before;
    private static WarpServer server;

    @BeforeAll
    static void start() throws IOException {
        before = Resources.now();
        var limits = Limits.defaults().withBodyBytes(1000).withDrainBytes(100);
        server = Warp.start(
                WarpSettings.defaults()
                        .withHost("127.0.0.1")
                        .withPort(0)
                        .withLimits(limits)
                        .withServerName(""),
                APPLICATION);
    }

    @AfterAll
    static void stop() {
        server.close();
        before.awaitReturn();
    }

    @AfterEach
    void everythingIsGivenBack() {
        Resources.awaitNoConnection(server);
    }

    private static String withoutDate(String response) {
        return response.replaceFirst("Date: [^\r]*\r\n", "");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("two spaces in the request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400 Bad Request"),
                arguments("no version", "GET /\r\nHost: a\r\n\r\n", "400 Bad Request"),
                arguments("bad field name", "GET / HTTP/1.1\r\nHost: a\r\nA B: c\r\n\r\n", "400 Bad Request"),
                arguments("control in a value", "GET / HTTP/1.1\r\nHost: a\r\nA: \0\r\n\r\n", "400 Bad Request"),
                arguments("bare CR", "GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n", "400 Bad Request"),
                arguments("bare LF", "GET / HTTP/1.1\nHost: a\n\n", "400 Bad Request"),
                arguments("obs-fold", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", "400 Bad Request"),
                arguments("space before colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400 Bad Request"),
                arguments("no Host", "GET / HTTP/1.1\r\n\r\n", "400 Bad Request"),
                arguments("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400 Bad Request"),
                arguments(
                        "signed length",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
                        "400 Bad Request"),
                arguments(
                        "two lengths",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                        "400 Bad Request"),
                arguments(
                        "length of 20 digits",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
                        "400 Bad Request"),
                arguments(
                        "length and coding",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "400 Bad Request"),
                arguments(
                        "coding in HTTP/1.0",
                        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "400 Bad Request"),
                arguments(
                        "last coding not chunked",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
                        "400 Bad Request"),
                arguments(
                        "unknown coding",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                        "501 Not Implemented"),
                arguments("bad chunk size", CHUNKED + "x\r\n", "400 Bad Request"),
                arguments("long chunk extension", CHUNKED + "1;" + "x".repeat(300) + "\r\n", "400 Bad Request"),
                arguments("no CRLF behind a chunk", CHUNKED + "1\r\nabc", "400 Bad Request"),
                arguments("bad trailer", CHUNKED + "0\r\nA B\r\n\r\n", "400 Bad Request"),
                arguments(
                        "header section too large",
                        "GET / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(64 * 1024) + "\r\n\r\n",
                        "431 Request Header Fields Too Large"),
                arguments(
                        "too many fields",
                        "GET / HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n".repeat(128) + "\r\n",
                        "431 Request Header Fields Too Large"),
                arguments(
                        "target too long",
                        "GET /" + "x".repeat(8 * 1024) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                        "414 URI Too Long"),
                arguments(
                        "body too long by its length",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n",
                        "413 Content Too Large"),
                arguments("body too long by its chunks", CHUNKED + "3e9\r\n", "413 Content Too Large"),
                arguments("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported"),
                arguments(
                        "unknown expectation",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: luck\r\n\r\n",
                        "417 Expectation Failed"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("refused")
    void refusesAndCloses(String name, String request, String status) throws IOException {
        try (var client = WireClient.of(server)) {
            client.sendInVain(request);
            var response = client.response();

            assertThat(response)
                    .as(name)
                    .startsWith("HTTP/1.1 " + status + "\r\n")
                    .contains("\r\nConnection: close\r\n");
            assertThat(client.rest()).isEmpty();
        }
    }

    static Stream<Arguments> cutRequests() {
        return Stream.of(
                arguments("inside a head", "GET / HTTP/1.1\r\nHo"),
                arguments("inside a body of known length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab"),
                arguments("inside a chunk", CHUNKED + "5\r\nab"),
                arguments("before the last chunk", CHUNKED + "2\r\nab\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cutRequests")
    void refusesARequestThatEndsTooEarly(String name, String request) throws IOException {
        try (var client = WireClient.of(server)) {
            client.send(request).end();

            assertThat(client.status()).as(name).isEqualTo("HTTP/1.1 400 Bad Request");
            assertThat(client.rest()).isEmpty();
        }
    }

    static Stream<Arguments> answered() {
        return Stream.of(
                arguments("GET", GET, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                arguments(
                        "one empty line before the request",
                        "\r\n" + GET,
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                arguments(
                        "body of known length",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
                arguments(
                        "chunked body",
                        CHUNKED + "3\r\nabc\r\n0\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
                arguments(
                        "absolute target",
                        "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                arguments(
                        "unread body that can be drained",
                        "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n\r\nunread"),
                arguments(
                        "framing of the application corrected",
                        "GET /lies HTTP/1.1\r\nHost: a\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue"),
                arguments("HEAD", GET.replace("GET", "HEAD"), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                arguments("204", GET.replace("/ ", "/204 "), """
                        HTTP/1.1 204 No Content\r
                        Content-Type: text/plain; charset=utf-8\r
                        \r
                        """),
                arguments("304", GET.replace("/ ", "/304 "), """
                        HTTP/1.1 304 Not Modified\r
                        Content-Type: text/plain; charset=utf-8\r
                        \r
                        """),
                arguments("exception", GET.replace("/ ", "/throws "), """
                        HTTP/1.1 500 Internal Server Error\r
                        Content-Type: text/plain; charset=utf-8\r
                        Content-Length: 26\r
                        \r
                        500 Internal Server Error
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answered")
    void answersAndGoesOn(String name, String request, String response) throws IOException {
        try (var client = WireClient.of(server)) {
            assertThat(withoutDate(client.send(request).response())).as(name).isEqualTo(response);
            assertThat(client.send(GET).status()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void asksForABodyOnlyWhenItIsRead() throws IOException {
        var expecting = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";

        try (var client = WireClient.of(server)) {
            assertThat(client.send(expecting).response()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.send("abc").response()).endsWith("\r\n\r\nabc");
        }
        try (var client = WireClient.of(server)) {
            assertThat(client.send(expecting.replace("/ ", "/unread ")).response())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nConnection: close\r\n");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void closesBehindAnUnreadBodyPastTheLimit() throws IOException {
        try (var client = WireClient.of(server)) {
            client.send("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n" + "x".repeat(101));

            assertThat(client.response()).contains("\r\nConnection: close\r\n").endsWith("unread");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void chunksAStreamOnHttp11() throws IOException {
        try (var client = WireClient.of(server)) {
            client.send("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

            assertThat(withoutDate(client.rest())).isEqualTo("""
                    HTTP/1.1 200 OK\r
                    Transfer-Encoding: chunked\r
                    Connection: close\r
                    \r
                    5\r
                    hello\r
                    5\r
                    world\r
                    0\r
                    \r
                    """);
        }
    }

    @Test
    void endsAStreamByClosingOnHttp10() throws IOException {
        try (var client = WireClient.of(server)) {
            client.send("GET /stream HTTP/1.0\r\n\r\n");

            assertThat(withoutDate(client.rest())).isEqualTo("""
                    HTTP/1.1 200 OK\r
                    Connection: close\r
                    \r
                    helloworld""");
        }
    }

    @Test
    void resetsAStreamThatFails() throws IOException {
        try (var client = WireClient.of(server)) {
            client.send("GET /cut HTTP/1.0\r\n\r\n");

            assertThat(client.isReset()).isTrue();
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        var post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";

        try (var client = WireClient.of(server)) {
            client.send(post + "a" + post + "b" + CHUNKED + "1\r\nc\r\n0\r\n\r\n" + post + "d");

            for (var body : new String[] {"a", "b", "c", "d"}) {
                assertThat(client.response()).endsWith("\r\n\r\n" + body);
            }
        }
    }
}
