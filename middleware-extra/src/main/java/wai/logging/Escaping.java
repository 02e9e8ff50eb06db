package wai.logging;

import java.util.HexFormat;

/// How text from a client is written into a line: printable ASCII as it is, quotation marks and backslashes behind a
/// backslash, everything else by its code.
final class Escaping {
    private Escaping() {}

    /// Puts text at the end of a line.
    ///
    /// @param line the line
    /// @param text the text
    /// @param mark what stands before a code
    /// @param digits how many digits of 4 bits a code has; of a longer one the last
    static void append(StringBuilder line, String text, String mark, int digits) {
        int from = 0; // what comes from here on is written as it is, all at once
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
                line.append(text, from, i);
                from = i + 1;
                if (c == '"' || c == '\\') {
                    line.append('\\').append(c);
                } else {
                    line.append(mark).append(HexFormat.of().toHexDigits(c, digits));
                }
            }
        }
        if (from == 0) {
            line.append(text);
        } else {
            line.append(text, from, text.length());
        }
    }
}
