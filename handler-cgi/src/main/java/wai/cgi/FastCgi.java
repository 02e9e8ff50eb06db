package wai.cgi;

import java.io.IOException;
import wai.Application;
import wai.cgi.gateway.Gateway;
import wai.cgi.responder.FastCgiProtocol;
import wai.cgi.server.Server;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.ServerSettings;

/// Serves an application to web servers that speak FastCGI, as a responder (FastCGI 1.0 §6.2).
///
/// ```java
/// FastCgi.run(9000, (request, respond) -> respond.with(Response.text(Status.OK, "Hello, world!")));
/// ```
///
/// Connections are kept when the web server wants that, carry many requests at a time when it can, and each request
/// runs on a virtual thread of its own. Requests for the roles authorizer and filter are answered with
/// `FCGI_UNKNOWN_ROLE`: an authorizer's 200 lets a client pass, which an application that was not written for it must
/// not do by accident, and no web server of today sends to filters.
public final class FastCgi {
    private FastCgi() {}

    /// Serves an application as a program that a web server or `spawn-fcgi` starts (FastCGI 1.0 §2.2): on the listening
    /// socket that it inherits as standard input, until it is told to end; then drains.
    ///
    /// @param application what to run
    /// @throws IOException when standard input is no listening socket
    /// @throws InterruptedException when interrupted; the server is stopped then
    /// @throws IllegalArgumentException when `FCGI_WEB_SERVER_ADDRS` names something else than addresses
    public static void run(Application application) throws IOException, InterruptedException {
        run(FastCgiSettings.inherited(System.getenv()), application);
    }

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
        var server = ServerSettings.defaults().withPort(port);
        run(FastCgiSettings.defaults().withServer(server), application);
    }

    /// Serves an application until the program is told to end; then drains.
    ///
    /// @param settings what is set
    /// @param application what to run
    /// @throws IOException when an address cannot be bound
    /// @throws InterruptedException when interrupted; the server is stopped then
    public static void run(FastCgiSettings settings, Application application) throws IOException, InterruptedException {
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
    public static CgiServer start(FastCgiSettings settings, Application application) throws IOException {
        var server = settings.server();
        var gateway = Gateway.ofServer(application, server.requests());
        return new CgiServer(
                Server.start(server, new FastCgiProtocol(gateway, settings), gateway::report), gateway, server);
    }
}
