package wai.warp.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// An authority of certificates that tests trust, or its like that they do not.
public final class TestAuthority {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DNS_NAME = 0x82;

    private final AtomicLong serials = new AtomicLong(1);
    private final String name;
    private final KeyPair keys;
    private final List<X509Certificate> chain;

    private TestAuthority(String name, KeyPair keys, List<X509Certificate> chain) {
        this.name = name;
        this.keys = keys;
        this.chain = chain;
    }

    /// A root.
    public static TestAuthority create(String name) {
        try {
            var keys = keys("EC");
            return new TestAuthority(name, keys, List.of(certificate(name, name, keys, keys, 1, true, List.of())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// An authority below this one.
    public TestAuthority intermediate(String itsName) throws GeneralSecurityException {
        var own = keys("EC");
        return new TestAuthority(itsName, own, chainOf(certificate(itsName, name, own, keys, next(), true, List.of())));
    }

    /// The root's certificate.
    public X509Certificate root() {
        return chain.getLast();
    }

    /// An identity with an elliptic curve key.
    public Identity issue(String itsName, String... hosts) throws GeneralSecurityException {
        return issueWith("EC", itsName, hosts);
    }

    /// An identity with a key of a kind: `EC`, `RSA`, `Ed25519`.
    public Identity issueWith(String kind, String itsName, String... hosts) throws GeneralSecurityException {
        var own = keys(kind);
        var leaf = certificate(itsName, name, own, keys, next(), false, List.of(hosts));
        var all = new ArrayList<>(chainOf(leaf));
        all.removeLast();
        return Identity.of(own.getPrivate(), all);
    }

    private long next() {
        return serials.incrementAndGet();
    }

    private List<X509Certificate> chainOf(X509Certificate first) {
        var all = new ArrayList<X509Certificate>();
        all.add(first);
        all.addAll(chain);
        return all;
    }

    private static KeyPair keys(String kind) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance(kind);
        if (kind.equals("EC")) {
            generator.initialize(256);
        } else if (kind.equals("RSA")) {
            generator.initialize(2048);
        }
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(
            String subject, String issuer, KeyPair own, KeyPair by, long serial, boolean ca, List<String> hosts)
            throws GeneralSecurityException {
        var algorithm = Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));
        var now = Instant.now();
        var extensions = new ArrayList<byte[]>();
        if (ca) {
            extensions.add(extension("2.5.29.19", Der.sequence(new byte[] {1, 1, (byte) 0xff})));
        }
        if (!hosts.isEmpty()) {
            extensions.add(extension(
                    "2.5.29.17",
                    Der.sequence(hosts.stream()
                            .map(host -> Der.element(DNS_NAME, host.getBytes(US_ASCII)))
                            .toArray(byte[][]::new))));
        }
        var content = Der.sequence(
                Der.element(Der.CONTEXT_0, Der.integer(BigInteger.TWO)),
                Der.integer(BigInteger.valueOf(serial)),
                algorithm,
                name(issuer),
                Der.sequence(time(now.minusSeconds(3600)), time(now.plusSeconds(86_400))),
                name(subject),
                own.getPublic().getEncoded(),
                extensions.isEmpty()
                        ? new byte[0]
                        : Der.element(Der.CONTEXT_3, Der.sequence(extensions.toArray(byte[][]::new))));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(by.getPrivate());
        signature.update(content);
        var whole = Der.sequence(content, algorithm, Der.bitString(signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] name(String text) {
        return Der.sequence(Der.element(
                Der.SET, Der.sequence(Der.identifier("2.5.4.3"), Der.element(Der.UTF8_STRING, text.getBytes(UTF_8)))));
    }

    private static byte[] time(Instant instant) {
        return Der.element(Der.UTC_TIME, TIME.format(instant).getBytes(US_ASCII));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.element(Der.OCTET_STRING, value));
    }
}
