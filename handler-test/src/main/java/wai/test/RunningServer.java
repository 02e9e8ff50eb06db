package wai.test;

import java.net.InetSocketAddress;

/// A server that a [ServerStarter] has started.
public interface RunningServer extends AutoCloseable {
    /// Where it listens.
    ///
    /// @return the address, with the true port
    InetSocketAddress address();

    /// Stops it.
    @Override
    void close();
}
