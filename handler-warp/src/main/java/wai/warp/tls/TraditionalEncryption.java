package wai.warp.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.CharBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// How OpenSSL encrypted keys before it wrote PKCS#8: the cipher stands in header fields of the PEM block (RFC 1421
/// §4.6), and its key is an MD5 digest of the password. Read because such files are around; nobody should make more.
///
/// @param cipher as OpenSSL calls it, `AES-256-CBC`
/// @param vector the initialization vector, whose first bytes are also the salt of the password
@SuppressWarnings("ArrayRecordComponent") // never compared, and nobody else's
record TraditionalEncryption(String cipher, byte[] vector) {
    private static final int SALT_SIZE = 8;

    /// Reads the header fields of a block.
    ///
    /// @param label of the block, for messages
    /// @param fields a line each
    /// @throws GeneralSecurityException when they say something else
    static TraditionalEncryption of(String label, String fields) throws GeneralSecurityException {
        boolean encrypted = false;
        for (var line : fields.lines().map(String::strip).toList()) {
            if (line.equals("Proc-Type: 4,ENCRYPTED")) {
                encrypted = true;
            } else if (encrypted && line.startsWith("DEK-Info: ")) {
                int comma = line.indexOf(',');
                var cipher = line.substring("DEK-Info: ".length(), comma < 0 ? line.length() : comma);
                try {
                    return new TraditionalEncryption(cipher, HexFormat.of().parseHex(line, comma + 1, line.length()));
                } catch (IllegalArgumentException e) {
                    throw new GeneralSecurityException("PEM: \"" + line + "\": expected a cipher and hex digits", e);
                }
            }
        }
        throw new GeneralSecurityException(
                "PEM: \"" + label + "\" has header fields: expected \"Proc-Type: 4,ENCRYPTED\""
                        + " and \"DEK-Info: …\" behind it (RFC 1421 §4.6)");
    }

    byte[] decrypt(byte[] bytes, char[] password) throws GeneralSecurityException {
        var algorithm =
                switch (cipher) {
                    case "AES-128-CBC", "AES-192-CBC", "AES-256-CBC" -> "AES";
                    case "DES-EDE3-CBC" -> "DESede";
                    default ->
                        throw new GeneralSecurityException("a private key encrypted by " + cipher
                                + ": expected AES-128-CBC, AES-192-CBC, AES-256-CBC or DES-EDE3-CBC");
                };
        int size = algorithm.equals("DESede") ? 24 : Integer.parseInt(cipher, 4, 7, 10) / 8;
        var decryption = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
        var key = key(password, size);
        try {
            decryption.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, algorithm), new IvParameterSpec(vector));
            return decryption.doFinal(bytes);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// The digests of what came before, the password and the salt, one after the other.
    private byte[] key(char[] password, int size) throws GeneralSecurityException {
        if (vector.length < SALT_SIZE) {
            throw new GeneralSecurityException(
                    "a vector of " + vector.length + " bytes: expected " + SALT_SIZE + " or more");
        }
        var text = UTF_8.encode(CharBuffer.wrap(password));
        var encoded = new byte[text.remaining()];
        text.duplicate().get(encoded);
        var digest = MessageDigest.getInstance("MD5");
        var key = new byte[size];
        var part = new byte[0];
        for (int at = 0; at < size; at += part.length) {
            digest.update(part);
            digest.update(encoded);
            digest.update(vector, 0, SALT_SIZE);
            part = digest.digest();
            System.arraycopy(part, 0, key, at, Math.min(part.length, size - at));
        }
        Arrays.fill(encoded, (byte) 0);
        while (text.hasRemaining()) {
            text.put((byte) 0);
        }
        return key;
    }
}
