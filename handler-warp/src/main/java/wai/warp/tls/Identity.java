package wai.warp.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A private key and the certificates that vouch for it.
///
/// ```java
/// Tls.of(Identity.pemFiles(Path.of("fullchain.pem"), Path.of("privkey.pem")))
/// ```
public final class Identity implements IdentitySource {
    private static final int DNS_NAME = 2;

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private Identity(PrivateKey key, List<X509Certificate> chain) throws GeneralSecurityException {
        this.key = key;
        this.chain = chain;
        checkPair();
    }

    /// An identity of objects.
    ///
    /// @param key of the first certificate; may live in hardware
    /// @param chain its certificate, then those of its issuers; the root may be left out
    /// @return the identity
    /// @throws GeneralSecurityException when the chain is empty, or the key is not that of its first certificate
    public static Identity of(PrivateKey key, List<X509Certificate> chain) throws GeneralSecurityException {
        return new Identity(requireNonNull(key, "key"), List.copyOf(chain));
    }

    /// An identity of texts.
    ///
    /// @param certificates one or more in PEM, the own first
    /// @param key in PEM: PKCS#8, PKCS#1 or SEC 1
    /// @return the identity
    /// @throws GeneralSecurityException when one of them is malformed, or they do not belong together
    public static Identity pem(String certificates, String key) throws GeneralSecurityException {
        return of(PrivateKeys.read(key, null), Pem.certificates(certificates));
    }

    /// An identity of texts whose key is encrypted.
    ///
    /// @param certificates one or more in PEM, the own first
    /// @param key in PEM: encrypted PKCS#8 (PBES1 or PBES2, not scrypt), or PKCS#1 or SEC 1 as OpenSSL encrypted them
    ///     before (AES or triple DES)
    /// @param password of the key
    /// @return the identity
    /// @throws GeneralSecurityException when one of them is malformed, the password is wrong, or they do not belong
    ///     together
    public static Identity pem(String certificates, String key, char[] password) throws GeneralSecurityException {
        return of(PrivateKeys.read(key, password), Pem.certificates(certificates));
    }

    /// An identity of PEM files, as `certbot` and others write them. Both may be the same file.
    ///
    /// @param certificates one or more, the own first
    /// @param key PKCS#8, PKCS#1 or SEC 1
    /// @return where the identity comes from
    public static IdentitySource pemFiles(Path certificates, Path key) {
        return new FileSource(
                List.of(certificates, key),
                () -> pem(
                        Files.readString(certificates, StandardCharsets.ISO_8859_1),
                        Files.readString(key, StandardCharsets.ISO_8859_1)));
    }

    /// An identity of PEM files whose key is encrypted.
    ///
    /// @param certificates one or more, the own first
    /// @param key encrypted PKCS#8 (PBES1 or PBES2, not scrypt), or PKCS#1 or SEC 1 as OpenSSL encrypted them before
    ///     (AES or triple DES)
    /// @param password of the key; copied
    /// @return where the identity comes from
    public static IdentitySource pemFiles(Path certificates, Path key, char[] password) {
        var copy = password.clone();
        return new FileSource(
                List.of(certificates, key),
                () -> pem(
                        Files.readString(certificates, StandardCharsets.ISO_8859_1),
                        Files.readString(key, StandardCharsets.ISO_8859_1),
                        copy));
    }

