package wai.test;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The client's side of TLS: whom it trusts.
final class Trust {
    private Trust() {}

    /// Whom this Java trusts.
    static SSLContext ofJava() {
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /// These, and whom they have signed; nobody else.
    ///
    /// @param certificates one or more
    static SSLContext in(List<X509Certificate> certificates) {
        try {
            var anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                anchors.setCertificateEntry("trusted " + i, certificates.get(i));
            }
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(anchors);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java makes no TLS of " + certificates.size() + " certificates", e);
        }
    }
}
