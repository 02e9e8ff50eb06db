package wai.warp.arrival;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Connection;
import wai.warp.settings.ProxyHeader;
import wai.warp.transport.Transport;

/// How one connection comes in: what is to be done before its first byte of HTTP, and what is known of it afterwards.
///
/// ```text
///   identify: the PROXY header, if the listener has it ──▶ the hook onOpen ──▶ HTTP
/// ```
public final class Arrival {
    private final Transport transport;
    private final @Nullable ProxiedTransport proxied;
    private final Application application;

    private Arrival(Transport transport, @Nullable ProxiedTransport proxied, Application application) {
        this.transport = transport;
        this.proxied = proxied;
        this.application = application;
    }

    /// A connection that speaks HTTP from its first byte on.
    ///
    /// @param socket its bytes
    /// @param application what serves it
    /// @return the arrival
    public static Arrival plain(Transport socket, Application application) {
        return new Arrival(socket, null, application);
    }

    static Arrival proxied(ProxiedTransport socket, Application application) {
        return new Arrival(socket, socket, application);
    }

    /// The bytes of HTTP, once the connection is in; to be used for closing and expiring before.
    ///
    /// @return the transport
    public Transport transport() {
        return transport;
    }

    /// What serves the connection.
    ///
    /// @return the application
    public Application application() {
        return application;
    }

    /// Whether nothing is to be done before HTTP.
    ///
    /// @return false when there is something to wait for
    public boolean isIn() {
        return proxied == null;
    }

    /// Finds out who the client is. On the connection's thread; waits for bytes.
    ///
    /// @throws IOException when the peer broke the PROXY protocol, is gone, or a deadline ran out
    public void identify() throws IOException {
        if (proxied != null) {
            proxied.readHeader();
        }
    }

    /// What a PROXY header said.
    ///
    /// @return empty when there was none
    public Optional<ProxyHeader> proxyHeader() {
        return proxied == null ? Optional.empty() : proxied.header();
    }

    /// Whether the client's side of the connection is encrypted.
    ///
    /// @return true for `https`
    public boolean isSecure() {
        return proxied != null && proxied.isSecure();
    }

    /// What the application can know of the connection.
    ///
    /// @return the facts, once the connection is in
    public Connection facts() {
        return proxied == null
                ? new SocketFacts(transport)
                : new ProxiedFacts(transport, proxied.header().orElse(null));
    }

    /// A plain connection.
    private record SocketFacts(Transport transport) implements Connection {
        @Override
        public SocketAddress localAddress() {
            return transport.localAddress();
        }

        @Override
        public SocketAddress remoteAddress() {
            return transport.remoteAddress();
        }
    }

    /// A connection of which a balancer told.
    private record ProxiedFacts(
            Transport transport, @Nullable ProxyHeader header) implements Connection {
        @Override
        public SocketAddress localAddress() {
            return transport.localAddress();
        }

        @Override
        public SocketAddress remoteAddress() {
            return transport.remoteAddress();
        }

        @Override
        public Optional<String> applicationProtocol() {
            return Optional.ofNullable(header).flatMap(ProxyHeader::applicationProtocol);
        }

        @Override
        public Optional<String> serverName() {
            return Optional.ofNullable(header).flatMap(ProxyHeader::authority);
        }
    }
}
