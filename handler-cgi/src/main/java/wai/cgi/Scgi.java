package wai.cgi;

import java.io.IOException;
import wai.Application;
import wai.cgi.gateway.Gateway;
import wai.cgi.scgi.ScgiProtocol;
import wai.cgi.server.Server;
import wai.cgi.settings.ServerSettings;

/// Serves an application to web servers that speak SCGI.
///
/// ```java
/// Scgi.run(9001, (request, respond) -> respond.with(Response.text(Status.OK, "Hello, world!")));
/// ```
///
/// One connection for each request, each on a virtual thread.
public final class Scgi {
    private Scgi() {}

    /// Serves an application on a port of the loopback interface until the program is told to end; then drains.
    ///
    /// Blocks. On SIGTERM or ^C running requests are finished for up to the `stop` time-out before the JVM ends.
    ///
    /// @param port 0 to 65535; 0 for any free port
    /// @param application what to run
    /// @throws IOException when the port cannot be bound
    /// @throws InterruptedException when interrupted; the server is stopped then
    /// @throws IllegalArgumentException when the port is out of range
    public static void run(int port, Application application) throws IOException, InterruptedException {
        run(ServerSettings.defaults().withPort(port), application);
    }

    /// Serves an application until the program is told to end; then drains.
    ///
    /// @param settings what is set
    /// @param application what to run
    /// @throws IOException when an address cannot be bound
    /// @throws InterruptedException when interrupted; the server is stopped then
    public static void run(ServerSettings settings, Application application) throws IOException, InterruptedException {
        try (var server = start(settings, application)) {
            server.stopAtExit();
            server.awaitStop();
        }
    }

    /// Starts a server and returns when it listens.
    ///
    /// @param settings what is set
    /// @param application what to run; called on virtual threads, many at a time
    /// @return the running server, which keeps the JVM alive until it is stopped
    /// @throws IOException when an address cannot be bound; the message says which, and none is left bound
    /// @throws UnsupportedOperationException when there can be no loops, which were set; the message tells how
    public static CgiServer start(ServerSettings settings, Application application) throws IOException {
        var gateway = Gateway.ofServer(application, settings.requests());
        return new CgiServer(
                Server.start(settings, new ScgiProtocol(gateway, settings), gateway::report), gateway, settings);
    }
}
