package wai.warp.arrival;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import wai.warp.tls.ClientCertificates;

/// Whether a certificate of a client holds: by the authorities that were set, and then by the decision.
final class ClientTrust extends X509ExtendedTrustManager {
    private final ClientCertificates clients;
    private final @Nullable X509ExtendedTrustManager authorities;

    ClientTrust(ClientCertificates clients) throws GeneralSecurityException {
        this.clients = clients;
        this.authorities = clients.authorities().isEmpty() ? null : manager(clients.authorities());
    }

    private static X509ExtendedTrustManager manager(List<X509Certificate> anchors) throws GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store could not be made", e);
        }
        for (var anchor : anchors) {
            store.setCertificateEntry("authority-" + store.size(), anchor);
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("this JDK checks no chains of certificates");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        if (authorities != null) {
            authorities.checkClientTrusted(chain, authType, engine);
        }
        if (!clients.decision().test(List.of(chain))) {
            throw new CertificateException("the certificate of the client, " + chain[0].getSubjectX500Principal()
                    + ", was refused by the decision that was set");
        }
    }

    /// Whom the client is told.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return clients.authorities().toArray(X509Certificate[]::new);
    }

    // ------------------------------------------------------------------------------------------ never asked of us

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("no client is met by a socket");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no client is met without an engine");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("no server is met here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("no server is met here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no server is met here");
    }
}
