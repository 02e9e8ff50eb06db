package wai.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/// A real nginx in front of an application, with the settings it has by itself; ended by its process id.
///
/// Where nginx is not installed the test is skipped, or fails where servers are demanded (`WAI_SERVERS`).
final class FrontNginx implements AutoCloseable {
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/local/sbin/nginx"), Path.of("/usr/bin/nginx"));
    private static final int ATTEMPTS = 5;
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Path folder;
    private final int port;
    private final Process process;

    private FrontNginx(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// Starts one that passes everything on.
    ///
    /// @param pass the directives that say where to
    static FrontNginx start(String pass) throws IOException {
        var program = PLACES.stream().filter(Files::isExecutable).findFirst();
        if (program.isEmpty()) {
            var why = "nginx is not installed: checks/servers/install brings it";
            if ("demanded".equals(System.getenv("WAI_SERVERS"))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        for (int attempt = 1; ; attempt++) {
            var front = attempt(program.orElseThrow(), pass);
            if (front.awaitReady()) {
                return front;
            }
            var why = Files.readString(front.folder.resolve("output"));
            front.close();
            if (attempt == ATTEMPTS || !why.contains("ddress already in use")) {
                throw new IOException("nginx did not start: " + why);
            }
        }
    }

    private static FrontNginx attempt(Path program, String pass) throws IOException {
        var folder = Files.createTempDirectory("wai-nginx");
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        var configuration = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; %3$s pid %1$s/pid; error_log stderr; worker_processes 1;
                events { worker_connections 256; }
                http {
                  access_log off; client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f;
                  scgi_temp_path %1$s/s; uwsgi_temp_path %1$s/u;
                  server { listen 127.0.0.1:%2$d; location / { %4$s } }
                }
                """.formatted(folder, port, user, pass));
        var process = new ProcessBuilder(program.toString(), "-e", "stderr", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        return new FrontNginx(folder, port, process);
    }

    /// Waits until it takes connections; false when it ended instead.
    private boolean awaitReady() {
        long end = System.nanoTime() + START_NANOS;
        while (process.isAlive() && System.nanoTime() - end < 0) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (IOException _) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        return false;
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
