package wai.servlet.embedded;

import java.net.InetSocketAddress;
import java.time.Duration;

/// A container that runs in this program.
public interface EmbeddedServer extends AutoCloseable {
    /// Where it listens.
    ///
    /// @return the address, with the real port
    InetSocketAddress address();

    /// Takes no more requests, tells raw connections, lets running requests end and cuts those that need longer.
    ///
    /// Blocks until all is stopped. Later calls do nothing and answer true.
    ///
    /// @param grace how long running requests may need; whole milliseconds count
    /// @return whether all ended in time, as far as the container tells
    /// @throws InterruptedException when interrupted while it waits; the container is stopped then without grace
    boolean stop(Duration grace) throws InterruptedException;

    /// Stops without grace.
    @Override
    void close();
}
