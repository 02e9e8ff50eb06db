package wai.cgi;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import wai.cgi.gateway.Gateway;
import wai.cgi.server.Server;
import wai.cgi.settings.ServerSettings;

/// A running server for FastCGI or SCGI; safe for use by many threads. Made by [FastCgi#start] and [Scgi#start].
public final class CgiServer implements AutoCloseable {
    private final Server server;
    private final Gateway gateway;
    private final ServerSettings settings;

    CgiServer(Server server, Gateway gateway, ServerSettings settings) {
        this.server = server;
        this.gateway = gateway;
        this.settings = settings;
    }

    /// The TCP port on which the server listens, the real one also when 0 was asked for.
    ///
    /// @return the port; that of the first listener which has one
    /// @throws IllegalStateException when the server listens on Unix sockets only
    public int port() {
        return addresses().stream()
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("no port: the server listens on Unix sockets only, " + addresses()))
                .getPort();
    }

    /// Where the server listens.
    ///
    /// @return the address, of the first listener when there are several
    public SocketAddress address() {
        return addresses().getFirst();
    }

    /// Where the server listens.
    ///
    /// @return the addresses with the real ports, in the order of [ServerSettings#listeners()]
    public List<SocketAddress> addresses() {
        return server.addresses();
    }

    /// What the open connections are doing: peer and state.
    ///
    /// @return one line per connection
    public List<String> openConnections() {
        return server.describeConnections();
    }

    /// What the server has done since it was started. No count ever goes down, except those that say what is open or in
    /// flight.
    ///
    /// @return the counters, as of now
    public ServerCounters counters() {
        return new ServerCounters(server.openConnections(), server.tally(), gateway.tally());
    }

    /// Whether a stop has begun. A stream without end looks for its end.
    ///
    /// @return true also when the server has stopped
    public boolean isStopping() {
        return server.isStopping();
    }

    /// Stops the server: accepts no longer, closes idle connections at once, lets busy ones finish their requests, and
    /// when the grace period is over cuts what is left and interrupts the applications that still work, with a line in
    /// the log for each.
    ///
    /// Blocks until all that is done. Further calls find nothing left to do.
    ///
    /// @param grace how long to wait for busy connections; zero cuts them at once
    /// @return whether every connection ended by itself
    /// @throws InterruptedException when interrupted while waiting; what is left is cut at once then
    public boolean stop(Duration grace) throws InterruptedException {
        var cut = server.stop(grace);
        for (var line : cut) {
            Log.LOGGER.log(Level.WARNING, "stopped before this connection had ended: " + line);
        }
        return cut.isEmpty();
    }

    /// Waits until the server has stopped.
    ///
    /// @throws InterruptedException when interrupted while waiting
    public void awaitStop() throws InterruptedException {
        server.awaitStop();
    }

    /// Stops with the grace period of the settings ([wai.cgi.settings.Timeouts#stop]).
    @Override
    public void close() {
        try {
            stop(settings.timeouts().stop());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops when the JVM is told to end.
    void stopAtExit() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("wai-cgi-stop").unstarted(this::close));
    }

    /// Looked for when the first line is written, because that initialises the logging of the JVM.
    private static final class Log {
        private static final Logger LOGGER = System.getLogger("wai.cgi");
    }
}
