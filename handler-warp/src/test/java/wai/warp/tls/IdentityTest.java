package wai.warp.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys and certificates in all shapes that they come in.
class IdentityTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");
    private static final char[] PASSWORD = "secret".toCharArray();
    /// What `openssl ec -traditional` makes of the same key with the password `secret`.
    private static final String SAME_KEY = """
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIHRbaVVAD7kgoddozFtJFTohcF2vJkKu4ephYKKUBDVYoAoGCCqGSM49
            AwEHoUQDQgAEuH10TzDzyBfUPNAxNErJzJaHkc23KSm3v3OSl3MfOckZgvbGHjqh
            fKW9QZLueBNLE6QJ9w4tj+cbi9iX0sxBbw==
            -----END EC PRIVATE KEY-----
            """;

    private static Identity identity(String kind) throws Exception {
        return AUTHORITY.issueWith(kind, "a", "a.test");
    }

    /// What is inside of PKCS#8: the key in the shape of its own kind.
    private static byte[] inner(Identity identity) {
        var info = Der.next(ByteBuffer.wrap(identity.key().getEncoded()), Der.SEQUENCE);
        Der.next(info, Der.INTEGER);
        Der.next(info, Der.SEQUENCE);
        return Der.bytes(Der.next(info, Der.OCTET_STRING));
    }

    // ------------------------------------------------------------------------------------------ PEM

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void readsWhatItWrites(String kind) throws Exception {
        var identity = identity(kind);

        var read = Identity.pem(identity.certificatesAsPem(), identity.keyAsPem());

        assertThat(read.chain()).isEqualTo(identity.chain());
        assertThat(read.key()).isEqualTo(identity.key());
        assertThat(read.names()).containsExactly("a.test");
    }

    @Test
    void readsPkcs1() throws Exception {
        var identity = identity("RSA");

        var read = Identity.pem(identity.certificatesAsPem(), Pem.text("RSA PRIVATE KEY", inner(identity)));

        assertThat(read.key()).isEqualTo(identity.key());
    }

    @Test
    void readsSec1BehindItsParameters() throws Exception {
        var identity = identity("EC");
        var key = Der.next(ByteBuffer.wrap(inner(identity)), Der.SEQUENCE);
        Der.next(key, Der.INTEGER);
        var secret = Der.bytes(Der.next(key, Der.OCTET_STRING));
        var curve = Der.identifier("1.2.840.10045.3.1.7");
        var sec1 = Der.sequence(
                Der.integer(BigInteger.ONE), Der.element(Der.OCTET_STRING, secret), Der.element(Der.CONTEXT_0, curve));

        var read = Identity.pem(
                identity.certificatesAsPem(), Pem.text("EC PARAMETERS", curve) + Pem.text("EC PRIVATE KEY", sec1));

        assertThat(((ECPrivateKey) read.key()).getS()).isEqualTo(((ECPrivateKey) identity.key()).getS());
    }

    @Test
    void aKeyOfSec1MustNameItsCurve() throws Exception {
        var identity = identity("EC");

        assertThatThrownBy(
                        () -> Identity.pem(identity.certificatesAsPem(), Pem.text("EC PRIVATE KEY", inner(identity))))
                .hasMessageContaining("without its curve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBEWithHmacSHA256AndAES_256", "PBEWithHmacSHA1AndAES_128", "PBEWithSHA1AndDESede"})
    void readsEncryptedKeys(String algorithm) throws Exception {
        var identity = identity("EC");
        var salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        var cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(PASSWORD)),
                new PBEParameterSpec(salt, 1000));
        var encrypted = cipher.doFinal(identity.key().getEncoded());
        var info = algorithm.contains("Hmac")
                ? Der.sequence(
                        Der.sequence(
                                Der.identifier("1.2.840.113549.1.5.13"),
                                cipher.getParameters().getEncoded()),
                        Der.element(Der.OCTET_STRING, encrypted))
                : new EncryptedPrivateKeyInfo(cipher.getParameters(), encrypted).getEncoded();
        var pem = Pem.text("ENCRYPTED PRIVATE KEY", info);

        assertThat(Identity.pem(identity.certificatesAsPem(), pem, PASSWORD).key())
                .isEqualTo(identity.key());
        assertThatThrownBy(() -> Identity.pem(identity.certificatesAsPem(), pem, "wrong".toCharArray()))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("is the password right?");
        assertThatThrownBy(() -> Identity.pem(identity.certificatesAsPem(), pem))
                .hasMessageContaining("expected a password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                -----BEGIN EC PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,E4E0A27E3863AEBBD92859ED432AA21B

                P5QLBwfkw0MmA8+GL/7phHA293oS3F0dhQsm/hyuwwuPIyv9savxIm7zJMtM9hUk
                agwcONdGs7vQQebgMeby5H4xHojIsUVrTpbALFast1U84NIgQHHVFOv+hk0Fm8O7
                Z7x17PkBIqeiK0COFeKS0OWx8uLwPG0DrXJ/BqznKvg=
                -----END EC PRIVATE KEY-----
                """, """
                -----BEGIN EC PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-192-CBC,0DE460940F2EA37C1CAC048A27A53B48

                0vVceBMe7ym4L3UCRa+HCUTg16voIpjwoEyLeng/P3Yt6B39uiw1SjupoJ5+OfAy
                3rq4+1Vflwo13JFyHIYFH552z1XIMD4n0tvdWhdGoQPsJge9KiPEz+kBsDvYEYFK
                PJfsvH60SgARc1Q9cEWLPxpqFxXQ135R9jV+lheA9cU=
                -----END EC PRIVATE KEY-----
                """, """
                -----BEGIN EC PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,1AE7C022C70602782CC0750FB8A59C89

                Vey13Ngl/pdbMZ67enVWCOwUdqrHi26JVLd9DRmfE5FNxaJwSAeeOrJ8ieNeU9Yu
                XHBqrqzOkKognhQAjDcC3de3tt2UZanjBWLh+aGzXyZyOe5pFn0Wi+It2VDkpEcg
                UqaKIqsc7t9OMYpA7STOcfcDPd8wcUTkGBs7DoYgMGQ=
                -----END EC PRIVATE KEY-----
                """, """
                -----BEGIN EC PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: DES-EDE3-CBC,EB6A0F11F3EDB86B

                gjKCsm0xdBd8ID3ZoH7YUIsS1bm9WA/r+a2132iQuLE+HkE9DhsulndA2oAZxa/s
                PZMNjMwJBVkzawsJ9u0g1yHqby113cnDmy5mL/fa0winYjYCiLXTdkXK32X3Ouo4
                OOo1PfxUB2KBduIr18IyrPO4MZp6wfX0bpAZDEeXTO0=
                -----END EC PRIVATE KEY-----
                """})
    void readsKeysThatOldOpensslEncrypted(String pem) throws Exception {
        var key = PrivateKeys.read(SAME_KEY, null);

        assertThat(PrivateKeys.read(pem, PASSWORD)).isEqualTo(key);
        assertThat(PrivateKeys.read(pem.replace("\n", "\r\n"), PASSWORD)).isEqualTo(key);
        assertThatThrownBy(() -> PrivateKeys.read(pem, "wrong".toCharArray()))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("is the password right?");
        assertThatThrownBy(() -> PrivateKeys.read(pem, null)).hasMessageContaining("expected a password");
        assertThatThrownBy(() -> PrivateKeys.read(pem.replaceFirst("Info: [^,]*", "Info: RC2-CBC"), PASSWORD))
                .hasMessageContaining("RC2-CBC: expected AES-128-CBC");
    }

    @Test
    void readsAnRsaKeyThatOldOpensslEncrypted() throws Exception {
        var identity = identity("RSA");
        var vector = HexFormat.of().parseHex("000102030405060708090A0B0C0D0E0F");
        var digest = MessageDigest.getInstance("MD5");
        digest.update("secret".getBytes(US_ASCII));
        digest.update(vector, 0, 8);
        var cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(digest.digest(), "AES"), new IvParameterSpec(vector));
        var pem = Pem.text("RSA PRIVATE KEY", cipher.doFinal(inner(identity)))
                .replaceFirst(
                        "\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,000102030405060708090A0B0C0D0E0F\n\n");

        assertThat(Identity.pem(identity.certificatesAsPem(), pem, PASSWORD).key())
                .isEqualTo(identity.key());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no PEM at all",
                "-----BEGIN PRIVATE KEY",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nMIQ=\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nMIT/////\n-----END PRIVATE KEY-----\n",
                "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC

                AAAA
                -----END RSA PRIVATE KEY-----
                """,
                """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,0011

                AAAA
                -----END RSA PRIVATE KEY-----
                """,
                """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,0011223344556677

                AAAA
                -----END RSA PRIVATE KEY-----
                """,
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
            })
    void saysWhatIsWrongWithAKey(String key) throws Exception {
        var certificates = identity("EC").certificatesAsPem();

        assertThatThrownBy(() -> Identity.pem(certificates, key, PASSWORD))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageMatching("(?s).*(PEM|key|KEY).*");
    }

    @Test
    void saysThatThereIsNoCertificate() throws Exception {
        var identity = identity("EC");

        assertThatThrownBy(() -> Identity.pem(identity.keyAsPem(), identity.keyAsPem()))
                .hasMessageContaining("no certificate");
    }

    @Test
    void refusesAKeyOfAnotherCertificate() throws Exception {
        var one = identity("EC");

        for (var kind : List.of("EC", "RSA", "Ed25519")) {
            assertThatThrownBy(() -> Identity.of(identity(kind).key(), one.chain()))
                    .isInstanceOf(GeneralSecurityException.class)
                    .hasMessageContaining("not that of the certificate");
        }
    }

    @Test
    void refusesAnEmptyChain() throws Exception {
        var key = identity("EC").key();

        assertThatThrownBy(() -> Identity.of(key, List.of())).hasMessageContaining("without certificates");
    }

    // ------------------------------------------------------------------------------------------ files

    @Test
    void readsPemFilesAnewEachTime(@TempDir Path folder) throws Exception {
        var file = folder.resolve("all.pem");
        var first = identity("EC");
        Files.writeString(file, first.keyAsPem() + first.certificatesAsPem());
        var source = Identity.pemFiles(file, file);

        assertThat(source.load().key()).isEqualTo(first.key());
        assertThat(source.files()).containsExactly(file, file);

        Files.writeString(file, "");
        assertThatThrownBy(source::load).hasMessageContaining("all.pem").hasMessageContaining("PEM");
    }

    @Test
    void readsPkcs12Files(@TempDir Path folder) throws Exception {
        var file = folder.resolve("own.p12");
        var identity = AUTHORITY.intermediate("below").issue("a", "a.test");
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", identity.key(), PASSWORD, identity.chain().toArray(X509Certificate[]::new));
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }

        assertThat(Identity.pkcs12File(file, PASSWORD).load().chain()).isEqualTo(identity.chain());
        assertThatThrownBy(
                        () -> Identity.pkcs12File(file, "wrong".toCharArray()).load())
                .isInstanceOf(IOException.class);
    }

    @Test
    void aKeyStoreMustHaveOneKey() throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);

        assertThatThrownBy(() -> Identity.of(store, PASSWORD)).hasMessageContaining("0 private keys");
        for (var alias : List.of("one", "two")) {
            var identity = identity("EC");
            store.setKeyEntry(alias, identity.key(), PASSWORD, identity.chain().toArray(X509Certificate[]::new));
        }
        assertThatThrownBy(() -> Identity.of(store, PASSWORD)).hasMessageContaining("2 private keys");
    }

    // ------------------------------------------------------------------------------------------ made here

    @Test
    void aSelfSignedCertificateSaysWhatItIs() throws Exception {
        var identity = Identity.selfSigned(List.of("localhost", "*.a.test", "127.0.0.1", "::1"), Duration.ofDays(90));

        var own = identity.chain().getFirst();
        own.checkValidity();
        own.verify(own.getPublicKey());
        assertThat(own.getSubjectX500Principal().getName())
                .isEqualTo("CN=WAI development certificate\\, not for production");
        assertThat(own.getSubjectAlternativeNames().stream().map(name -> name.get(1)))
                .extracting(Object::toString)
                .containsExactly("localhost", "*.a.test", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(identity.names()).containsExactly("localhost", "*.a.test");
        assertThat(own.getBasicConstraints()).isEqualTo(-1);
        assertThat(own.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(own.getNotAfter().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(89)), Instant.now().plus(Duration.ofDays(90)));
    }

    @Test
    void aSelfSignedCertificateMayOutliveTheShortFormOfTimes() {
        var own = Identity.selfSigned(List.of("a"), Duration.ofDays(40 * 365))
                .chain()
                .getFirst();

        assertThat(own.getNotAfter().toInstant()).isAfter(Instant.parse("2060-01-01T00:00:00Z"));
    }

    @Test
    void aCertificateNeedsAName() {
        assertThatThrownBy(() -> Identity.selfSigned(List.of(), Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ------------------------------------------------------------------------------------------ DER

    @Test
    void lengthsOfElementsAreWrittenAndReadInEveryForm() {
        for (int length : new int[] {0, 1, 127, 128, 255, 256, 65_535, 65_536}) {
            var element = Der.element(Der.OCTET_STRING, new byte[length]);

            assertThat(Der.next(ByteBuffer.wrap(element), Der.OCTET_STRING).remaining())
                    .isEqualTo(length);
        }
    }

    @Test
    void bytesThatAreNoDerAreRefused() {
        var hostile = new ArrayList<String>(List.of("MA", "MIE", "MIL/", "MIT/////"));
        for (var text : hostile) {
            var bytes = Base64.getMimeDecoder().decode(text.getBytes(US_ASCII));

            assertThatThrownBy(() -> Der.next(ByteBuffer.wrap(bytes), Der.SEQUENCE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
