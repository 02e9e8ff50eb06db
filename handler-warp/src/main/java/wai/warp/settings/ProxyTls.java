package wai.warp.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wai.Bytes;
import wai.warp.settings.ProxyHeader.Extension;

/// What a PROXY header said of TLS between the client and the balancer.
///
/// @param isUsed whether the client spoke TLS with it
/// @param isVerified whether the client showed a certificate, now or in the session that was resumed, and it held
/// @param details the rest by the numbers of the PROXY protocol: 0x21 the version, 0x22 the name in the certificate …
public record ProxyTls(boolean isUsed, boolean isVerified, List<Extension> details) {
    private static final int USED = 0x01;
    private static final int CERTIFICATE = 0x02 | 0x04; // on this connection, in this session
    private static final int HEAD = 5;

    /// Copies the list.
    public ProxyTls {
        details = List.copyOf(details);
    }

    /// Reads the value of the extension.
    ///
    /// @param value the bytes
    /// @return what they say
    /// @throws IllegalArgumentException when they are malformed; those of a header that was accepted are not
    static ProxyTls of(Bytes value) {
        var bytes = ByteBuffer.wrap(value.toByteArray());
        if (bytes.remaining() < HEAD) {
            throw new IllegalArgumentException("TLS extension of " + bytes.remaining() + " bytes: expected 5 or more");
        }
        int client = bytes.get();
        boolean verified = bytes.getInt() == 0 && (client & CERTIFICATE) != 0;
        return new ProxyTls((client & USED) != 0, verified, vectors(bytes));
    }

    /// The version of TLS, as the balancer calls it.
    ///
    /// @return mostly `TLSv1.3` or `TLSv1.2`; empty when it was not said
    public Optional<String> version() {
        return text(0x21);
    }

    /// The common name in the client's certificate.
    ///
    /// @return the name; empty when it was not said
    public Optional<String> commonName() {
        return text(0x22);
    }

    /// The cipher suite, as the balancer calls it.
    ///
    /// @return mostly OpenSSL's name; empty when it was not said
    public Optional<String> cipher() {
        return text(0x23);
    }

    /// The client's certificate.
    ///
    /// @return the certificate; empty when it was not said, or cannot be read
    public Optional<X509Certificate> certificate() {
        return detail(0x28).flatMap(ProxyTls::certificate);
    }

    private Optional<String> text(int type) {
        return detail(type).map(bytes -> new String(bytes.toByteArray(), UTF_8));
    }

    private Optional<Bytes> detail(int type) {
        return details.stream()
                .filter(detail -> detail.type() == type)
                .map(Extension::value)
                .findFirst();
    }

    private static Optional<X509Certificate> certificate(Bytes der) {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            return Optional.of(
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der.toByteArray())));
        } catch (CertificateException _) {
            return Optional.empty(); // the balancer has vouched for it; we cannot
        }
    }

    /// Reads type-length-value vectors to the end.
    private static List<Extension> vectors(ByteBuffer bytes) {
        var vectors = new ArrayList<Extension>();
        while (bytes.hasRemaining()) {
            if (bytes.remaining() < 3 || (bytes.getShort(bytes.position() + 1) & 0xffff) > bytes.remaining() - 3) {
                throw new IllegalArgumentException("TLS extension: a vector goes past its end");
            }
            int type = bytes.get() & 0xff;
            var value = new byte[bytes.getShort() & 0xffff];
            bytes.get(value);
            vectors.add(new Extension(type, Bytes.of(value)));
        }
        return vectors;
    }
}
