package wai.warp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.warp.server.Server;
import wai.warp.settings.WarpSettings;

/// Starts the server.
///
/// ```java
/// Warp.run(8080, (request, respond) -> respond.with(Response.text(Status.OK, "Hello, world!")));
/// ```
public final class Warp {

    private Warp() {}

    /// Serves an application on all addresses of the machine until the program is told to end; then drains.
    ///
    /// Blocks. On SIGTERM or ^C running requests are finished for up to the `stop` time-out before the JVM ends.
    ///
    /// @param port 0 to 65535; 0 for any free port
    /// @param application what to run
    /// @throws IOException when the port cannot be bound
    /// @throws InterruptedException when interrupted; the server is stopped then
    /// @throws IllegalArgumentException when the port is out of range
    public static void run(int port, Application application) throws IOException, InterruptedException {
        run(WarpSettings.defaults().withPort(port), application);
    }

    /// Serves an application on the port that the environment variable `PORT` names, and otherwise as
    /// [#run(int, Application)] does.
    ///
    /// @param defaultPort the port when `PORT` is not set; 0 to 65535, 0 for any free port
    /// @param application what to run
    /// @throws IOException when the port cannot be bound
    /// @throws InterruptedException when interrupted; the server is stopped then
    /// @throws IllegalArgumentException when `PORT` is no number, or a port out of range
    public static void runEnv(int defaultPort, Application application) throws IOException, InterruptedException {
        run(port(System.getenv("PORT"), defaultPort), application);
    }

    static int port(@Nullable String variable, int defaultPort) {
        if (variable == null) {
            return defaultPort;
        }
        try {
            int port = Integer.parseInt(variable);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException(
                "the environment variable PORT is \"" + variable + "\": expected a number from 0 to 65535");
    }

    /// Serves an application until the program is told to end; then drains.
    ///
    /// @param settings what is set
    /// @param application what to run
    /// @throws IOException when the address cannot be bound
    /// @throws InterruptedException when interrupted; the server is stopped then
    public static void run(WarpSettings settings, Application application) throws IOException, InterruptedException {
        try (var server = start(settings, application)) {
            var stopAtExit = Thread.ofPlatform().name("warp-stop").unstarted(new Closing(server));
            Runtime.getRuntime().addShutdownHook(stopAtExit);
            server.awaitStop();
        }
    }

    /// Starts a server and returns when it listens.
    ///
    /// @param settings what is set
    /// @param application what to run; called on virtual threads, many at a time
    /// @return the running server, which keeps the JVM alive until it is stopped
    /// @throws IOException when an address cannot be bound; the message says which, and none is left bound
    /// @throws UnsupportedOperationException when [wai.warp.settings.Threads.Mode#LOOPS] is demanded where it is not
    ///         possible; the message says how java would have to be started
    public static WarpServer start(WarpSettings settings, Application application) throws IOException {
        return new WarpServer(Server.start(settings, application), settings);
    }

    /// Stops a server. A class and no lambda, as every start comes here.
    private record Closing(WarpServer server) implements Runnable {
        @Override
        public void run() {
            server.close();
        }
    }
}
