package wai.warp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.warp.settings.WarpSettings;

/// What a server must give back: sockets, files and threads of this process.
///
/// @param open how many sockets and temporary files are open; 0 where the system does not tell
/// @param selectors how many selectors are open, the JDK's own for virtual threads included; 0 as above
/// @param threads how many platform threads of servers run
record Resources(long open, long selectors, long threads) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String TEMPORARY = System.getProperty("java.io.tmpdir");
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long STEP_NANOS = 2_000_000;

    static {
        // The JDK opens a socket and selectors of its own with the first use of sockets, and keeps them.
        var settings = WarpSettings.defaults().withHost("127.0.0.1").withPort(0);
        try (var server = Warp.start(settings, new SaysNothing());
                var client = WireClient.of(server)) {
            client.send(WireClient.GET).response();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is in use now.
    static Resources now() {
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("warp-"))
                .count();
        var descriptors = descriptors();
        return new Resources(
                descriptors.stream()
                        .filter(target -> target.startsWith("socket:") || target.startsWith(TEMPORARY))
                        .count(),
                descriptors.stream()
                        .filter(target -> target.endsWith("[eventpoll]"))
                        .count(),
                threads);
    }

    private static List<String> descriptors() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        try (var links = Files.list(DESCRIPTORS)) {
            return links.map(Resources::target).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException _) {
            return ""; // closed meanwhile
        }
    }

    /// Waits until no more is in use than was then.
    void awaitReturn() {
        await("resources as before " + this, () -> {
            var now = now();
            return now.open <= open && now.threads <= threads;
        });
    }

    /// Waits until the server has no connection, and so holds no buffer.
    static void awaitNoConnection(WarpServer server) {
        await("no connection", () -> server.openConnections().isEmpty());
        awaitNoBuffer(server);
    }

    /// Waits until no connection holds a buffer.
    static void awaitNoBuffer(WarpServer server) {
        await("no buffer, of " + server.buffersInUse(), () -> server.buffersInUse() == 0);
    }

    /// Waits for a condition that nothing announces.
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain for " + what + ", there are " + now());
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /// A class of its own, because a lambda would wait for the initializer that waits for it.
    private static final class SaysNothing implements Application {
        @Override
        public ResponseReceived handle(Request request, Respond respond) throws Exception {
            return respond.with(Response.text(Status.OK, ""));
        }
    }
}
