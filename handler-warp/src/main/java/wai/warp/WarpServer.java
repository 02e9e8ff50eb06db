package wai.warp;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import wai.warp.server.Server;
import wai.warp.settings.WarpSettings;

/// A running Warp server. Made by [Warp#start]; safe for use by many threads.
public final class WarpServer implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("wai.warp");

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
            LOGGER.log(System.Logger.Level.WARNING, "stopped before this connection had ended: {0}", line);
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
