package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import wai.HeaderName;

/// The character classes of HTTP's grammar, by octet.
public final class Octets {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final int QUOTED = 40; // enough of a bad input to recognise it in a log

    private static final byte TOKEN = 1;
    private static final byte TARGET = 2;
    private static final byte REG_NAME = 4;
    private static final byte[] CLASSES = classes();

    private Octets() {}

    /// The first control octet other than tab, where a line must end; eight octets at a time, because every octet of a
    /// head goes through here.
    ///
    /// @param from where to begin
    /// @param to where to stop
    /// @return its index, or `to` when all is text
    static int endOfText(byte[] array, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES) {
            long word = (long) WORDS.get(array, at);
            if (((word | (word + ONES) | (word - 0x20 * ONES)) & HIGH_BITS) == 0) { // all visible, as most are
                at += Long.BYTES;
                continue;
            }
            long delete = word ^ (0x7f * ONES);
            // The lowest bit set in each term is exact: borrows only disturb the octets above the first hit.
            long hits = (((word - 0x20 * ONES) & ~word) | ((delete - ONES) & ~delete)) & HIGH_BITS;
            if (hits == 0) {
                at += Long.BYTES;
                continue;
            }
            at += Long.numberOfTrailingZeros(hits) >>> 3;
            if (array[at] != '\t') {
                return at;
            }
            at++;
        }
        while (at < to && !isControl(array[at])) {
            at++;
        }
        return at;
    }

    /// Where the first colon is; `to` when there is none.
    static int indexOfColon(byte[] array, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES) {
            long others = (long) WORDS.get(array, at) ^ (':' * ONES);
            long hits = (others - ONES) & ~others & HIGH_BITS;
            if (hits != 0) {
                return at + (Long.numberOfTrailingZeros(hits) >>> 3); // exact, as in endOfText
            }
            at += Long.BYTES;
        }
        while (at < to && array[at] != ':') {
            at++;
        }
        return at;
    }

    private static boolean isControl(byte octet) {
        return (octet >= 0 && octet < ' ' && octet != '\t') || octet == 0x7f;
    }

    /// Whether the octet may stand in a token (RFC 9110 §5.6.2).
    static boolean isToken(byte octet) {
        return (CLASSES[octet & 0xff] & TOKEN) != 0;
    }

    /// Whether the octet may stand in a request target: visible ASCII without `#`. That is more than RFC 3986 has,
    /// because browsers send `|`, `{` and the like as they are.
    static boolean isTarget(byte octet) {
        return (CLASSES[octet & 0xff] & TARGET) != 0;
    }

    /// Whether the character may stand in a registered name (RFC 3986 §3.2.2), percent-encoding aside.
    static boolean isRegName(char c) {
        return c < 0x80 && (CLASSES[c] & REG_NAME) != 0;
    }

    /// The value of a hexadecimal digit.
    ///
    /// @return 0 to 15, or -1 for another octet
    static int hex(int octet) {
        return octet >= '0' && octet <= '9'
                ? octet - '0'
                : (octet | 0x20) >= 'a' && (octet | 0x20) <= 'f' ? (octet | 0x20) - 'a' + 10 : -1;
    }

    /// A slice for an error message: at most its beginning, controls and what is above ASCII escaped.
    static String quoted(byte[] array, int from, int to) {
        return quoted(new String(array, from, Math.min(to - from, QUOTED + 1), ISO_8859_1));
    }

    /// A text for an error message: at most its beginning, controls and what is above ASCII escaped.
    ///
    /// @param text characters up to U+00FF
    /// @return the text in quotes
    public static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), QUOTED); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                quoted.append(c);
            } else {
                quoted.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            }
        }
        return quoted.append(text.length() > QUOTED ? "…\"" : "\"").toString();
    }

    private static byte[] classes() {
        var classes = new byte[256];
        for (int c = 0x21; c < 0x7f; c++) {
            if (HeaderName.isTokenCharacter(c)) {
                classes[c] |= TOKEN;
            }
            if (c != '#') {
                classes[c] |= TARGET;
            }
            if (Character.isLetterOrDigit(c) || "-._~!$&'()*+,;=".indexOf(c) >= 0) {
                classes[c] |= REG_NAME;
            }
        }
        return classes;
    }
}
