package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.test.IncompleteResponseException;
import wai.test.TestClient;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.ClientCertificates;
import wai.warp.tls.Identity;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// The client that users test with, against Warp over TLS: what they ask about certificates.
@Timeout(60) // a safety net, nothing depends on it
class TestClientOverTlsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");
    private static final Application TELLS = (request, respond) -> {
        var connection = request.connection();
        var client = connection.peerCertificates().stream()
                .findFirst()
                .map(certificate -> certificate.getSubjectX500Principal().getName());
        return respond.with(Response.text(
                Status.OK,
                (request.isSecure() ? "secure " : "plain ")
                        + connection.serverName().orElse("-") + " "
                        + connection.applicationProtocol().orElse("-") + " " + client.orElse("nobody")));
    };

    private static WarpServer start(Tls tls) throws IOException {
        return Warp.start(
                WarpSettings.defaults()
                        .withListeners(List.of(Listener.tcp("127.0.0.1", 0).withTls(tls)))
                        .withHooks(Hooks.defaults().withOnFailure(_ -> {})), // clients are refused on purpose
                TELLS);
    }

    private static TestClient client(WarpServer server) {
        return TestClient.over(URI.create("https://localhost:" + server.port())).withTls(AUTHORITY.root());
    }

    @Test
    void trustsAnAuthority() throws Exception {
        try (var server = start(Tls.of(AUTHORITY.issue("own", "localhost")))) {
            assertThat(client(server).get("/")).hasStatus(200).hasBody("secure localhost http/1.1 nobody");
        }
    }

    @Test
    void asksForOneOfSeveralHosts() throws Exception {
        var first = AUTHORITY.issue("a", "a.test");
        var second = AUTHORITY.issue("b", "b.test");
        try (var server = start(Tls.of(first, second))) {
            var response = client(server).withOrigin("https://b.test").get("/");

            assertThat(response).hasBody("secure b.test http/1.1 nobody");
            assertThat(certificate(response.tlsSession().orElseThrow().getPeerCertificates()))
                    .isEqualTo(second.chain().getFirst());
        }
    }

    @Test
    void showsACertificate() throws Exception {
        var clients = ClientCertificates.needed(List.of(AUTHORITY.root()));
        try (var server = start(Tls.of(AUTHORITY.issue("own", "localhost")).withClients(clients))) {
            var ada = TlsClient.context(AUTHORITY.root(), AUTHORITY.issue("Ada"));

            assertThat(client(server).withTls(ada).get("/")).hasBody("secure localhost http/1.1 CN=Ada");
            assertThatThrownBy(() -> client(server).get("/")).isInstanceOf(IncompleteResponseException.class);
        }
    }

    @Test
    void seesThatACertificateWasRenewed(@TempDir Path folder) throws Exception {
        var first = AUTHORITY.issue("first", "localhost");
        var second = AUTHORITY.issue("second", "localhost");
        var certificates = folder.resolve("certificates.pem");
        var key = folder.resolve("key.pem");
        write(first, certificates, key);
        try (var server = start(Tls.of(Identity.pemFiles(certificates, key)))) {
            var client = client(server);
            assertThat(shown(client)).isEqualTo(first.chain().getFirst());

            write(second, certificates, key);
            server.reloadCertificates();

            assertThat(shown(client)).isEqualTo(second.chain().getFirst());
        }
    }

    private static void write(Identity identity, Path certificates, Path key) throws IOException {
        Files.writeString(certificates, identity.certificatesAsPem());
        Files.writeString(key, identity.keyAsPem());
    }

    private static Certificate shown(TestClient client) throws IOException {
        return certificate(client.get("/").tlsSession().orElseThrow().getPeerCertificates());
    }

    private static Certificate certificate(Certificate[] chain) {
        return chain[0];
    }
}
