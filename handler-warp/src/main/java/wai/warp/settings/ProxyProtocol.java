package wai.warp.settings;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import wai.Key;

/// Whether connections begin with a PROXY header, by which a balancer that passes bytes on tells who the client is
/// (the PROXY protocol of HAProxy, versions 1 and 2).
///
/// ```java
/// Listener.tcp(8080).withProxyProtocol(ProxyProtocol.required().withTrusted(List.of("10.0.0.0/8")))
/// ```
///
/// Then [wai.Request#remoteAddress] and both addresses of [wai.Connection] are what the header says, and a request
/// whose client spoke TLS with the balancer is secure ([wai.Request#isSecure]); the header itself is in the request
/// under [#HEADER]. It comes before everything else on the connection, TLS included.
public final class ProxyProtocol {
    /// Whether there must be a header.
    public enum Mode {
        /// Every connection begins with a header; what does not is closed.
        REQUIRED,
        /// A connection may begin with a header.
        OPTIONAL
    }

    /// The header of the connection on which a request came: `request.get(ProxyProtocol.HEADER)`. Absent when there
    /// was none.
    public static final Key<ProxyHeader> HEADER = Key.named("proxy-header");

    private final Mode mode;
    private final List<Network> trusted;

    private ProxyProtocol(Mode mode, List<Network> trusted) {
        this.mode = mode;
        this.trusted = trusted;
    }

    /// Every connection must begin with a header. Whoever can connect is believed, unless [#withTrusted] says whom:
    /// right where only the balancer reaches the port.
    ///
    /// @return the setting
    public static ProxyProtocol required() {
        return new ProxyProtocol(Mode.REQUIRED, List.of());
    }

    /// Connections from some networks may begin with a header; one from elsewhere is taken as it is, so that a header
    /// there is a malformed request. For a port that both a balancer and clients, or health checks, come to.
    ///
    /// @param networks whose headers are believed, one or more: addresses, or ranges as `10.0.0.0/8`; whoever connects
    ///     to a Unix socket is believed anyhow
    /// @return the setting
    /// @throws IllegalArgumentException when one is neither, or there is none
    public static ProxyProtocol optionalFrom(String... networks) {
        return new ProxyProtocol(Mode.OPTIONAL, List.of()).withTrusted(Arrays.asList(networks));
    }

    /// Whether there must be a header.
    ///
    /// @return the mode
    public Mode mode() {
        return mode;
    }

    /// Whose headers are believed.
    ///
    /// @return ranges as `10.0.0.0/8`; empty for whoever connects
    public List<String> trusted() {
        return trusted.stream().map(Network::toString).toList();
    }

    /// Sets [#trusted()]. Where a header is required, connections from elsewhere are closed.
    ///
    /// @param networks one or more: addresses, or ranges as `10.0.0.0/8`; whoever connects to a Unix socket is
    ///     believed anyhow, as its permissions say who may
    /// @return the changed copy
    /// @throws IllegalArgumentException when one is neither, or there is none
    public ProxyProtocol withTrusted(List<String> networks) {
        if (networks.isEmpty()) {
            throw new IllegalArgumentException("no trusted networks: expected one or more");
        }
        return new ProxyProtocol(mode, networks.stream().map(Network::parse).toList());
    }

    /// Whether the header of a connection is believed.
    ///
    /// @param peer the other end of the socket
    /// @return false for an address outside the trusted networks
    public boolean isTrusted(SocketAddress peer) {
        if (trusted.isEmpty() || !(peer instanceof InetSocketAddress inet)) {
            return true;
        }
        var address = inet.getAddress();
        return address != null && trusted.stream().anyMatch(network -> network.contains(address));
    }

    /// The mode and the networks, for logs.
    @Override
    public String toString() {
        return mode + (trusted.isEmpty() ? "" : " from " + trusted);
    }
}
