package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.END_STREAM;
import static wai.warp.http2.ClientFrames.data;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.headers;
import static wai.warp.http2.ClientFrames.joined;
import static wai.warp.http2.ClientFrames.post;
import static wai.warp.http2.ClientFrames.reset;
import static wai.warp.http2.ClientFrames.setting;
import static wai.warp.http2.ClientFrames.windowUpdate;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.http2.ClientFrames;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Http2;
import wai.warp.settings.Listener;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.WarpSettings;

/// What applications do over HTTP/2, on a real port.
@Timeout(60) // a safety net, nothing depends on it
class Http2ServerTest {
    private static final Response HI = Response.of(Status.OK, Headers.EMPTY, Bytes.utf8("hi"));

    private final ArrayBlockingQueue<Failure> failures = new ArrayBlockingQueue<>(100);

    private WarpServer start(Application application) throws IOException {
        return start(settings -> settings, application);
    }

    private WarpServer start(UnaryOperator<WarpSettings> change, Application application) throws IOException {
        var settings = WarpSettings.defaults()
                .withHost("127.0.0.1")
                .withPort(0)
                .withServerName("")
                .withHooks(Hooks.defaults().withOnFailure(failures::add));
        return Warp.start(change.apply(settings), application);
    }

    private static byte[] path(int stream, String path) {
        return headers(stream, END_STREAM, ":method: GET", ":scheme: http", ":path: " + path, ":authority: a");
    }

