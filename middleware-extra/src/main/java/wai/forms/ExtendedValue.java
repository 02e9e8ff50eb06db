package wai.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.HexFormat;

/// The value of a parameter whose name ends with `*`: `UTF-8'en'%e2%82%ac%20rates.pdf` (RFC 8187 §3.2).
final class ExtendedValue {
    private ExtendedValue() {}

    /// Decodes a value.
    ///
    /// @param name the name of the parameter, for messages
    /// @param value a token
    /// @throws FormException when it is malformed, or neither in UTF-8 nor in ISO-8859-1 (RFC 5987 §3.2.1)
    static String decode(String name, String value) throws FormException {
        int first = value.indexOf('\'');
        int second = value.indexOf('\'', first + 1);
        if (first < 0 || second < 0) {
            throw malformed(name, "charset'language'value");
        }
        var bytes = bytes(name, value.substring(second + 1));
        try {
            return charset(name, value.substring(0, first))
                    .newDecoder()
                    .decode(bytes)
                    .toString();
        } catch (CharacterCodingException _) { // says no more than its name
            throw malformed(name, "bytes of its charset");
        }
    }

    private static Charset charset(String name, String label) throws FormException {
        if (label.equalsIgnoreCase("UTF-8")) {
            return UTF_8;
        }
        if (label.equalsIgnoreCase("ISO-8859-1")) {
            return ISO_8859_1;
        }
        throw malformed(name, "charset UTF-8");
    }

    private static ByteBuffer bytes(String name, String encoded) throws FormException {
        var bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            if (i + 2 >= encoded.length()
                    || !HexFormat.isHexDigit(encoded.charAt(i + 1))
                    || !HexFormat.isHexDigit(encoded.charAt(i + 2))) {
                throw malformed(name, "two hex digits behind %");
            }
            bytes.put((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
            i += 2;
        }
        return bytes.flip();
    }

    private static FormException malformed(String name, String expected) {
        return FormException.malformed("the parameter " + name + ": expected " + expected + " (RFC 8187 §3.2)");
    }
}
