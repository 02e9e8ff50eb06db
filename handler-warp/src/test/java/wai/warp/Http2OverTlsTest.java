package wai.warp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.joined;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Capability;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.http2.ClientFrames;
import wai.warp.http2.FrameLines;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;
import wai.warp.settings.Http2;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// What a TLS handshake negotiates, and HTTP/2 over it, with the JDK as client.
@Timeout(60) // a safety net, nothing depends on it
class Http2OverTlsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");
    /// A suite that HTTP/2 does not allow, and one that it does.
    private static final String PROHIBITED = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256";

    private static final String FIT = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    private static final Application HI = (_, respond) -> respond.with(Response.text(Status.OK, "hi"));

    /// Answers each part of the body as it comes.
    private static final Application ECHO = (request, respond) -> respond.with(
            Response.stream(Status.OK, Headers.EMPTY, out -> request.body().transferTo(out)));

    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();

    private WarpServer start(Http2 http2, Application application) throws Exception {
        var tls = Tls.of(AUTHORITY.issue("localhost", "localhost"));
        return Warp.start(
                WarpSettings.defaults()
                        .withListeners(List.of(Listener.tcp("127.0.0.1", 0).withTls(tls)))
                        .withHttp2(http2)
                        .withHooks(Hooks.defaults().withOnFailure(failures::add)),
                application);
    }

    private WarpServer start(Application application) throws Exception {
        return start(Http2.defaults(), application);
    }

    private static SSLContext trusting() throws Exception {
        return TlsClient.context(AUTHORITY.root(), null);
    }

    /// A client of the JDK's, which offers HTTP/2 and HTTP/1.1.
    private static HttpClient client(String... versions) throws Exception {
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(trusting());
        if (versions.length > 0) {
            var parameters = new SSLParameters();
            parameters.setProtocols(versions);
            builder.sslParameters(parameters);
        }
        return builder.build();
    }

    /// A client that offers protocols, and then says what the test says.
    private static TlsClient offering(WarpServer server, String... protocols) throws Exception {
        return TlsClient.connect(
                trusting(), server.port(), "localhost", parameters -> parameters.setApplicationProtocols(protocols));
    }

    private static HttpRequest.Builder to(WarpServer server, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path));
    }

    private static List<String> frames(String bytes) {
        return new FrameLines().lines(bytes.getBytes(ISO_8859_1), 0, bytes.length());
    }

    /// The bytes up to the end of a frame.
    private static String until(String frame, TlsClient client) throws IOException {
        var seen = new StringBuilder();
        do {
            var next = client.take(1);
            if (next.isEmpty()) {
                throw new IOException("the end came behind " + frames(seen.toString()));
            }
            seen.append(next);
        } while (!frames(seen.toString()).contains(frame));
        return seen.toString();
    }

    // ------------------------------------------------------------------------------------------ with the JDK's client

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void theHandshakeChoosesHttp2AndTheRequestKnows(String version) throws Exception {
        Application tells = (request, respond) -> {
            var connection = request.connection();
            return respond.with(Response.text(
                    Status.OK,
                    request.version() + " " + request.isSecure() + " "
                            + connection.tlsSession().orElseThrow().getProtocol() + " "
                            + connection.applicationProtocol().orElse("-") + " "
                            + connection.serverName().orElse("-") + " " + connection.peerCertificates() + " "
                            + request.supports(Capability.TLS_FACTS)));
        };
        try (var server = start(tells);
                var client = client(version)) {
            var answer = client.send(to(server, "/").build(), BodyHandlers.ofString());

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("HTTP/2 true " + version + " h2 localhost [] true");
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_384, 65_536, 3_000_000})
    void whatIsSentComesBack(int size) throws Exception {
        var body = new byte[size];
        new Random(size).nextBytes(body);
        try (var server = start(ECHO);
                var client = client()) {
            var answer = client.send(
                    to(server, "/").POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo(body);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void requestsShareAConnection() throws Exception {
        var running = new CountDownLatch(4);
        try (var server = start((request, respond) -> {
                    if (!request.rawPath().equals("/first")) {
                        running.countDown();
                        running.await();
                    }
                    return respond.with(Response.text(Status.OK, request.rawPath() + request.remoteAddress()));
                });
                var client = client()) {
            var first = client.send(to(server, "/first").build(), BodyHandlers.ofString());
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 4; i++) {
                answers.add(client.sendAsync(to(server, "/" + i).build(), BodyHandlers.ofString()));
            }

            for (int i = 0; i < 4; i++) {
                assertThat(answers.get(i).get().body())
                        .isEqualTo("/" + i + first.body().substring("/first".length()));
            }
        }
    }

    @Test
    void streamsGoBothWaysAtATime() throws Exception {
        var body = new byte[1_000_000];
        new Random(1).nextBytes(body);
        try (var server = start(ECHO);
                var client = client()) {
            client.send(to(server, "/").build(), BodyHandlers.discarding()); // so that all the others share it
            var answers = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
            for (int i = 0; i < 8; i++) {
                var request =
                        to(server, "/").POST(BodyPublishers.ofByteArray(body)).build();
                answers.add(client.sendAsync(request, BodyHandlers.ofByteArray()));
            }

            for (var answer : answers) {
                assertThat(answer.get().body()).isEqualTo(body);
            }
        }
        assertThat(failures).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ what is negotiated

    @Test
    void theServerPrefersHttp2() throws Exception {
        try (var server = start(HI);
                var client = offering(server, "http/1.1", "h2")) {
            assertThat(client.socket().getApplicationProtocol()).isEqualTo("h2");
        }
    }

    @Test
    void aClientOfHttp1IsServedInHttp1() throws Exception {
        try (var server = start(HI);
                var client = offering(server, "http/1.1")) {
            assertThat(client.socket().getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\nhi");
        }
    }

    @Test
    void http1WhereHttp2WasNegotiatedIsAConnectionError() throws Exception {
        try (var server = start(HI);
                var client = offering(server, "h2")) {
            var answer = client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

            assertThat(frames(answer))
                    .noneMatch(line -> line.startsWith("HEADERS"))
                    .last()
                    .asString()
                    .startsWith("GOAWAY 0 PROTOCOL_ERROR");
        }
        assertThat(failures).extracting(Failure::phase).containsExactly(Phase.REQUEST);
    }

    @Test
    void thePrefaceIsUnderstoodWhereHttp1WasNegotiated() throws Exception {
        try (var server = start(HI);
                var client = offering(server, "http/1.1")) {
            client.send(new String(joined(ClientFrames.hello(), get(1)), ISO_8859_1));

            assertThat(until("DATA 1 hi END", client)).isNotEmpty();
        }
    }

    @Test
    void aClientThatLeavesBeforeItsPrefaceIsNoFailure() throws Exception {
        try (var server = start(HI);
                var client = offering(server, "h2")) {
            client.socket().shutdownOutput();

            assertThat(frames(client.rest())).first().asString().startsWith("SETTINGS");
        }
        assertThat(failures).isEmpty();
    }

    /// In TLS 1.3 only: before, a goodbye ended both directions at once (RFC 8446 §6.1, RFC 5246 §7.2.1).
    @Test
    void aClientThatAsksAndSaysGoodbyeIsAnswered() throws Exception {
        try (var server = start(HI);
                var client = offering(server, "h2")) {
            client.send(new String(joined(ClientFrames.hello(), get(1)), ISO_8859_1));
            client.socket().shutdownOutput();

            assertThat(frames(client.rest())).endsWith("DATA 1 hi END");
        }
        assertThat(failures).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ cipher suites

    /// A server that speaks both suites of TLS 1.2, because it was told to.
    private WarpServer startWithBothSuites() throws Exception {
        var tls = Tls.of(AUTHORITY.issue("localhost", "localhost")).withCipherSuites(List.of(FIT, PROHIBITED));
        return Warp.start(
                WarpSettings.defaults()
                        .withListeners(List.of(Listener.tcp("127.0.0.1", 0).withTls(tls)))
                        .withHooks(Hooks.defaults().withOnFailure(failures::add)),
                HI);
    }

    private static TlsClient offeringWith(String suite, WarpServer server, String... protocols) throws Exception {
        return TlsClient.connect(trusting(), server.port(), "localhost", parameters -> {
            parameters.setProtocols(new String[] {"TLSv1.2"});
            parameters.setCipherSuites(new String[] {suite});
            parameters.setApplicationProtocols(protocols);
        });
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({FIT + ", h2", PROHIBITED + ", http/1.1"})
    void http2IsNotSpokenWithASuiteThatItProhibits(String suite, String protocol) throws Exception {
        try (var server = startWithBothSuites();
                var client = offeringWith(suite, server, "h2", "http/1.1")) {
            assertThat(client.socket().getSession().getCipherSuite()).isEqualTo(suite);
            assertThat(client.socket().getApplicationProtocol()).isEqualTo(protocol);
        }
    }

    @Test
    void aClientThatSpeaksNothingElseIsToldSo() throws Exception {
        try (var server = startWithBothSuites()) {
            assertThatThrownBy(() -> offeringWith(PROHIBITED, server, "h2"))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("no_application_protocol");
        }
        assertThat(failures).extracting(Failure::phase).containsExactly(Phase.HANDSHAKE);
    }

    @Test
    void aClientThatOffersNoProtocolSpeaksHttp1() throws Exception {
        try (var server = startWithBothSuites();
                var client = offeringWith(PROHIBITED, server)) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer())
                    .endsWith("\r\n\r\nhi");
        }
    }

    // ------------------------------------------------------------------------------------------ with HTTP/2 off

    @Test
    void http2ThatIsOffIsNotOffered() throws Exception {
        try (var server = start(Http2.off(), HI);
                var client = client()) {
            assertThat(client.send(to(server, "/").build(), BodyHandlers.ofString())
                            .version())
                    .isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThatThrownBy(() -> offering(server, "h2"))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("no_application_protocol");
        }
        assertThat(failures).extracting(Failure::phase).containsExactly(Phase.HANDSHAKE);
    }

    // ------------------------------------------------------------------------------------------ the stop

    @Test
    void aStopEndsAnIdleConnectionWithAGoodbye() throws Exception {
        var server = start(HI);
        try (var client = offering(server, "h2")) {
            client.send(new String(joined(ClientFrames.hello(), get(1)), ISO_8859_1));
            var seen = until("DATA 1 hi END", client);

            var stopping = Thread.startVirtualThread(server::close);

            // without close_notify the JDK would throw
            assertThat(frames(seen + client.rest())).contains("GOAWAY 1 NO_ERROR");
            stopping.join(Duration.ofSeconds(30));
            assertThat(stopping.isAlive()).isFalse();
        } finally {
            server.close();
        }
    }
}
