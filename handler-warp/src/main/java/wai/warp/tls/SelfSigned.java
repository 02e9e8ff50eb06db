package wai.warp.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Makes keys with a certificate of their own (RFC 5280).
final class SelfSigned {
    /// In the certificate's name, where browsers and people see it.
    static final String NAME = "WAI development certificate, not for production";

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String CONSTRAINTS = "2.5.29.19";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final int VERSION_3 = 2;
    private static final DateTimeFormatter SHORT_TIME =
            DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter LONG_TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    /// Of times before it only the short form is allowed (RFC 5280 §4.1.2.5).
    private static final Instant YEAR_2050 = Instant.parse("2050-01-01T00:00:00Z");
    /// Clocks of others may be behind.
    private static final Duration EARLIER = Duration.ofHours(1);

    private SelfSigned() {}

    static Identity create(List<String> names, Duration validity) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a certificate without names: expected one or more");
        }
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            var algorithm = Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
            var content = content(names, validity, algorithm, pair.getPublic().getEncoded());
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(content);
            var certificate = Der.sequence(content, algorithm, Der.bitString(signature.sign()));
            return Identity.of(pair.getPrivate(), List.of((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no elliptic curve keys", e);
        }
    }

    private static byte[] content(List<String> names, Duration validity, byte[] algorithm, byte[] publicKey) {
        var now = Instant.now();
        var name = Der.sequence(Der.element(
                Der.SET,
                Der.sequence(Der.identifier(COMMON_NAME), Der.element(Der.UTF8_STRING, NAME.getBytes(UTF_8)))));
        return Der.sequence(
                Der.element(Der.CONTEXT_0, Der.integer(BigInteger.valueOf(VERSION_3))),
                Der.integer(new BigInteger(64, new SecureRandom()).setBit(64)),
                algorithm,
                name,
                Der.sequence(time(now.minus(EARLIER)), time(now.plus(validity))),
                name,
                publicKey,
                Der.element(
                        Der.CONTEXT_3,
                        Der.sequence(
                                extension(ALTERNATIVE_NAMES, alternatives(names)),
                                extension(CONSTRAINTS, Der.sequence()), // no authority: it vouches for nobody else
                                extension(EXTENDED_KEY_USAGE, Der.sequence(Der.identifier(SERVER_AUTHENTICATION))))));
    }

    private static byte[] time(Instant instant) {
        return instant.isBefore(YEAR_2050)
                ? Der.element(Der.UTC_TIME, SHORT_TIME.format(instant).getBytes(US_ASCII))
                : Der.element(Der.GENERALIZED_TIME, LONG_TIME.format(instant).getBytes(US_ASCII));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.element(Der.OCTET_STRING, value));
    }

    private static byte[] alternatives(List<String> names) {
        var elements = new ArrayList<byte[]>();
        for (var name : names) {
            byte[] element;
            try {
                element = Der.element(IP_ADDRESS, InetAddress.ofLiteral(name).getAddress());
            } catch (IllegalArgumentException _) { // no address
                element = Der.element(DNS_NAME, name.getBytes(US_ASCII));
            }
            elements.add(element);
        }
        return Der.sequence(elements.toArray(byte[][]::new));
    }
}
