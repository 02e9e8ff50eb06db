package wai.warp.arrival;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import wai.Connection;
import wai.transport.Transport;

/// What is known of a connection that is encrypted here.
final class TlsFacts implements Connection {
    private final Transport transport;
    private final SSLSession session;
    private final Optional<String> applicationProtocol;
    private final Optional<String> serverName;
    private final List<X509Certificate> peerCertificates;

    /// @param engine whose handshake is over
    TlsFacts(Transport transport, SSLEngine engine) {
        this.transport = transport;
        this.session = engine.getSession();
        var chosen = engine.getApplicationProtocol();
        this.applicationProtocol = chosen == null || chosen.isEmpty() ? Optional.empty() : Optional.of(chosen);
        this.serverName = IdentityChoice.serverName(session);
        this.peerCertificates = certificates(session);
    }

    /// What a client showed.
    static List<X509Certificate> certificates(SSLSession session) {
        var chain = new ArrayList<X509Certificate>();
        try {
            for (var certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate known) {
                    chain.add(known);
                }
            }
        } catch (SSLPeerUnverifiedException _) {
            return List.of(); // it showed none
        }
        return List.copyOf(chain);
    }

    @Override
    public SocketAddress localAddress() {
        return transport.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return transport.remoteAddress();
    }

    @Override
    public Optional<SSLSession> tlsSession() {
        return Optional.of(session);
    }

    @Override
    public Optional<String> applicationProtocol() {
        return applicationProtocol;
    }

    @Override
    public Optional<String> serverName() {
        return serverName;
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return peerCertificates;
    }
}
