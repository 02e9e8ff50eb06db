package wai.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;

/// The values of a session as bytes: a mark, the number of values, then names and values in UTF-8, each behind its
/// length. Nothing but text comes out of it, whoever wrote it.
final class SessionFormat {
    /// Tells it from other values, and this form from later ones.
    private static final int MARK = 0x57533101;

    private static final int LENGTHS_OF_A_VALUE = 2 * Integer.BYTES;

    private SessionFormat() {}

    static byte[] write(Map<String, String> values) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(MARK);
        out.writeInt(values.size());
        for (var value : values.entrySet()) {
            writeText(out, value.getKey());
            writeText(out, value.getValue());
        }
        return bytes.toByteArray();
    }

    /// Reads what was written.
    ///
    /// @throws IOException with the reason when it was not written here
    static Map<String, String> read(byte[] bytes) throws IOException {
        var in = ByteBuffer.wrap(bytes);
        if (in.remaining() < LENGTHS_OF_A_VALUE || in.getInt() != MARK) {
            throw new IOException("no session: expected it to begin with its mark");
        }
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / LENGTHS_OF_A_VALUE) {
            throw new IOException(count + " values in " + in.remaining() + " bytes: expected fewer");
        }
        var values = HashMap.<String, String>newHashMap(count);
        for (int i = 0; i < count; i++) {
            values.put(readText(in), readText(in));
        }
        if (in.hasRemaining() || values.size() != count) {
            throw new IOException(in.remaining() + " bytes behind " + values.size() + " values of " + count
                    + ": expected none, and each name once");
        }
        return values;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(ByteBuffer in) throws IOException {
        int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IOException("a text of " + length + " bytes where " + in.remaining() + " are left");
        }
        var text = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("a text of " + length + " bytes: expected UTF-8", e);
        }
    }
}