    /// An identity of a PKCS#12 file.
    ///
    /// @param file has one private key and its certificates
    /// @param password of the file; copied
    /// @return where the identity comes from
    public static IdentitySource pkcs12File(Path file, char[] password) {
        var copy = password.clone();
        return new FileSource(List.of(file), () -> {
            var store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, copy);
            }
            return of(store, copy);
        });
    }

    /// The identity in a key store.
    ///
    /// @param store has one private key and its certificates, among whatever else
    /// @param password of the key
    /// @return the identity
    /// @throws GeneralSecurityException when there is none or several, or the password is wrong
    public static Identity of(KeyStore store, char[] password) throws GeneralSecurityException {
        var found = new ArrayList<Identity>();
        for (var alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias) && store.getKey(alias, password) instanceof PrivateKey key) {
                var chain = Arrays.stream(store.getCertificateChain(alias))
                        .map(X509Certificate.class::cast)
                        .toList();
                found.add(of(key, chain));
            }
        }
        if (found.size() != 1) {
            throw new GeneralSecurityException("a key store with " + found.size() + " private keys: expected one");
        }
        return found.getFirst();
    }

    /// A new key with a certificate that nobody but itself vouches for: for development and tests. It is an elliptic
    /// curve key (P-256), and the certificate says in its name what it is.
    ///
    /// @param names what it is for, one or more: host names, also with a wildcard, and IP addresses
    /// @param validity how long from now
    /// @return the identity
    public static Identity selfSigned(List<String> names, Duration validity) {
        return SelfSigned.create(names, validity);
    }

    /// The private key.
    ///
    /// @return the key
    public PrivateKey key() {
        return key;
    }

    /// The certificates.
    ///
    /// @return the own first, one or more
    public List<X509Certificate> chain() {
        return chain;
    }

    /// The host names that the certificate is for: its alternative names (RFC 6125 §6.4.4).
    ///
    /// @return in lower case, perhaps with a wildcard as `*.example.org`; may be empty
    public List<String> names() {
        try {
            return Optional.ofNullable(chain.getFirst().getSubjectAlternativeNames()).stream()
                    .flatMap(names -> names.stream())
                    .filter(name -> name.get(0).equals(DNS_NAME))
                    .map(name -> ((String) name.get(1)).toLowerCase(Locale.ROOT))
                    .toList();
        } catch (CertificateParsingException _) {
            return List.of(); // it can be the default one nevertheless
        }
    }

    /// Its certificates in PEM, as files and `curl --cacert` have them.
    ///
    /// @return one block for each
    public String certificatesAsPem() {
        var text = new StringBuilder();
        try {
            for (var certificate : chain) {
                text.append(Pem.text("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
        return text.toString();
    }

    /// Its key in PEM (PKCS#8, not encrypted).
    ///
    /// @return one block
    /// @throws IllegalStateException when the key cannot be had, because it lives in hardware
    public String keyAsPem() {
        var encoded = key.getEncoded();
        if (encoded == null) {
            throw new IllegalStateException("this key cannot be written: " + key.getAlgorithm());
        }
        return Pem.text("PRIVATE KEY", encoded);
    }

    /// Itself.
    @Override
    public Identity load() {
        return this;
    }

    /// Whose it is and until when, for logs.
    @Override
    public String toString() {
        var own = chain.getFirst();
        return own.getSubjectX500Principal() + " until " + own.getNotAfter().toInstant();
    }

    private void checkPair() throws GeneralSecurityException {
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("a private key without certificates: expected one or more");
        }
        var own = chain.getFirst().getPublicKey();
        var algorithm =
                switch (own.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case "EdDSA" -> "EdDSA";
                    default -> null;
                };
        if (algorithm == null) {
            return; // the handshake will tell
        }
        boolean fits;
        try {
            var signature = Signature.getInstance(algorithm);
            var text = new byte[] {1};
            signature.initSign(key);
            signature.update(text);
            var signed = signature.sign();
            signature.initVerify(own);
            signature.update(text);
            fits = signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("the " + key.getAlgorithm() + " key is not that of the certificate", e);
        }
        if (!fits) {
            throw new GeneralSecurityException("the private key is not that of the certificate "
                    + chain.getFirst().getSubjectX500Principal() + "; is one of the two files older?");
        }
    }

    /// Reads an identity from files.
    private record FileSource(List<Path> files, Reader reader) implements IdentitySource {
        @Override
        public Identity load() throws IOException {
            try {
                return reader.read();
            } catch (GeneralSecurityException e) {
                throw new IOException(files + ": " + e.getMessage(), e);
            }
        }

        @Override
        public String toString() {
            return files.toString();
        }

        private interface Reader {
            Identity read() throws IOException, GeneralSecurityException;
        }
    }
}
