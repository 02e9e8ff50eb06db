package wai.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A real Redis on a port of this machine, with nothing in it; ended by its process id.
///
/// Where Redis is not installed the test is skipped, or fails where servers are demanded (`WAI_SERVERS`).
final class SharedRedis implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final Process process;
    private final int port;

    private SharedRedis(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts one; returns when it takes connections.
    ///
    /// @param folder where it runs; it writes nothing there
    static SharedRedis start(Path folder) throws IOException {
        var program = Stream.of("/usr/bin", "/usr/local/bin")
                .flatMap(bin -> Stream.of("redis-server", "valkey-server").map(name -> Path.of(bin, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            var why = "redis-server is not installed: checks/servers/install brings it";
            if ("demanded".equals(System.getenv("WAI_SERVERS"))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        for (int attempt = 1; ; attempt++) { // somebody else may take the port before Redis does
            int port = freePort();
            var process = new ProcessBuilder(
                            program.orElseThrow().toString(),
                            "--bind",
                            "127.0.0.1",
                            "--port",
                            Integer.toString(port),
                            "--save",
                            "",
                            "--dir",
                            folder.toString())
                    .redirectErrorStream(true)
                    .start();
            var said = untilReady(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
            if (said.isEmpty()) {
                return new SharedRedis(process, port);
            }
            if (attempt == ATTEMPTS) {
                throw new IOException("Redis did not start:\n" + said);
            }
        }
    }

    /// Where it is.
    URI address() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.destroy();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Reads what Redis says until it is ready.
    ///
    /// @return nothing; all that it said when it ended instead
    private static String untilReady(BufferedReader output) throws IOException {
        var said = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.toLowerCase(Locale.ROOT).contains("ready to accept connections")) {
                return "";
            }
            said.append(line).append('\n');
        }
        return said.append("and ended").toString();
    }
}
