package wai.warp.arrival;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Connection;
import wai.transport.Transport;
import wai.warp.settings.ProxyHeader;

/// How one connection comes in: what is to be done before its first byte of HTTP, and what is known of it afterwards.
///
/// ```text
///   identify: the PROXY header ──▶ the hook onOpen ──▶ secure: the TLS handshake ──▶ HTTP
/// ```
public final class Arrival {
    private final Transport transport;
    private final @Nullable ProxiedTransport proxied;
    private final @Nullable TlsTransport secured;
    private final Application forSecure;
    private final Application forPlain;
    /// Whether TLS is spoken; the connection's own, as is the next.
    private boolean isTls;

    private @Nullable Connection facts;

    /// @param transport the outermost of the transports
    /// @param proxied reads the PROXY header, if there is to be one
    /// @param secured speaks TLS, if that is to be
    Arrival(
            Transport transport,
            @Nullable ProxiedTransport proxied,
            @Nullable TlsTransport secured,
            Application forSecure,
            Application forPlain) {
        this.transport = transport;
        this.proxied = proxied;
        this.secured = secured;
        this.forSecure = forSecure;
        this.forPlain = forPlain;
    }

    /// A connection that speaks HTTP from its first byte on.
    ///
    /// @param socket its bytes
    /// @param application what serves it
    /// @return the arrival
    public static Arrival plain(Transport socket, Application application) {
        return new Arrival(socket, null, null, application, application);
    }

    /// The bytes of HTTP, once the connection is in; to be used for closing and expiring before.
    ///
    /// @return the transport
    public Transport transport() {
        return transport;
    }

    /// What serves the connection, once it is in.
    ///
    /// @return the application
    public Application application() {
        return isTls ? forSecure : forPlain;
    }

    /// Whether a PROXY header is to be looked for.
    ///
    /// @return false when [#identify] has nothing to do
    public boolean isToBeIdentified() {
        return proxied != null;
    }

    /// Finds out who the client is. On the connection's thread; waits for bytes.
    ///
    /// @throws IOException when the peer broke the PROXY protocol, is gone, or a deadline ran out
    public void identify() throws IOException {
        if (proxied != null) {
            proxied.readHeader();
        }
    }

    /// Whether TLS is to be spoken.
    ///
    /// @return false when [#secure] has nothing to do
    public boolean isToBeSecured() {
        return secured != null;
    }

    /// Makes the TLS handshake. On the connection's thread; waits for bytes.
    ///
    /// @return whether HTTP begins; false when the client left without a byte
    /// @throws IOException when the two cannot agree, the client is gone, or a deadline ran out
    public boolean secure() throws IOException {
        if (secured == null) {
            return true;
        }
        var outcome = secured.handshake();
        isTls = outcome == TlsTransport.Outcome.SECURED;
        return outcome != TlsTransport.Outcome.NOTHING;
    }

    /// What ALPN chose, once the connection is in.
    ///
    /// @return a protocol, as `http/1.1`; empty without TLS, or when the client offered none
    public String applicationProtocol() {
        return isTls ? facts().applicationProtocol().orElse("") : "";
    }

    /// What a PROXY header said.
    ///
    /// @return empty when there was none
    public Optional<ProxyHeader> proxyHeader() {
        return proxied == null ? Optional.empty() : proxied.header();
    }

    /// Whether this server speaks TLS on the connection.
    ///
    /// @return false also when a balancer does
    public boolean isTls() {
        return isTls;
    }

    /// Whether the client's side of the connection is encrypted, here or at a balancer.
    ///
    /// @return true for `https`
    public boolean isSecure() {
        return isTls || (proxied != null && proxied.isSecure());
    }

    /// What the application can know of the connection.
    ///
    /// @return the facts, once the connection is in; the same at each call
    public Connection facts() {
        var known = facts;
        if (known == null) {
            facts = known = makeFacts();
        }
        return known;
    }

    private Connection makeFacts() {
        var engine = secured == null ? null : secured.engine();
        if (engine != null) {
            return new TlsFacts(transport, engine);
        }
        return proxied == null
                ? new SocketFacts(transport)
                : new ProxiedFacts(transport, proxied.header().orElse(null));
    }
}
