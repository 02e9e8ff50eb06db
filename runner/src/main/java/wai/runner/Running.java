package wai.runner;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/// A server that runs.
interface Running {
    /// Where it listens, with the real port.
    SocketAddress address();

    /// What it speaks, as the scheme of a URL.
    default String protocol() {
        return "http";
    }

    /// Takes no more connections, lets the open ones end what they do, and cuts those that need longer.
    ///
    /// Blocks until all are closed.
    ///
    /// @param grace how long they may need
    /// @return true when all ended by themselves
    /// @throws InterruptedException when interrupted while it waits
    boolean stop(Duration grace) throws InterruptedException;

    /// Who holds up [#stop]: one line for each connection. May be called while another thread stops the server.
    List<String> openConnections();
}
