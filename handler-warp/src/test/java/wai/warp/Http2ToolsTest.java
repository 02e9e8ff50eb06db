package wai.warp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// HTTP/2 with the programs that people try it with, over TLS and by prior knowledge. Skipped where they are not
/// installed.
@Timeout(120) // a safety net, nothing depends on it
class Http2ToolsTest {
    private static final Identity OWN = Identity.selfSigned(List.of("localhost", "127.0.0.1"), Duration.ofDays(1));
    private static final Application TELLS = (request, respond) -> {
        var body = request.readBody(1_000_000);
        return respond.with(Response.text(
                Status.OK,
                request.version() + " " + (request.isSecure() ? "secure " : "plain ") + body.length() + " "
                        + request.connection().serverName().orElse("-") + " " + request.remoteAddress() + "\n"));
    };

    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();

    private WarpServer start(Listener listener) throws IOException {
        return Warp.start(
                WarpSettings.defaults()
                        .withListeners(List.of(listener))
                        .withHooks(Hooks.defaults().withOnFailure(failures::add)),
                TELLS);
    }

    private static Listener listener(String scheme) {
        var plain = Listener.tcp("127.0.0.1", 0);
        return scheme.equals("https") ? plain.withTls(Tls.of(OWN)) : plain;
    }

    /// What a program prints, both of its outputs.
    private static String run(String program, String... arguments) throws IOException, InterruptedException {
        var installed = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .anyMatch(Files::isExecutable);
        assumeTrue(installed, program + " is not installed");
        var command =
                Stream.concat(Stream.of(program), Arrays.stream(arguments)).toList();
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @ParameterizedTest
    @CsvSource({"https, secure, --http2", "http, plain, --http2-prior-knowledge"})
    void curl(String scheme, String secure, String option, @TempDir Path folder) throws Exception {
        var trusted = Files.writeString(folder.resolve("trusted.pem"), OWN.certificatesAsPem());
        var upload = Files.write(folder.resolve("upload"), new byte[300_000]);
        try (var server = start(listener(scheme))) {
            var url = scheme + "://localhost:" + server.port() + "/";
            var trust = trusted.toString();
            var write = "by %{http_version}\n";

            assertThat(run("curl", "-sS", "--noproxy", "*", "--cacert", trust, option, "-w", write, url))
                    .startsWith("HTTP/2 " + secure + " 0 ")
                    .endsWith("\nby 2\n");
            assertThat(run(
                            "curl",
                            "-sS",
                            "--noproxy",
                            "*",
                            "--cacert",
                            trust,
                            option,
                            "-w",
                            write,
                            "--data-binary",
                            "@" + upload,
                            url))
                    .startsWith("HTTP/2 " + secure + " 300000 ")
                    .endsWith("\nby 2\n");
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"https, secure", "http, plain"})
    void nghttp(String scheme, String secure, @TempDir Path folder) throws Exception {
        var upload = Files.write(folder.resolve("upload"), new byte[200_000]);
        try (var server = start(listener(scheme))) {
            var url = scheme + "://127.0.0.1:" + server.port() + "/";

            var output = run("nghttp", "-v", "-y", "--no-dep", "-d", upload.toString(), url);

            assertThat(output).contains("HTTP/2 " + secure + " 200000 ").contains(":status: 200");
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"https", "http"})
    void h2load(String scheme) throws Exception {
        try (var server = start(listener(scheme))) {
            var url = scheme + "://127.0.0.1:" + server.port() + "/";

            var output = run("h2load", "-n", "2000", "-c", "4", "-m", "20", url);

            assertThat(output).contains("2000 succeeded, 0 failed, 0 errored, 0 timeout");
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void curlBehindABalancer() throws Exception {
        try (var server = start(listener("https").withProxyProtocol(ProxyProtocol.required()))) {
            var output = run(
                    "curl",
                    "-sSk",
                    "--noproxy",
                    "*",
                    "--haproxy-protocol",
                    "--http2",
                    "https://localhost:" + server.port() + "/");

            assertThat(output).startsWith("HTTP/2 secure 0 localhost /127.0.0.1:");
        }
        assertThat(failures).isEmpty();
    }
}
