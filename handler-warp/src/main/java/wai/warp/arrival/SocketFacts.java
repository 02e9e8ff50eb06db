package wai.warp.arrival;

import java.net.SocketAddress;
import wai.Connection;
import wai.transport.Transport;

/// What is known of a plain connection.
record SocketFacts(Transport transport) implements Connection {
    @Override
    public SocketAddress localAddress() {
        return transport.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return transport.remoteAddress();
    }
}
