package wai.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/// Makes transports of accepted connections.
@FunctionalInterface
public interface Opener {
    /// A transport over a connection.
    ///
    /// @param channel belongs to the transport from now on
    /// @return the transport
    /// @throws IOException when the connection has ended already
    Transport transport(SocketChannel channel) throws IOException;
}