    private static List<String> withoutDate(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceAll(" date=[^=]* GMT", ""))
                .toList();
    }

    @Test
    void servesManyRequestsOnOneConnection() throws Exception {
        try (var server = start((request, respond) -> respond.with(Response.text(Status.OK, request.rawPath())));
                var client = Http2Client.of(server)) {
            client.send(path(1, "/a"), path(3, "/b"));

            assertThat(withoutDate(client.response(1)))
                    .containsExactly(
                            "HEADERS 1 :status=200 content-type=text/plain; charset=utf-8 content-length=2",
                            "DATA 1 /a END");
            client.send(path(5, "/c"));
            assertThat(client.response(5)).endsWith("DATA 5 /c END");
        }
    }

    @Test
    void dateAndServerAreThoseOfHttp1() throws Exception {
        try (var server = start(settings -> settings.withServerName("Warp"), (_, respond) -> respond.with(HI));
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1).getFirst())
                    .matches("HEADERS 1 :status=200 server=Warp date=.* GMT content-length=2");
        }
    }

    @Test
    void tellsTheApplicationWhatItIsAskedAndWhatItCanDo() throws Exception {
        try (var server = start((request, respond) -> respond.with(Response.text(
                        Status.OK,
                        request.version() + " " + request.supports(Capability.HTTP_2)
                                + request.supports(Capability.RAW)
                                + request.headers().first(HeaderName.HOST, ""))));
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1)).endsWith("DATA 1 HTTP/2 truefalsea END");
        }
    }

    @Test
    void headHasTheLengthAndNoBody() throws Exception {
        try (var server = start((_, respond) -> respond.with(HI));
                var client = Http2Client.of(server)) {
            client.send(headers(1, END_STREAM, ":method: HEAD", ":scheme: http", ":path: /", ":authority: a"));

            assertThat(withoutDate(client.response(1))).containsExactly("HEADERS 1 :status=200 content-length=2 END");
        }
    }

    @Test
    void bodiesAndTrailersGoBothWays() throws Exception {
        try (var server = start((request, respond) -> {
                    var body = request.readBody(100).utf8();
                    var sum = request.trailers().first(HeaderName.of("x-sum"), "none");
                    return respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                        out.writeUtf8(body);
                        out.trailers(Headers.of(HeaderName.of("x-sum"), sum));
                    }));
                });
                var client = Http2Client.of(server)) {
            client.send(post(1), data(1, 0, "ab"), data(1, 0, "cd"), headers(1, END_STREAM, "x-sum: 7"));

            assertThat(withoutDate(client.response(1)))
                    .containsExactly("HEADERS 1 :status=200", "DATA 1 abcd", "HEADERS 1 x-sum=7 END");
        }
    }

    @Test
    void informationalResponsesComeFirst() throws Exception {
        try (var server = start((request, respond) -> {
                    request.sendEarlyHints(Headers.of(HeaderName.LINK, "</a>"));
                    return respond.with(HI);
                });
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1).getFirst()).isEqualTo("HEADERS 1 :status=103 link=</a>");
        }
    }

    @Test
    void aClientThatAsksFirstIsAnsweredWhenTheBodyIsRead() throws Exception {
        try (var server = start((request, respond) -> respond.with(
                        Response.text(Status.OK, request.readBody(10).utf8())));
                var client = Http2Client.of(server)) {
            client.send(post(1, "expect: 100-continue"));
            assertThat(client.until(line -> line.startsWith("HEADERS"))).containsExactly("HEADERS 1 :status=100");

            client.send(data(1, END_STREAM, "abc"));

            assertThat(client.response(1)).endsWith("DATA 1 abc END");
        }
    }

    @Test
    void aClientThatAsksFirstIsAnsweredWhenAStreamReadsBeforeItSends() throws Exception {
        try (var server = start((request, respond) -> respond.with(Response.stream(
                        Status.OK, Headers.EMPTY, out -> request.body().transferTo(out))));
                var client = Http2Client.of(server)) {
            client.send(post(1, "expect: 100-continue"));
            assertThat(client.until(line -> line.startsWith("HEADERS"))).containsExactly("HEADERS 1 :status=100");

            client.send(data(1, END_STREAM, "abc"));

            assertThat(withoutDate(client.response(1))).containsExactly("HEADERS 1 :status=200", "DATA 1 abc END");
        }
    }

    @Test
    void aStreamThatFailsBeforeItsFirstByteIsReset() throws Exception {
        try (var server = start((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, _ -> {
                    throw new IOException("on purpose");
                })));
                var client = Http2Client.of(server)) {
            client.send(get(1));

            assertThat(client.until(line -> line.startsWith("RST_STREAM")))
                    .containsExactly("RST_STREAM 1 INTERNAL_ERROR");
        }
    }

    @Test
    void aLargeBodyWaitsForTheWindowsAndOthersDoNotWaitForIt() throws Exception {
        var large = Bytes.of(new byte[300_000]);
        try (var server = start((request, respond) -> respond.with(
                        request.rawPath().equals("/large") ? Response.of(Status.OK, Headers.EMPTY, large) : HI));
                var client = Http2Client.of(server)) {
            client.send(setting(4, 100_000), windowUpdate(0, 1_000_000), path(1, "/large"));
            long first = 0;
            while (first < 100_000) {
                first += size(client.next());
            }

            assertThat(client.send(get(3)).response(3)).endsWith("DATA 3 hi END");
            client.send(windowUpdate(1, 200_000));
            assertThat(client.response(1).stream()
                            .mapToLong(Http2ServerTest::size)
                            .sum())
                    .isEqualTo(200_000);
        }
    }

    private static long size(String line) {
        return line.startsWith("DATA") && line.contains(" bytes") ? Long.parseLong(line.split(" ", -1)[2]) : 0;
    }

    @Test
    void filesAreSentWholeAndInRanges(@TempDir Path folder) throws Exception {
        var file = Files.write(folder.resolve("file"), new byte[200_000]);
        try (var server = start((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)));
                var client = Http2Client.of(server)) {
            client.send(setting(4, 1_000_000), windowUpdate(0, 1_000_000), get(1));
            var whole = client.response(1);
            client.send(headers(
                    3, END_STREAM, ":method: GET", ":scheme: http", ":path: /", ":authority: a", "range: bytes=1-5"));
            var part = client.response(3);

            assertThat(whole.getFirst()).contains("content-length=200000").contains("accept-ranges=bytes");
            assertThat(whole.stream().mapToLong(Http2ServerTest::size).sum()).isEqualTo(200_000);
            assertThat(part.getFirst()).contains(":status=206").contains("content-range=bytes 1-5/200000");
            assertThat(part).endsWith("DATA 3 \0\0\0\0\0 END");
        }
    }

    @Test
    void aSmallFileIsSentFromMemory(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("file"), "small");
        try (var server = start((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)));
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1)).endsWith("DATA 1 small END");
            assertThat(client.send(get(3)).response(3)).endsWith("DATA 3 small END");
        }
    }

    @Test
    void anApplicationThatFailsIsAnswered500AndTheConnectionLives() throws Exception {
        try (var server = start((request, respond) -> {
                    if (request.rawPath().equals("/fails")) {
                        throw new IllegalStateException("on purpose");
                    }
                    return respond.with(HI);
                });
                var client = Http2Client.of(server)) {
            assertThat(client.send(path(1, "/fails")).response(1).getFirst()).contains(":status=500");
            assertThat(failures.take().phase()).isEqualTo(Failure.Phase.APPLICATION);
            assertThat(client.send(get(3)).response(3)).endsWith("DATA 3 hi END");
        }
    }

    @Test
    void aBodyThatFailsInTheMiddleIsResetAndNeverLooksWhole() throws Exception {
        try (var server = start((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("part");
                    out.flush();
                    throw new IllegalStateException("on purpose");
                })));
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1)).endsWith("DATA 1 part", "RST_STREAM 1 INTERNAL_ERROR");
            assertThat(client.send(get(3)).response(3)).endsWith("DATA 3 part", "RST_STREAM 3 INTERNAL_ERROR");
        }
    }

    @Test
    void aBodyShorterThanItsLengthIsReset() throws Exception {
        var length = Headers.of(HeaderName.CONTENT_LENGTH, "5");
        try (var server = start(
                        (_, respond) -> respond.with(Response.stream(Status.OK, length, out -> out.writeUtf8("abc"))));
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1)).endsWith("RST_STREAM 1 INTERNAL_ERROR");
            assertThat(failures.take().phase()).isEqualTo(Failure.Phase.CONTRACT);
        }
    }

    @Test
    void anApplicationIsToldWhenItsStreamIsReset() throws Exception {
        var began = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        try (var server = start((request, respond) -> {
                    request.onDisconnect(told::countDown);
                    began.countDown();
                    told.await();
                    return respond.with(HI);
                });
                var client = Http2Client.of(server)) {
            client.send(get(1));
            began.await();

            client.send(reset(1));

            told.await();
            assertThat(client.send(ClientFrames.ping(0, 7)).until(line -> line.startsWith("PING")))
                    .containsExactly("PING ACK 7");
        }
    }

    @Test
    void anApplicationIsToldWhenItsClientIsGone() throws Exception {
        var began = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        try (var server = start((request, respond) -> {
            request.onDisconnect(told::countDown);
            began.countDown();
            told.await();
            return respond.with(HI);
        })) {
            var client = Http2Client.of(server).send(get(1));
            began.await();

            client.close();

            told.await();
        }
    }

    @Test
    void aReaderOfABodyHearsOfAReset() throws Exception {
        var seen = new ArrayBlockingQueue<String>(1);
        try (var server = start((request, respond) -> {
                    try {
                        request.body().readAllBytes();
                    } catch (IOException e) {
                        seen.add(String.valueOf(e.getMessage()));
                    }
                    return respond.with(HI);
                });
                var client = Http2Client.of(server)) {
            client.send(post(1), data(1, 0, "abc"), reset(1));

            assertThat(seen.take()).isEqualTo("the stream was reset: CANCEL");
        }
    }

    @Test
    void aRawApplicationOwnsTheStreamOfAnExtendedConnect() throws Exception {
        try (var server = start((request, respond) -> respond.with(Response.raw(
                        Status.SWITCHING_PROTOCOLS, Headers.of(HeaderName.UPGRADE, "echo"), HI, connection -> {
                            assertThat(request.upgrades()).containsExactly("echo");
                            connection.input().transferTo(connection.output());
                        })));
                var client = Http2Client.of(server)) {
            client.send(
                    headers(1, 0, ":method: CONNECT", ":protocol: echo", ":scheme: http", ":path: /", ":authority: a"));
            assertThat(withoutDate(client.until(line -> line.startsWith("HEADERS"))))
                    .containsExactly("HEADERS 1 :status=200");
            client.send(data(1, 0, "abc"));
            assertThat(client.until(line -> line.startsWith("DATA"))).containsExactly("DATA 1 abc");

            client.send(data(1, END_STREAM, "def"));

            assertThat(client.response(1)).containsExactly("DATA 1 def", "DATA 1  END");
        }
    }

    /// RFC 8441 §5 and RFC 6455: the handshake of HTTP/2, a masked text there, the same back, and both closes.
    @Test
    void aWebSocketRunsOnAStream() throws Exception {
        var offered =
                Headers.of(HeaderName.UPGRADE, "websocket").adding(HeaderName.of("Sec-WebSocket-Protocol"), "chat");
        try (var server = start((request, respond) -> {
                    assertThat(request.upgrades()).containsExactly("websocket");
                    assertThat(request.headers().first(HeaderName.of("Sec-WebSocket-Version")))
                            .contains("13");
                    return respond.with(
                            Response.raw(Status.SWITCHING_PROTOCOLS, offered, HI, Http2ServerTest::echoFrames));
                });
                var client = Http2Client.of(server)) {
            assertThat(client.next()).contains(" 8=1 "); // SETTINGS_ENABLE_CONNECT_PROTOCOL
            client.send(headers(
                    1,
                    0,
                    ":method: CONNECT",
                    ":protocol: websocket",
                    ":scheme: http",
                    ":path: /chat",
                    ":authority: a",
                    "sec-websocket-protocol: chat",
                    "sec-websocket-version: 13",
                    "origin: http://a"));
            assertThat(withoutDate(client.until(line -> line.startsWith("HEADERS"))))
                    .containsExactly("HEADERS 1 :status=200 sec-websocket-protocol=chat");

            client.send(data(1, 0, masked(0x81, "hello")));
            assertThat(client.until(line -> line.startsWith("DATA"))).containsExactly("DATA 1 \u0081\5hello");
            client.send(data(1, END_STREAM, masked(0x88, "\3\u00e8")));

            assertThat(client.response(1)).containsExactly("DATA 1 \u0088\2\3\u00e8", "DATA 1  END");
        }
    }

    /// A frame as clients of WebSocket send it (RFC 6455 §5.3).
    private static String masked(int first, String text) {
        var frame = new StringBuilder()
                .append((char) first)
                .append((char) (0x80 | text.length()))
                .append("mask");
        for (int i = 0; i < text.length(); i++) {
            frame.append((char) (text.charAt(i) ^ "mask".charAt(i % 4)));
        }
        return frame.toString();
    }

    /// Answers each short frame by the same without a mask, up to the close.
    private static void echoFrames(wai.RawConnection connection) throws IOException {
        for (int first = connection.input().read();
                first >= 0;
                first = connection.input().read()) {
            int length = connection.input().read() & 0x7f;
            var mask = connection.input().readNBytes(4);
            var content = connection.input().readNBytes(length);
            var answer = new byte[2 + length];
            answer[0] = (byte) first;
            answer[1] = (byte) length;
            for (int i = 0; i < length; i++) {
                answer[2 + i] = (byte) (content[i] ^ mask[i % 4]);
            }
            connection.output().write(answer);
            connection.output().flush();
        }
    }

    @Test
    void theMoreUrgentResponseIsSentFirst() throws Exception {
        try (var server = start((_, respond) -> respond.with(HI));
                var client = Http2Client.of(server)) {
            client.send(
                    ClientFrames.setting(4, 0),
                    headers(1, END_STREAM, ":method: GET", ":scheme: http", ":path: /", ":authority: a"),
                    headers(
                            3,
                            END_STREAM,
                            ":method: GET",
                            ":scheme: http",
                            ":path: /",
                            ":authority: a",
                            "priority: u=5"),
                    headers(
                            5,
                            END_STREAM,
                            ":method: GET",
                            ":scheme: http",
                            ":path: /",
                            ":authority: a",
                            "priority: u=1"));
            for (int i = 0; i < 3; i++) {
                client.until(line -> line.startsWith("HEADERS")); // their bodies wait for a window
            }

            client.send(joined(ClientFrames.priorityUpdate(3, "u=0"), ClientFrames.setting(4, 100)));

            assertThat(client.until(line -> line.startsWith("DATA 1")))
                    .containsExactly("DATA 3 hi END", "DATA 5 hi END", "DATA 1 hi END");
        }
    }

    @Test
    void aProxyHeaderComesBeforeThePreface() throws Exception {
        var listener = Listener.tcp("127.0.0.1", 0).withProxyProtocol(ProxyProtocol.required());
        try (var server = Warp.start(
                        WarpSettings.defaults().withListeners(List.of(listener)),
                        (request, respond) -> respond.with(Response.text(
                                Status.OK,
                                request.version() + " " + ((InetSocketAddress) request.remoteAddress()).getPort())));
                var client = Http2Client.behind("PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n", server)) {
            assertThat(client.send(get(1)).response(1)).endsWith("DATA 1 HTTP/2 4711 END");
        }
    }

    @Test
    void elsewhereRawIsAnsweredByItsFallback() throws Exception {
        try (var server = start((_, respond) ->
                        respond.with(Response.raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY, HI, _ -> {})));
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1)).endsWith("DATA 1 hi END");
        }
    }

    @Test
    void whatIsPastALimitIsAnsweredAndReported() throws Exception {
        try (var server = start(
                        settings -> settings.withLimits(settings.limits().withTargetBytes(3)),
                        (_, respond) -> respond.with(HI));
                var client = Http2Client.of(server)) {
            assertThat(client.send(path(1, "/ab")).response(1)).endsWith("DATA 1 hi END");
            assertThat(client.send(path(3, "/abc")).response(3).getFirst()).contains(":status=414");
            assertThat(failures.take().phase()).isEqualTo(Failure.Phase.REQUEST);
        }
    }

    @Test
    void aBodyPastItsLimitIsAnswered413() throws Exception {
        try (var server = start(
                        settings -> settings.withLimits(settings.limits().withBodyBytes(4)),
                        (request, respond) ->
                                respond.with(Response.of(Status.OK, Headers.EMPTY, request.readBody(100))));
                var client = Http2Client.of(server)) {
            client.send(post(1), data(1, END_STREAM, "1234"), post(3), data(3, END_STREAM, "12345"));

            assertThat(client.response(1)).endsWith("DATA 1 1234 END");
            client.send(post(5, "content-length: 5"));
            assertThat(client.response(5).getFirst()).contains(":status=413");
        }
    }

    @Test
    void aConnectionHasOnlySoManyRequests() throws Exception {
        try (var server = start(
                        settings -> settings.withLimits(settings.limits().withRequestsPerConnection(2)),
                        (_, respond) -> respond.with(HI));
                var client = Http2Client.of(server)) {
            assertThat(client.send(get(1)).response(1)).endsWith("DATA 1 hi END");
            client.send(get(3));

            assertThat(client.until(line -> line.startsWith("DATA 3"))).contains("GOAWAY 3 NO_ERROR");
            assertThat(client.ending()).isEmpty();
        }
    }

    @Test
    void http2CanBeOff() throws Exception {
        try (var server = start(settings -> settings.withHttp2(Http2.off()), (_, respond) -> respond.with(HI));
                var client = WireClient.of(server)) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

            assertThat(client.status()).isEqualTo("HTTP/1.1 505 HTTP Version Not Supported");
        }
    }

    @Test
    void aStopLetsRequestsFinishAndTellsTheClientTwice() throws Exception {
        var began = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        var server = start((_, respond) -> {
            began.countDown();
            finish.await();
            return respond.with(HI);
        });
        try (server;
                var client = Http2Client.of(server)) {
            client.send(get(1));
            began.await();
            var stopping = Thread.startVirtualThread(() -> {
                try {
                    assertThat(server.stop(Duration.ofSeconds(30))).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            var ping = client.until(line -> line.startsWith("PING"));
            assertThat(ping.getFirst()).isEqualTo("GOAWAY 2147483647 NO_ERROR");
            client.send(ClientFrames.ping(
                    ClientFrames.ACK, Long.parseLong(ping.getLast().substring(5), 16)));
            assertThat(client.until(line -> line.startsWith("GOAWAY"))).containsExactly("GOAWAY 1 NO_ERROR");

            finish.countDown();

            assertThat(client.response(1)).endsWith("DATA 1 hi END");
            assertThat(client.ending()).isEmpty();
            client.end();
            stopping.join();
        }
    }

    @Test
    void countsAsOverHttp1() throws Exception {
        var began = new CountDownLatch(2);
        var finish = new CountDownLatch(1);
        try (var server = start((_, respond) -> {
                    began.countDown();
                    finish.await();
                    return respond.with(HI);
                });
                var client = Http2Client.of(server)) {
            client.send(get(1), get(3));
            began.await();
            assertThat(server.counters().requestsInFlight()).isEqualTo(2);
            assertThat(server.openConnections()).singleElement().asString().contains("HTTP/2 ACTIVE: ");
            finish.countDown();
            client.until(line -> line.startsWith("DATA"));
            client.until(line -> line.startsWith("DATA"));

            assertThat(server.counters().requests()).isEqualTo(2);
        }
    }

    @Test
    void manySmallRequestsAtATimeAreAllServed() throws Exception {
        try (var server = start((request, respond) -> respond.with(Response.text(Status.OK, request.rawPath())));
                var client = Http2Client.of(server)) {
            for (int round = 0; round < 20; round++) {
                var requests = new byte[50][];
                for (int i = 0; i < 50; i++) {
                    requests[i] = path(2 * (round * 50 + i) + 1, "/" + i);
                }
                client.send(joined(requests));
                for (int i = 0; i < 50; i++) {
                    client.until(line -> line.startsWith("DATA"));
                }
            }
            assertThat(server.counters().requests()).isEqualTo(1000);
        }
    }
}
