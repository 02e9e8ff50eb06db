package wai.servlet.exchange;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSession;
import wai.Connection;

/// What a container tells of its connection; asked at once, because containers use their requests again.
///
/// @param localAddress the address the client reached
/// @param remoteAddress the other end
/// @param tlsSession empty on a plain connection, and where the container does not tell
/// @param applicationProtocol `h2`; empty for everything else, as no container tells whether ALPN chose it
/// @param peerCertificates of the client, its own first
public record ConnectionFacts(
        SocketAddress localAddress,
        SocketAddress remoteAddress,
        Optional<SSLSession> tlsSession,
        Optional<String> applicationProtocol,
        List<X509Certificate> peerCertificates)
        implements Connection {
    @Override
    public Optional<String> serverName() {
        return tlsSession.flatMap(ConnectionFacts::serverName);
    }

    private static Optional<String> serverName(SSLSession session) {
        return session instanceof ExtendedSSLSession extended
                ? extended.getRequestedServerNames().stream()
                        .filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .findFirst()
                : Optional.empty();
    }

    /// An address that a container tells as text; a name, which a filter may tell, is not looked up.
    ///
    /// @param host an address in most cases
    /// @param port negative when unknown
    /// @return the address, unresolved when it is a name
    public static SocketAddress address(String host, int port) {
        int known = Math.max(0, port);
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), known);
        } catch (IllegalArgumentException _) {
            return InetSocketAddress.createUnresolved(host, known);
        }
    }
}
