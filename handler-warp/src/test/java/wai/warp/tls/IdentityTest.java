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
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys and certificates in all shapes that they come in.
class IdentityTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");
    private static final char[] PASSWORD = "secret".toCharArray();

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
