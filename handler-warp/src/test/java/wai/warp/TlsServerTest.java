package wai.warp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// HTTP/1 over TLS on a real port, with the JDK as client.
@Timeout(60) // a safety net, nothing depends on it
class TlsServerTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");

    private final Resources before = Resources.now();
    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    private static Application says(String text) {
        return (_, respond) -> respond.with(Response.text(Status.OK, text));
    }

    private WarpServer start(Tls tls, Application application) throws IOException {
        return start(Listener.tcp("127.0.0.1", 0).withTls(tls), application);
    }

    private WarpServer start(Listener listener, Application application) throws IOException {
        return Warp.start(
                WarpSettings.defaults()
                        .withListeners(List.of(listener))
                        .withHooks(Hooks.defaults().withOnFailure(failures::add)),
                application);
    }

    private static Tls localhost() throws Exception {
        return Tls.of(AUTHORITY.issue("localhost", "localhost"));
    }

    private static SSLContext trusting() throws Exception {
        return TlsClient.context(AUTHORITY.root(), null);
    }

    // ------------------------------------------------------------------------------------------ requests

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void servesRequestsOverBothVersions(String version) throws Exception {
        try (var server = start(localhost(), says("hi"));
                var client = TlsClient.connect(
                        trusting(), server.port(), "localhost", p -> p.setProtocols(new String[] {version}))) {
            assertThat(client.session().getProtocol()).isEqualTo(version);
            client.send(GET);
            assertThat(client.answer()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhi");
            assertThat(client.ask(LAST)).endsWith("\r\n\r\nhi");
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void servesWithEachKindOfKey(String kind) throws Exception {
        try (var server = start(Tls.of(AUTHORITY.issueWith(kind, "localhost", "localhost")), says("hi"));
                var client = TlsClient.connect(trusting(), server.port(), "localhost")) {
            assertThat(client.ask(LAST)).endsWith("\r\n\r\nhi");
        }
    }

    @Test
    void theRequestKnowsOfTls() throws Exception {
        Application tells = (request, respond) -> {
            var connection = request.connection();
            return respond.with(Response.text(
                    Status.OK,
                    request.isSecure() + " "
                            + connection.tlsSession().orElseThrow().getProtocol() + " "
                            + connection.applicationProtocol().orElse("-") + " "
                            + connection.serverName().orElse("-") + " " + connection.peerCertificates() + " "
                            + request.supports(Capability.TLS_FACTS)));
        };
        try (var server = start(localhost(), tells);
                var client = TlsClient.connect(
                        trusting(),
                        server.port(),
                        "localhost",
                        p -> p.setApplicationProtocols(new String[] {"x", "http/1.1"}))) {
            assertThat(client.ask(LAST)).endsWith("\r\n\r\ntrue TLSv1.3 http/1.1 localhost [] true");
            assertThat(client.socket().getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void aClientThatOffersNoProtocolOfOursIsRefused() throws Exception {
        try (var server = start(localhost(), says("hi"))) {
            assertThatThrownBy(() -> TlsClient.connect(
                            trusting(), server.port(), "localhost", p -> p.setApplicationProtocols(new String[] {"x"})))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("no_application_protocol");
        }
        assertThat(failures).extracting(Failure::phase).containsExactly(Phase.HANDSHAKE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_096, 12_289, 16_384, 65_537, 2_000_000})
    void whatIsSentComesBack(int size) throws Exception {
        Application echoes = (request, respond) -> {
            var body = request.body().readAllBytes();
            return respond.with(Response.of(Status.OK, Headers.EMPTY, Bytes.of(body)));
        };
        var body = new byte[size];
        new Random(size).nextBytes(body);
        var text = new String(body, ISO_8859_1);
        try (var server = start(localhost(), echoes);
                var client = TlsClient.connect(trusting(), server.port(), "localhost")) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n" + text);

            assertThat(client.answer()).endsWith("\r\n\r\n" + text);
            client.send(GET.replace("GET", "POST"));
            assertThat(client.answer()).endsWith("Content-Length: 0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000, 3_000_000})
    void filesAreSent(int size, @TempDir Path folder) throws Exception {
        var content = new byte[size];
        new Random(size).nextBytes(content);
        var file = Files.write(folder.resolve("file"), content);
        try (var server = start(
                        localhost(), (_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)));
                var client = TlsClient.connect(trusting(), server.port(), "localhost")) {
            client.send(GET);

            assertThat(client.answer()).endsWith("\r\n\r\n" + new String(content, ISO_8859_1));
        }
    }

    @Test
    void rawConnectionsCarryBothDirectionsAndTheirEnds() throws Exception {
        Application raw = (_, respond) -> respond.with(Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(HeaderName.UPGRADE, "x"),
                Response.text(Status.OK, ""),
                connection -> connection.input().transferTo(connection.output())));
        try (var server = start(localhost(), raw);
                var client = TlsClient.connect(trusting(), server.port(), "localhost")) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
            var head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append(client.take(1));
            }

            client.send("ping");
            assertThat(client.take(4)).isEqualTo("ping");
            client.socket().shutdownOutput();
            assertThat(client.rest()).isEmpty();
        }
        assertThat(failures).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ who comes

    @Test
    void plainHttpIsToldToUseTls() throws Exception {
        try (var server = start(localhost(), says("secret"));
                var client = WireClient.of(server)) {
            assertThat(client.send(LAST).rest())
                    .startsWith("HTTP/1.1 426 Upgrade Required\r\n")
                    .contains("\r\nUpgrade: TLS/1.2, HTTP/1.1\r\n", "\r\nConnection: ")
                    .doesNotContain("secret");
        }
    }

    @Test
    void plainHttpIsSentToHttpsWhenThatIsSet() throws Exception {
        try (var server = start(localhost().withPlain(Tls.Plain.REDIRECTED), says("secret"));
                var client = WireClient.of(server)) {
            assertThat(client.send("GET /a%20b?c HTTP/1.1\r\nHost: localhost:81\r\nConnection: close\r\n\r\n")
                            .rest())
                    .startsWith("HTTP/1.1 308 Permanent Redirect\r\n")
                    .contains("\r\nLocation: https://localhost:81/a%20b?c\r\n");
        }
    }

    @Test
    void plainHttpIsServedWhenThatIsSet() throws Exception {
        try (var server = start(
                        localhost().withPlain(Tls.Plain.SERVED),
                        (request, respond) -> respond.with(Response.text(Status.OK, "" + request.isSecure())));
                var plain = WireClient.of(server);
                var secure = TlsClient.connect(trusting(), server.port(), "localhost")) {
            assertThat(plain.send(GET).response()).endsWith("\r\n\r\nfalse");
            assertThat(plain.send(LAST).rest()).endsWith("\r\n\r\nfalse");
            assertThat(secure.ask(LAST)).endsWith("\r\n\r\ntrue");
        }
    }

    @Test
    void aProxyHeaderComesBeforeTheHandshake() throws Exception {
        var listener = Listener.tcp("127.0.0.1", 0).withTls(localhost()).withProxyProtocol(ProxyProtocol.required());
        try (var server = start(
                        listener,
                        (request, respond) -> respond.with(
                                Response.text(Status.OK, request.remoteAddress() + " " + request.isSecure())));
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".getBytes(US_ASCII));
            try (var client = TlsClient.over(socket, trusting(), "localhost", _ -> {})) {
                assertThat(client.ask(LAST)).endsWith("\r\n\r\n/192.0.2.1:1 true");
            }
        }
    }

    @Test
    void handshakesThatTakeLongHoldUpNobodyElse() throws Exception {
        int count = 8;
        var waiting = new CountDownLatch(count);
        var goOn = new CountDownLatch(1);
        var identity = AUTHORITY.issue("both", "slow.test", "fast.test");
        var tls = Tls.byName(name -> {
            if (name.equals(Optional.of("slow.test"))) {
                waiting.countDown();
                awaitUninterruptibly(goOn);
            }
            return Optional.of(identity);
        });
        try (var server = start(tls, says("hi"))) {
            var clients = new ArrayList<FutureTask<String>>();
            for (int i = 0; i < count; i++) {
                clients.add(new FutureTask<>(() -> {
                    try (var client = TlsClient.connect(trusting(), server.port(), "slow.test")) {
                        return client.ask(LAST);
                    }
                }));
            }
            clients.forEach(Thread::startVirtualThread);
            waiting.await();

            try (var client = TlsClient.connect(trusting(), server.port(), "fast.test")) {
                assertThat(client.ask(LAST)).endsWith("\r\n\r\nhi");
            }
            goOn.countDown();

            for (var client : clients) {
                assertThat(client.get()).endsWith("\r\n\r\nhi");
            }
        }
        assertThat(failures).isEmpty();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    // ------------------------------------------------------------------------------------------ the stop

    @Test
    void aStopEndsIdleConnectionsWithAGoodbye() throws Exception {
        var server = start(localhost(), says("hi"));
        try (var client = TlsClient.connect(trusting(), server.port(), "localhost")) {
            client.send(GET);
            client.answer();

            assertThat(server.stop(Duration.ofSeconds(20))).isTrue();

            assertThat(client.rest()).isEmpty(); // without close_notify the JDK would throw
        }
    }

    @Test
    void aStopLetsARequestEnd() throws Exception {
        var running = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var server = start(localhost(), (_, respond) -> {
            running.countDown();
            goOn.await();
            return respond.with(Response.text(Status.OK, "done"));
        });
        try (var client = TlsClient.connect(trusting(), server.port(), "localhost")) {
            client.send(GET);
            running.await();
            var stopping = Thread.ofVirtual().start(server::close);
            while (!server.isStopping()) {
                Thread.onSpinWait();
            }
            goOn.countDown();

            assertThat(client.rest()).contains("\r\nConnection: close\r\n").endsWith("done");
            stopping.join();
        }
    }

    // ------------------------------------------------------------------------------------------ settings

    @Test
    void aServerWhoseCertificateCannotBeReadDoesNotStart(@TempDir Path folder) {
        var missing = folder.resolve("missing.pem");

        assertThatThrownBy(() -> start(Tls.of(Identity.pemFiles(missing, missing)), says("")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1 port 0")
                .hasMessageContaining("missing.pem");
    }
}
