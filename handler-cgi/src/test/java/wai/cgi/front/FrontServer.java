package wai.cgi.front;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/// A real web server in the foreground, on a free port of the loopback interface, with files in a folder of its own;
/// ended by its process id.
///
/// ```java
/// try (var front = FrontServer.start(WebServer.NGINX, new Route.Scgi(server.address()))) { … front.address() … }
/// ```
public final class FrontServer implements AutoCloseable {
    /// Set by the continuous integration: there a missing server is a failure.
    private static final String DEMANDED = "WAI_SERVERS";

    private static final int ATTEMPTS = 5;
    private static final int GRACE_SECONDS = 3;
    private static final int END_SECONDS = 10;
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final WebServer kind;
    private final Path folder;
    private final int port;
    private final Process process;

    private FrontServer(WebServer kind, Path folder, int port, Process process) {
        this.kind = kind;
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// Starts a web server whose whole site is the application behind a route. Where the server is not installed, the
    /// test is skipped, or fails where servers are demanded.
    ///
    /// @param kind which one
    /// @param route where requests go
    /// @return the server, which takes connections
    public static FrontServer start(WebServer kind, Route route) throws IOException {
        return start(kind, route, "");
    }

    /// As [#start(WebServer, Route)], with lines of the test's own in the configuration of the site.
    public static FrontServer start(WebServer kind, Route route, String extra) throws IOException {
        var program = kind.installed();
        if (program.isEmpty()) {
            var why = kind.program() + " is not installed: checks/servers/install brings it";
            if ("demanded".equals(System.getenv(DEMANDED))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        for (int attempt = 1; ; attempt++) {
            var server = attempt(kind, program.orElseThrow(), route, extra);
            if (server.awaitReady()) {
                return server;
            }
            var why = server.errorLog();
            server.close();
            boolean isPortTaken = why.contains("ddress already in use");
            if (attempt == ATTEMPTS || !isPortTaken) {
                throw new IOException(kind + " did not start:\n" + why);
            }
        }
    }

    private static FrontServer attempt(WebServer kind, Path program, Route route, String extra) throws IOException {
        var folder = Files.createTempDirectory("wai-front");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = freePort();
        var configuration = folder.resolve("server.conf");
        Files.writeString(configuration, kind.configuration().text(folder, port, route, extra));
        var output = folder.resolve("output").toFile();
        var process = new ProcessBuilder(kind.configuration().command(program, folder, configuration))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        process.getOutputStream().close();
        return new FrontServer(kind, folder, port, process);
    }

    /// Where it speaks HTTP/1.1.
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// What it wrote into its log so far, and to its standard streams.
    public String errorLog() {
        return read("output") + read("error.log");
    }

    /// Lets it pass on what it has of responses, for some seconds, then ends it.
    @Override
    public void close() throws IOException {
        try {
            if (process.isAlive()) {
                endGently();
            }
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
            }
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                // what is left of httpd waits ten seconds for connections that have never sent anything
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(FrontServer::delete);
        }
    }

    private void endGently() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-s", kind.signalOfEnd(), Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /// Waits until it takes connections; false when it ended instead, or takes too long.
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

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String read(String file) {
        try {
            return Files.exists(folder.resolve(file))
                    ? new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.ISO_8859_1)
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
