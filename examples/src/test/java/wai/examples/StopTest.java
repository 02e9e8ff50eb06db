package wai.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `waiup` in a process of its own, with an upload under way when signals arrive.
@Timeout(120)
class StopTest {
    /// Begins its response before it has the whole request.
    private static final String ECHO = """
            import wai.*;

            static final Headers PLAIN = Headers.of(HeaderName.CONTENT_TYPE, "text/plain");

            Application app() {
                return (request, respond) -> respond.with(Response.stream(Status.OK, PLAIN, out -> {
                    out.writeUtf8("begun");
                    out.flush();
                    request.body().transferTo(out);
                }));
            }

            void main() {}
            """;

    private static final String BEGIN_OF_UPLOAD = """
            POST / HTTP/1.1\r
            Host: localhost\r
            Content-Length: 8\r
            \r
            half""";

    @TempDir
    private Path folder;

    @Test
    void stopsAtOnceWhenNothingIsUnderWay() throws Exception {
        try (var waiup = new Waiup(echo())) {
            waiup.signal("INT");

            assertThat(waiup.status()).isZero();
            assertThat(waiup.errors()).isEmpty();
        }
    }

    @Test
    void letsARequestEndAndSaysSo() throws Exception {
        try (var waiup = new Waiup(echo());
                var client = waiup.connect()) {
            send(client, BEGIN_OF_UPLOAD);
            assertThat(readUntil(client, "begun")).startsWith("HTTP/1.1 200 OK\r\n");

            waiup.signal("TERM");
            var report = waiup.errorLine();
            send(client, "done");

            assertThat(report)
                    .matches("waiup: draining, waiting for 1 connection: .*POST.*\\(\\^C again: stop at once\\)");
            assertThat(readUntil(client, "done")).endsWith("done");
            assertThat(waiup.status()).isZero();
        }
    }

    @Test
    void aSecondSignalStopsAtOnce() throws Exception {
        try (var waiup = new Waiup(echo());
                var client = waiup.connect()) {
            send(client, BEGIN_OF_UPLOAD);
            readUntil(client, "begun");

            waiup.signal("INT");
            waiup.errorLine();
            waiup.signal("INT");

            assertThat(waiup.status()).isEqualTo(130);
        }
    }

    private Path echo() throws IOException {
        return Files.writeString(folder.resolve("Echo.java"), ECHO);
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static String readUntil(Socket client, String end) throws IOException {
        var seen = new StringBuilder();
        for (int b;
                !seen.toString().endsWith(end) && (b = client.getInputStream().read()) >= 0; ) {
            seen.append((char) b);
        }
        return seen.toString();
    }

    /// The running program.
    private static final class Waiup implements AutoCloseable {
        private final Process process;
        private final BufferedReader errors;
        private final URI address;

        Waiup(Path program) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "wai.runner.Waiup",
                            "--port",
                            "0",
                            program.toString())
                    .start();
            errors = process.errorReader(UTF_8);
            var line = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
            address = URI.create(line.substring(line.indexOf("http://")));
        }

        Socket connect() throws IOException {
            return new Socket(address.getHost(), address.getPort());
        }

        void signal(String name) throws IOException, InterruptedException {
            var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            assertThat(kill.waitFor()).isZero();
        }

        String errorLine() throws IOException {
            return errors.readLine();
        }

        String errors() throws IOException {
            return errors.readAllAsString();
        }

        int status() throws InterruptedException {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
