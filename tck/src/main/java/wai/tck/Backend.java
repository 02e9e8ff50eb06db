package wai.tck;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/// A running application, as the kit reaches it: what a handler's test starts.
///
/// A handler that listens on a TCP port takes [#at]; another brings its own [Client].
public interface Backend extends AutoCloseable {
    /// How requests are sent to the application.
    ///
    /// @return the same client at every call; may be used by many threads at the same time
    Client client();

    /// Where the application speaks HTTP/1.1 in the clear; the kit opens sockets there and sends hostile bytes.
    ///
    /// @return the address; empty when there is none, and the cases on the wire are then reported as not supported
    default Optional<InetSocketAddress> address() {
        return Optional.empty();
    }

    /// Stops the application and frees what [HandlerTck#start] took.
    ///
    /// @throws IOException when it cannot be stopped; the run then counts as failed
    @Override
    void close() throws IOException;

    /// A backend at a TCP address; the kit's own strict HTTP/1.1 client speaks to it.
    ///
    /// @param address where the server listens; plain text, HTTP/1.1
    /// @param server what [#close] closes
    /// @return the backend
    static Backend at(InetSocketAddress address, AutoCloseable server) {
        return new WireBackend(address, server, Scene.PATIENCE);
    }
}
