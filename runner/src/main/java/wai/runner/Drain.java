package wai.runner;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Stops a server and says every second for which connections it waits.
final class Drain {
    /// Long enough for an ordinary request, short enough for people who wait at a terminal.
    static final Duration GRACE = Duration.ofSeconds(10);

    /// A server without work stops before the first report, so that nobody reads of idle connections.
    private static final Duration BEFORE_FIRST_REPORT = Duration.ofMillis(200);

    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);

    /// More would fill the screen.
    private static final int NAMED_CONNECTIONS = 5;

    private final Running running;
    private final PrintStream err;
    private final Duration beforeFirstReport;
    private volatile List<String> last = List.of();

    Drain(Running running, PrintStream err) {
        this(running, err, BEFORE_FIRST_REPORT);
    }

    Drain(Running running, PrintStream err, Duration beforeFirstReport) {
        this.running = running;
        this.err = err;
        this.beforeFirstReport = beforeFirstReport;
    }

    /// Stops the server; blocks until that is done, [#GRACE] at most.
    ///
    /// @throws InterruptedException when interrupted while it waits
    Exit run() throws InterruptedException {
        try (var reports = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().daemon().name("drain").unstarted(task))) {
            var reporting = reports.scheduleAtFixedRate(
                    this::report, beforeFirstReport.toMillis(), BETWEEN_REPORTS.toMillis(), TimeUnit.MILLISECONDS);
            boolean ended = running.stop(GRACE);
            reporting.cancel(false);
            if (ended) {
                return Exit.STOPPED;
            }
        }
        err.println("waiup: gave up after " + GRACE.toSeconds() + " s and cut " + described(last));
        return Exit.CUT;
    }

    private void report() {
        var open = running.openConnections();
        if (!open.isEmpty()) {
            last = open;
            err.println("waiup: draining, waiting for " + described(open) + " (^C again: stop at once)");
        }
    }

    private static String described(List<String> connections) {
        var named = connections.subList(0, Math.min(NAMED_CONNECTIONS, connections.size()));
        int others = connections.size() - named.size();
        return connections.size()
                + (connections.size() == 1 ? " connection: " : " connections: ")
                + String.join("; ", named)
                + (others == 0 ? "" : "; and " + others + " more");
    }
}
