package wai;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Percent-encoding (RFC 3986 §2.1), shared by paths and queries.
final class PercentCoding {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentCoding() {}

    /// Decodes once, as UTF-8; a `%` without two hex digits stays as it is, malformed UTF-8 becomes U+FFFD.
    static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
            return text;
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        int decoded = 0; // behind what is decoded already, at the front of the same array
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2])) {
                bytes[decoded++] =
                        (byte) (HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
                i += 2;
            } else {
                bytes[decoded++] = plusIsSpace && b == '+' ? (byte) ' ' : b;
            }
        }
        return new String(bytes, 0, decoded, StandardCharsets.UTF_8);
    }

    /// Encodes as UTF-8 everything but the unreserved characters (RFC 3986 §2.3) and those of `alsoKept`.
    static String encode(String text, String alsoKept) {
        var encoded = new StringBuilder(text.length() + 8);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b) || alsoKept.indexOf(b) >= 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
            }
        }
        return encoded.toString();
    }

    private static boolean isHex(byte b) {
        return HexFormat.isHexDigit(b);
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }
}
