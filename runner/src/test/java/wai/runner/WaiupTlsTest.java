package wai.runner;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import wai.warp.tls.Identity;

/// `waiup --tls`, and with certificates from files.
@Timeout(120) // a safety net, nothing depends on it
class WaiupTlsTest {
    private static final String TELLS = """
        import wai.*;

        Application app() {
            return (request, respond) ->
                    respond.with(Response.text(Status.OK, request.version() + " " + request.isSecure()));
        }

        void main() {}
        """;

    @TempDir
    private Path folder;

    private String program = "";

    @BeforeEach
    void writeProgram() throws Exception {
        program = Files.writeString(folder.resolve("Tells.java"), TELLS).toString();
    }

    private Path certificates() {
        return folder.resolve("certificates");
    }

    /// What trusts the certificates in a file.
    private static SSLContext trusting(Path file) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var factory = CertificateFactory.getInstance("X.509");
        store.setCertificateEntry("a", factory.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file))));
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /// Connects to a port of this machine, checks certificate and name, and agrees on a protocol.
    private static SSLSocket connect(SSLContext context, int port, String... protocols) throws Exception {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.ofLiteral("127.0.0.1"), port);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(60_000); // a safety net, nothing depends on it
        socket.startHandshake();
        return socket;
    }

    /// What ALPN chooses, and what a request by HTTP/1.1 is answered with.
    private static String answer(SSLContext context, int port) throws Exception {
        try (var second = connect(context, port, "h2", "http/1.1");
                var first = connect(context, port, "http/1.1")) {
            first.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            var answer = new String(first.getInputStream().readAllBytes(), US_ASCII);
            return second.getApplicationProtocol() + ", " + answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    /// Runs on Warp and tells what a client got that trusts a file.
    private String served(Path trusted, String... arguments) throws Exception {
        var printed = new PipedInputStream();
        var out = new PrintStream(new PipedOutputStream(printed), true, UTF_8);
        var stop = new CountDownLatch(1);
        var waiup = new Waiup(
                out,
                System.err,
                Backends.all(),
                new Browser(List.of("/no/browser/here")),
                () -> new DevelopmentCertificate(certificates(), InstantSource.system()));
        var run = new FutureTask<>(() -> {
            try (out) {
                return waiup.run(() -> stop, arguments);
            }
        });
        Thread.ofPlatform().daemon().start(run);
        try (var lines = new BufferedReader(new InputStreamReader(printed, UTF_8))) {
            var url = URI.create(lines.readLine().replaceFirst(".* on (https://[^ ]+).*", "$1"));
            return answer(trusting(trusted), url.getPort());
        } finally {
            stop.countDown();
            assertThat(run.get()).isEqualTo(Exit.STOPPED);
        }
    }

    @Test
    void servesHttp2ToAClientThatTrustsTheCertificate() throws Exception {
        var file = new DevelopmentCertificate(certificates(), InstantSource.system())
                .forHost("127.0.0.1")
                .file();

        assertThat(served(file, "--tls", "--port", "0", program)).isEqualTo("h2, HTTP/1.1 true");
    }

    @Test
    void servesWithCertificatesFromFiles() throws Exception {
        var identity = Identity.selfSigned(List.of("127.0.0.1"), Duration.ofDays(1));
        var file = Files.writeString(folder.resolve("c.pem"), identity.certificatesAsPem());
        var key = Files.writeString(folder.resolve("k.pem"), identity.keyAsPem());

        var answer = served(file, "--tls-cert", file.toString(), "--tls-key", key.toString(), "--port", "0", program);

        assertThat(answer).isEqualTo("h2, HTTP/1.1 true");
        assertThat(certificates()).doesNotExist();
    }

    @Test
    void saysThatTheCertificateIsForDevelopment() {
        var first = CommandLineRun.of(certificates(), "--tls", "--port", "0", "--path", "/shop", program);
        var second = CommandLineRun.of(certificates(), "--tls", "--port", "0", "--path", "/shop", program);

        var file = certificates().resolve("development.pem");
        assertThat(first.errors()).isEmpty();
        assertThat(first.output())
                .matches("serving \\Q" + program + "\\E on (https://127\\.0\\.0\\.1:[0-9]+/shop)\n"
                        + "for development only: its certificate is self-signed, and new: nothing trusts it yet,"
                        + " curl --cacert \\Q" + file + "\\E \\1/\n");
        assertThat(second.output())
                .matches("serving .* on (https://127\\.0\\.0\\.1:[0-9]+/shop)\n"
                        + "for development only: its certificate is self-signed,"
                        + " curl --cacert \\Q" + file + "\\E \\1/\n");
    }

    @Test
    void saysNothingOfDevelopmentWithOwnCertificates() throws Exception {
        var identity = Identity.selfSigned(List.of("127.0.0.1"), Duration.ofDays(1));
        var file = Files.writeString(folder.resolve("both.pem"), identity.certificatesAsPem() + identity.keyAsPem())
                .toString();

        var run = CommandLineRun.of("--tls", "--tls-cert", file, "--tls-key", file, "--port", "0", program);

        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).matches("serving .* on https://127\\.0\\.0\\.1:[0-9]+\n");
        assertThat(run.backend().place.join()).isInstanceOf(Listen.Secure.class);
    }

    @Test
    void explainsFilesThatAreNoCertificates() throws Exception {
        var file = Files.writeString(folder.resolve("c.pem"), "").toString();

        var run = CommandLineRun.of("--tls-cert", file, "--tls-key", file, program);

        assertThat(run.errors())
                .startsWith("waiup: --tls-cert and --tls-key: [" + file)
                .contains("expected");
        assertThat(run.exit()).isEqualTo(Exit.USAGE);
        assertThat(run.backend().started).isNotDone();
    }

    @Test
    void explainsAFolderThatCannotBeMade() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "");

        var run = CommandLineRun.of(file.resolve("below"), "--tls", "--port", "0", program);

        assertThat(run.errors())
                .startsWith("waiup: the certificate for development cannot be kept in " + file.resolve("below"))
                .endsWith("; give another by --tls-cert and --tls-key\n");
        assertThat(run.exit()).isEqualTo(Exit.PROGRAM);
    }
}
