package wai.warp.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The blocks of a PEM text (RFC 7468): a label and bytes each; what stands between them is ignored.
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    /// A block.
    ///
    /// @param label as `CERTIFICATE`
    /// @param bytes what is encoded
    /// @param encryption how the bytes are encrypted, where header fields say so; null elsewhere
    @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody else's
    record Block(String label, byte[] bytes, @Nullable TraditionalEncryption encryption) {}

    /// Reads all blocks.
    ///
    /// @throws GeneralSecurityException when one is malformed
    static List<Block> blocks(String text) throws GeneralSecurityException {
        var blocks = new ArrayList<Block>();
        for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, begin + 1)) {
            int label = begin + BEGIN.length();
            int body = text.indexOf(DASHES, label);
            if (body < 0) {
                throw new GeneralSecurityException(
                        "PEM: \"" + BEGIN + "\" without \"" + DASHES + "\" behind its label");
            }
            var name = text.substring(label, body);
            int end = text.indexOf(END + name + DASHES, body);
            if (end < 0) {
                throw new GeneralSecurityException("PEM: no \"" + END + name + DASHES + "\"");
            }
            blocks.add(block(name, text.substring(body + DASHES.length(), end)));
        }
        return blocks;
    }

    /// The certificates of a text, in their order.
    ///
    /// @throws GeneralSecurityException when there is none, or one is malformed
    static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        var factory = CertificateFactory.getInstance("X.509");
        var certificates = new ArrayList<X509Certificate>();
        for (var block : blocks(text)) {
            if (block.label().endsWith("CERTIFICATE")) { // OpenSSL has X509 and TRUSTED ones as well
                certificates.add(
                        (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("PEM: no certificate; expected \"-----BEGIN CERTIFICATE-----\"");
        }
        return certificates;
    }

    /// A text of one block.
    static String text(String label, byte[] bytes) {
        return BEGIN + label + DASHES + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n" + END + label + DASHES
                + "\n";
    }

    private static Block block(String label, String body) throws GeneralSecurityException {
        int colon = body.lastIndexOf(':');
        if (colon < 0) {
            return new Block(label, decode(label, body), null);
        }
        int end = body.indexOf('\n', colon); // of the last header field; an empty line follows
        int border = end < 0 ? body.length() : end;
        var encryption = TraditionalEncryption.of(label, body.substring(0, border));
        return new Block(label, decode(label, body.substring(border)), encryption);
    }

    private static byte[] decode(String label, String body) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("PEM: \"" + label + "\" is no base64: " + e.getMessage(), e);
        }
    }
}
