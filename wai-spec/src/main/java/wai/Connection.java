package wai;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/// Facts about the connection on which a request came, as the handler itself saw them; middleware does not change
/// them (a middleware that trusts a proxy changes [Request#remoteAddress] and [Request#isSecure]).
///
/// All methods answer at once and may be called from any thread.
public interface Connection {
    /// A connection of which nothing is known: what a request has that no server made.
    Connection UNKNOWN = new Connection() {};

    /// Our end of the connection: the address and port the client reached.
    ///
    /// @return the address; `0.0.0.0:0` (unresolved) when unknown
    default SocketAddress localAddress() {
        return InetSocketAddress.createUnresolved("0.0.0.0", 0);
    }

    /// The other end of the connection: the client, or the proxy in front of us.
    ///
    /// @return the address; `0.0.0.0:0` (unresolved) when unknown
    default SocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("0.0.0.0", 0);
    }

    /// The TLS session.
    ///
    /// @return the session; empty on a plain connection or without [Capability#TLS_FACTS]
    default Optional<SSLSession> tlsSession() {
        return Optional.empty();
    }

    /// The protocol that ALPN chose (RFC 7301), `h2` or `http/1.1`.
    ///
    /// @return the protocol; empty when ALPN was not used
    default Optional<String> applicationProtocol() {
        return Optional.empty();
    }

    /// The server name that the client asked for (SNI, RFC 6066 §3).
    ///
    /// @return the name; empty when there was none
    default Optional<String> serverName() {
        return Optional.empty();
    }

    /// The certificates that the client proved, its own first.
    ///
    /// @return the chain; empty when the client showed none
    default List<X509Certificate> peerCertificates() {
        return List.of();
    }
}
