package wai.tck;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import wai.HttpVersion;

/// Where a server listens, and how the kit speaks to it: in the clear or over TLS, by HTTP/1.1 or HTTP/2.
///
/// ```java
/// Backend.at(Endpoint.at(address).withTls(certificate).withHttp2(), server)
/// ```
public final class Endpoint {
    private final InetSocketAddress address;
    private final Optional<SSLContext> tls;
    private final HttpVersion version;

    private Endpoint(InetSocketAddress address, Optional<SSLContext> tls, HttpVersion version) {
        this.address = requireNonNull(address, "address");
        this.tls = tls;
        this.version = version;
    }

    /// A TCP address, where the kit speaks HTTP/1.1 in the clear.
    ///
    /// @param address where the server listens
    /// @return the endpoint
    public static Endpoint at(InetSocketAddress address) {
        return new Endpoint(address, Optional.empty(), HttpVersion.HTTP_1_1);
    }

    /// The same endpoint over TLS, with whatever the context trusts and shows. Names are not compared: the kit asks by
    /// address.
    ///
    /// @param context makes the kit's side of the connections
    /// @return the new endpoint
    public Endpoint withTls(SSLContext context) {
        return new Endpoint(address, Optional.of(context), version);
    }

    /// The same endpoint over TLS; the server must prove one of these certificates, or one that they have signed. For
    /// servers that sign their own.
    ///
    /// @param trusted a certificate that the kit trusts
    /// @param more others
    /// @return the new endpoint
    /// @throws GeneralSecurityException when the JDK makes no context of them
    public Endpoint withTls(X509Certificate trusted, X509Certificate... more) throws GeneralSecurityException {
        var anchors = KeyStore.getInstance("PKCS12");
        try {
            anchors.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store could not be made", e);
        }
        anchors.setCertificateEntry("trusted", trusted);
        for (int i = 0; i < more.length; i++) {
            anchors.setCertificateEntry("trusted " + i, more[i]);
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return withTls(context);
    }

    /// The same endpoint by HTTP/2 and nothing else: over TLS chosen by ALPN, in the clear by prior knowledge (RFC 9113
    /// §3.2, §3.3). The handler declares [Departure#ofHttp2()].
    ///
    /// @return the new endpoint
    public Endpoint withHttp2() {
        return new Endpoint(address, tls, HttpVersion.HTTP_2);
    }

    /// Where the server listens.
    ///
    /// @return the address
    public InetSocketAddress address() {
        return address;
    }

    /// What makes the kit's side of TLS.
    ///
    /// @return the context; empty in the clear
    public Optional<SSLContext> tls() {
        return tls;
    }

    /// What the kit speaks.
    ///
    /// @return HTTP/1.1 or HTTP/2
    public HttpVersion version() {
        return version;
    }

    /// Address, TLS and protocol, for people.
    @Override
    public String toString() {
        return version + (tls.isPresent() ? " over TLS" : "") + " at " + address;
    }
}
