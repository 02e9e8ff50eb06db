package wai.tck;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/// A running application, as the kit reaches it: what a handler's test starts.
///
/// A handler that listens on a TCP port takes [#at(Endpoint, AutoCloseable)]; another brings its own [Client].
public interface Backend extends AutoCloseable {
    /// How requests are sent to the application.
    ///
    /// @return the same client at every call; may be used by many threads at the same time
    Client client();

    /// Where the application listens, and how it is spoken to; the kit opens sockets there and sends hostile bytes.
    ///
    /// @return the endpoint; empty when there is none, and the cases on the wire are then reported as not supported
    default Optional<Endpoint> endpoint() {
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
        return at(Endpoint.at(address), server);
    }

    /// A backend at an endpoint; the kit's own strict clients speak to it, over TLS or not, by HTTP/1.1 or HTTP/2.
    ///
    /// @param endpoint where the server listens, and how it is spoken to
    /// @param server what [#close] closes
    /// @return the backend
    static Backend at(Endpoint endpoint, AutoCloseable server) {
        return new WireBackend(endpoint, server, Scene.PATIENCE);
    }
}
