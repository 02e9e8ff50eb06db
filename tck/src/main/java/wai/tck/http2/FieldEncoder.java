package wai.tck.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;

/// Writes field sections in the plainest form of HPACK: every field as a literal that nobody remembers (RFC 7541
/// §6.2.2), every text as it is.
public final class FieldEncoder {
    private static final int PREFIX = 127;

    private FieldEncoder() {}

    /// Writes a section.
    ///
    /// @param fields its lines; pseudo-header fields first, names in lower case
    /// @return the field block
    public static byte[] encode(List<Field> fields) {
        var block = new ByteArrayOutputStream();
        for (var field : fields) {
            block.write(0);
            string(field.name(), block);
            string(field.value(), block);
        }
        return block.toByteArray();
    }

    private static void string(String text, ByteArrayOutputStream out) {
        int length = text.length();
        if (length < PREFIX) {
            out.write(length);
        } else {
            out.write(PREFIX);
            int rest = length - PREFIX;
            for (; rest >= 128; rest >>>= 7) {
                out.write((rest & 127) | 128);
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(ISO_8859_1));
    }
}
