package wai.warp;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import wai.warp.observe.ServerLog;
import wai.warp.server.Server;
import wai.warp.settings.WarpSettings;

/// A running Warp server. Made by [Warp#start]; safe for use by many threads.
public final class WarpServer implements AutoCloseable {
    private final Server server;
    private final WarpSettings settings;

    WarpServer(Server server, WarpSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /// The TCP port on which the server listens, the real one also when 0 was asked for.
    ///
    /// @return the port
    /// @throws IllegalStateException when the server listens on a Unix socket
    public int port() {
        if (server.address() instanceof InetSocketAddress address) {
            return address.getPort();
        }
        throw new IllegalStateException("no port: the server listens on the Unix socket " + server.address());
    }

    /// Where the server listens.
    ///
    /// @return the address
    public SocketAddress address() {
        return server.address();
    }

    /// What the open connections are doing: peer, state, request, age.
    ///
    /// @return one line per connection
    public List<String> openConnections() {
        return server.describeConnections();
    }

    /// What the server has done since it was started, and what it is doing.
    ///
    /// Looks at every open connection; for once a second rather than for every request. No count ever goes down, except
    /// those that say what is open or in flight.
    ///
    /// @return the counters, as of now
    public ServerCounters counters() {
        return new ServerCounters(server.counters());
    }

    /// Stops the server: accepts no longer, closes idle connections at once, lets busy ones finish their request (the
    /// response says `Connection: close`), tells raw ones ([wai.RawConnection#onShutdown]), and cuts what is left when
    /// the grace period is over, with a line in the log for each.
    ///
    /// Blocks until all that is done. Further calls find nothing left to do.
    ///
    /// @param grace how long to wait for busy connections; zero cuts them at once
    /// @return whether every connection ended by itself
    /// @throws InterruptedException when interrupted while waiting; what is left is cut at once then
    public boolean stop(Duration grace) throws InterruptedException {
        var cut = server.stop(grace);
        for (var line : cut) {
            ServerLog.write(Level.WARNING, "stopped before this connection had ended: " + line);
        }
        return cut.isEmpty();
    }

    /// Waits until the server has stopped.
    ///
    /// @throws InterruptedException when interrupted while waiting
    public void awaitStop() throws InterruptedException {
        server.awaitStop();
    }

    /// Stops with the grace period of the settings ([wai.warp.settings.Timeouts#stop]).
    @Override
    public void close() {
        try {
            stop(settings.timeouts().stop());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
