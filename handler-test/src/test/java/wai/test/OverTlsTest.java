package wai.test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

/// A server that speaks TLS, of which the client knows only the address.
@Timeout(60) // a safety net, nothing depends on it
class OverTlsTest {
    private static final Application GREETS = (request, respond) -> respond.with(
            Response.text(Status.OK, "hello at " + request.headers().first(HeaderName.HOST, "none")));

    @Test
    void seesResponsesAndTheSession() throws Exception {
        try (var server = TinyServer.startSecure(GREETS)) {
            var response = over("localhost", server)
                    .withTls(TestKeys.SHARED.certificate())
                    .get("/");

            assertThat(response)
                    .hasStatus(200)
                    .hasBody("hello at localhost:" + server.address().getPort());
            var session = response.tlsSession().orElseThrow();
            assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
            assertThat(session.getPeerCertificates()).containsExactly(TestKeys.SHARED.certificate());
        }
    }

    @Test
    void trustsNobodyWhomJavaDoesNot() throws IOException {
        try (var server = TinyServer.startSecure(GREETS)) {
            var client = over("localhost", server);

            assertThatThrownBy(() -> client.get("/"))
                    .isInstanceOf(IncompleteResponseException.class)
                    .hasMessageContaining("SSLHandshakeException")
                    .hasMessageContaining("TestClient.withTls");
        }
    }

    @Test
    void aServerMustHaveTheNameThatWasAskedFor() throws IOException {
        try (var server = TinyServer.startSecure(GREETS)) {
            var client = over("127.0.0.1", server).withTls(TestKeys.SHARED.certificate());

            assertThatThrownBy(() -> client.get("/"))
                    .isInstanceOf(IncompleteResponseException.class)
                    .hasMessageContaining("127.0.0.1")
                    .hasMessageContaining("withOrigin");
            assertThat(client.withOrigin("https://shop.example").get("/")).hasBody("hello at shop.example");
            assertThatThrownBy(() -> client.withOrigin("https://other.example").get("/"))
                    .isInstanceOf(IncompleteResponseException.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"https://localhost, localhost", "https://shop.example:8443, shop.example"})
    void asksForTheHostOfTheOrigin(String origin, String asked) throws Exception {
        try (var server = new Once("HTTP/1.1 204 No Content\r\n\r\n", End.GOODBYE)) {
            var client = server.client().withOrigin(origin);

            assertThat(client.get("/")).hasStatus(204);

            assertThat(server.serverName.get(20, TimeUnit.SECONDS)).isEqualTo(asked);
        }
    }

    @Test
    void aBodyUpToTheEndOfTheConnectionIsWholeBehindAGoodbye() throws Exception {
        try (var server = new Once("HTTP/1.1 200 OK\r\n\r\nall of it", End.GOODBYE)) {
            assertThat(server.client().get("/")).hasBody("all of it").isComplete();
        }
    }

    @Test
    void aBodyUpToTheEndOfTheConnectionIsCutWithoutAGoodbye() throws Exception {
        try (var server = new Once("HTTP/1.1 200 OK\r\n\r\nhalf of", End.CUT)) {
            var response = server.client().get("/");

            assertThat(response.text()).isEqualTo("half of");
            assertThat(response.isComplete()).isFalse();
            assertThat(response.toString()).contains("close_notify");
        }
    }

    @Test
    void aBodyOfToldLengthNeedsNoGoodbye() throws Exception {
        try (var server = new Once("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole", End.CUT)) {
            assertThat(server.client().get("/")).hasBody("whole").isComplete();
        }
    }

    @Test
    void rawConnectionsEndInBothDirections() throws IOException {
        try (var server = TinyServer.startSecure((request, respond) -> respond.with(Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(HeaderName.UPGRADE, "x").with(HeaderName.CONNECTION, "Upgrade"),
                Response.text(Status.BAD_REQUEST, "upgrade, please"),
                connection -> {
                    connection.output().write(connection.input().readAllBytes());
                    connection.closeOutput();
                })))) {
            var client = over("localhost", server).withTls(TestKeys.SHARED.certificate());
            try (var live = client.request("GET", "/").upgrade("x").open();
                    var session = live.raw()) {
                session.write("there and back");
                session.closeOutput();

                assertThat(session.readToEnd().utf8()).isEqualTo("there and back");
            }
        }
    }

    @Test
    void whereNobodySpeaksTlsTheClientCannotEither() throws IOException {
        var inMemory = TestClient.of(GREETS);
        assertThatThrownBy(() -> inMemory.withTls(TestKeys.SHARED.certificate()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("in memory");
        var plain = TestClient.over(URI.create("http://localhost"));
        assertThatThrownBy(() -> plain.withTls(TestKeys.SHARED.context()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("expected https");
        assertThat(inMemory.get("/").tlsSession()).isEmpty();
    }

    @Test
    void aServerThatSpeaksNoTlsIsNoAnswer() throws IOException {
        try (var server = TinyServer.start(GREETS)) {
            var client = over("localhost", server).withTls(TestKeys.SHARED.certificate());

            assertThatThrownBy(() -> client.get("/"))
                    .isInstanceOf(IncompleteResponseException.class)
                    .hasMessageContaining("SSLException");
        }
    }

    private static TestClient over(String host, TinyServer server) {
        return TestClient.over(
                URI.create("https://" + host + ":" + server.address().getPort()));
    }

    private enum End {
        GOODBYE,
        CUT
    }

    /// A server of TLS for one connection, which says the same to everybody.
    private static final class Once implements AutoCloseable {
        final CompletableFuture<String> serverName = new CompletableFuture<>();

        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        Once(String answer, End end) throws IOException {
            Thread.ofVirtual().start(() -> serve(answer, end));
        }

        TestClient client() {
            return TestClient.over(URI.create("https://localhost:" + listener.getLocalPort()))
                    .withTls(TestKeys.SHARED.certificate());
        }

        private void serve(String answer, End end) {
            try (var plain = listener.accept();
                    var socket = secured(plain)) {
                var in = socket.getInputStream();
                var head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) in.read());
                }
                var session = (ExtendedSSLSession) socket.getSession();
                serverName.complete(
                        ((SNIHostName) session.getRequestedServerNames().getFirst()).getAsciiName());
                socket.getOutputStream().write(answer.getBytes(US_ASCII));
                if (end == End.CUT) {
                    plain.shutdownOutput();
                } else {
                    socket.shutdownOutput();
                }
                in.read(); // up to the client's end: a reset would overtake the answer
            } catch (IOException | RuntimeException e) {
                serverName.completeExceptionally(e);
            }
        }

        private static SSLSocket secured(Socket plain) throws IOException {
            var socket = (SSLSocket)
                    TestKeys.SHARED.context().getSocketFactory().createSocket(plain, null, plain.getPort(), false);
            socket.setUseClientMode(false);
            return socket;
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
