package wai.warp.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/// Private keys in all shapes that PEM files have: PKCS#8 (RFC 5208), encrypted or not, PKCS#1 (RFC 8017) and SEC 1
/// (RFC 5915), encrypted as OpenSSL once did or not, which are put into PKCS#8 for the JDK.
final class PrivateKeys {
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String EC = "1.2.840.10045.2.1";
    private static final Map<String, String> ALGORITHMS = Map.of(
            RSA,
            "RSA",
            "1.2.840.113549.1.1.10",
            "RSASSA-PSS",
            EC,
            "EC",
            "1.3.101.112",
            "EdDSA",
            "1.3.101.113",
            "EdDSA");

    private PrivateKeys() {}

    /// The first private key of a text.
    ///
    /// @param password for an encrypted one
    /// @throws GeneralSecurityException when there is none, it cannot be decrypted, or is malformed
    static PrivateKey read(String pem, char @Nullable [] password) throws GeneralSecurityException {
        for (var block : Pem.blocks(pem)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return pkcs8(block.bytes());
                }
                case "ENCRYPTED PRIVATE KEY" -> {
                    return decrypt(block.bytes(), password);
                }
                case "RSA PRIVATE KEY" -> {
                    var key = decrypted(block, password);
                    return pkcs8(wrap(Der.sequence(Der.identifier(RSA), Der.element(0x05)), key));
                }
                case "EC PRIVATE KEY" -> {
                    var key = decrypted(block, password);
                    return pkcs8(wrap(Der.sequence(Der.identifier(EC), curve(key)), key));
                }
                default -> {} // a certificate, or parameters
            }
        }
        throw new GeneralSecurityException("PEM: no private key; expected PRIVATE KEY, ENCRYPTED PRIVATE KEY,"
                + " RSA PRIVATE KEY or EC PRIVATE KEY");
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        try {
            var info = Der.next(ByteBuffer.wrap(der), Der.SEQUENCE);
            Der.next(info, Der.INTEGER);
            var identifier = Der.bytes(Der.next(Der.next(info, Der.SEQUENCE), Der.OBJECT_IDENTIFIER));
            for (var known : ALGORITHMS.entrySet()) {
                var element = Der.identifier(known.getKey());
                if (Arrays.equals(element, 2, element.length, identifier, 0, identifier.length)) {
                    return KeyFactory.getInstance(known.getValue()).generatePrivate(new PKCS8EncodedKeySpec(der));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("a private key is malformed: " + e.getMessage(), e);
        }
        throw new GeneralSecurityException("a private key of an unknown kind: expected one of " + ALGORITHMS.values());
    }

    /// The bytes of a block, which header fields may say are encrypted.
    private static byte[] decrypted(Pem.Block block, char @Nullable [] password) throws GeneralSecurityException {
        var encryption = block.encryption();
        if (encryption == null) {
            return block.bytes();
        }
        if (password == null) {
            throw noPassword();
        }
        try {
            var key = encryption.decrypt(block.bytes(), password);
            Der.next(ByteBuffer.wrap(key), Der.SEQUENCE); // padding may be right by chance
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw undecryptable(e);
        }
    }

    private static GeneralSecurityException noPassword() {
        return new GeneralSecurityException("the private key is encrypted: expected a password for it");
    }

    private static GeneralSecurityException undecryptable(Exception why) {
        return new GeneralSecurityException(
                "the private key cannot be decrypted; is the password right? " + why.getMessage(), why);
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.element(Der.OCTET_STRING, key));
    }

    /// The curve that a key of SEC 1 names.
    private static byte[] curve(byte[] sec1) throws GeneralSecurityException {
        try {
            var key = Der.next(ByteBuffer.wrap(sec1), Der.SEQUENCE);
            Der.next(key, Der.INTEGER);
            Der.next(key, Der.OCTET_STRING);
            return Der.bytes(Der.next(key, Der.CONTEXT_0));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("EC PRIVATE KEY without its curve (RFC 5915 §3): " + e.getMessage(), e);
        }
    }

    private static PrivateKey decrypt(byte[] der, char @Nullable [] password) throws GeneralSecurityException {
        if (password == null) {
            throw noPassword();
        }
        try {
            var info = new EncryptedPrivateKeyInfo(der);
            var parameters = info.getAlgParameters();
            var algorithm = parameters.toString(); // of PBES2 the JDK tells the ciphers only here
            var name = algorithm != null && algorithm.startsWith("PBE") ? algorithm : info.getAlgName();
            var spec = new PBEKeySpec(password);
            try {
                var cipher = Cipher.getInstance(name);
                cipher.init(
                        Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(name).generateSecret(spec), parameters);
                return pkcs8(info.getKeySpec(cipher).getEncoded());
            } finally {
                spec.clearPassword();
            }
        } catch (IOException | GeneralSecurityException e) {
            throw undecryptable(e);
        }
    }
}
