package wai.warp.arrival;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.Connection;
import wai.transport.Transport;
import wai.warp.settings.ProxyHeader;
import wai.warp.settings.ProxyTls;

/// What is known of a plain connection of which a balancer told.
///
/// @param transport has the addresses that it told
/// @param header null when it told nothing
record ProxiedFacts(Transport transport, @Nullable ProxyHeader header) implements Connection {
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

    /// The one that the client showed the balancer, if that has checked it and passed it on.
    @Override
    public List<X509Certificate> peerCertificates() {
        return Optional.ofNullable(header)
                .flatMap(ProxyHeader::tls)
                .filter(ProxyTls::isVerified)
                .flatMap(ProxyTls::certificate)
                .map(List::of)
                .orElse(List.of());
    }
}
