package wai.servlet.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Capability;
import wai.HttpVersion;
import wai.Request;
import wai.Response;
import wai.Status;

/// What an application learns of TLS: the session, the name the client asked for, its certificate.
class TlsFactsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path keys;

    private static TestCertificates certificates;

    @TempDir
    private Path folder;

    private final LinkedBlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private final Application application = (request, respond) -> {
        seen.add(Seen.of(request));
        return respond.with(Response.text(Status.OK, "seen"));
    };

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = TestCertificates.make(keys);
    }

    @ParameterizedTest
    @EnumSource
    void tellsSessionNameAndCertificateOfTheClient(SecureContainer container) throws Exception {
        try (var running = container.start(certificates, folder, application)) {
            var session = ask(running.port(), certificates.forClient(true));
            var facts = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            assertThat(facts.secure()).isTrue();
            assertThat(facts.version()).isEqualTo(HttpVersion.HTTP_1_1);
            assertThat(facts.certificates()).containsExactly("CN=a client");
            assertThat(facts.applicationProtocol()).isEmpty();
            if (container == SecureContainer.TOMCAT) { // shows no session to servlets
                assertThat(facts.supportsTlsFacts()).isFalse();
                assertThat(facts.cipherSuite()).isEmpty();
            } else {
                assertThat(facts.supportsTlsFacts()).isTrue();
                assertThat(facts.cipherSuite()).isEqualTo(session.getCipherSuite());
                assertThat(facts.serverName()).isEqualTo(TestCertificates.SERVER_NAME);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatTheClientShowedNoCertificate(SecureContainer container) throws Exception {
        try (var running = container.start(certificates, folder, application)) {
            ask(running.port(), certificates.forClient(false));

            assertThat(seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS).certificates())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheSameOverHttp2(SecureContainer container) throws Exception {
        try (var running = container.start(certificates, folder, application);
                var client = HttpClient.newBuilder()
                        .sslContext(certificates.forClient(true))
                        .connectTimeout(PATIENCE)
                        .build()) {
            var request = HttpRequest.newBuilder(URI.create("https://localhost:" + running.port() + "/"))
                    .timeout(PATIENCE)
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("seen");
            var facts = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            assertThat(facts.version()).isEqualTo(HttpVersion.HTTP_2);
            assertThat(facts.applicationProtocol()).isEqualTo("h2");
            assertThat(facts.certificates()).containsExactly("CN=a client");
            assertThat(facts.supportsTlsFacts()).isEqualTo(container != SecureContainer.TOMCAT);
        }
    }

    /// Asks over HTTP/1.1 without ALPN, with the server's name in the handshake.
    private static SSLSession ask(int port, SSLContext context) throws Exception {
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(TestCertificates.SERVER_NAME)));
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            var head = "GET / HTTP/1.1\r\nHost: " + TestCertificates.SERVER_NAME + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\nseen");
            return socket.getSession();
        }
    }

    /// What one request showed; empty where it showed nothing.
    private record Seen(
            boolean secure,
            HttpVersion version,
            boolean supportsTlsFacts,
            String cipherSuite,
            String serverName,
            String applicationProtocol,
            List<String> certificates) {
        static Seen of(Request request) {
            var connection = request.connection();
            return new Seen(
                    request.isSecure(),
                    request.version(),
                    request.supports(Capability.TLS_FACTS),
                    connection.tlsSession().map(SSLSession::getCipherSuite).orElse(""),
                    connection.serverName().orElse(""),
                    connection.applicationProtocol().orElse(""),
                    connection.peerCertificates().stream()
                            .map(each -> each.getSubjectX500Principal().getName())
                            .toList());
        }
    }
}
