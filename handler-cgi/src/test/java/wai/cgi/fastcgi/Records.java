package wai.cgi.fastcgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// The records of a web server as bytes, and those of an application as lines of text: a second reading of the
/// specification, which uses nothing of the engine.
///
/// ```
/// STDOUT 1 "hello"
/// END_REQUEST 1 status 0 REQUEST_COMPLETE
/// GET_VALUES_RESULT 0 FCGI_MPXS_CONNS=1
/// ```
public final class Records {
    private static final List<String> TYPES = List.of(
            "BEGIN_REQUEST",
            "ABORT_REQUEST",
            "END_REQUEST",
            "PARAMS",
            "STDIN",
            "STDOUT",
            "STDERR",
            "DATA",
            "GET_VALUES",
            "GET_VALUES_RESULT",
            "UNKNOWN_TYPE");
    private static final List<String> STATUSES =
            List.of("REQUEST_COMPLETE", "CANT_MPX_CONN", "OVERLOADED", "UNKNOWN_ROLE");

    private Records() {}

    /// Any record.
    public static byte[] record(int type, int id, byte[] content, int padding) {
        var bytes = new byte[8 + content.length + padding];
        bytes[0] = 1;
        bytes[1] = (byte) type;
        bytes[2] = (byte) (id >> 8);
        bytes[3] = (byte) id;
        bytes[4] = (byte) (content.length >> 8);
        bytes[5] = (byte) content.length;
        bytes[6] = (byte) padding;
        System.arraycopy(content, 0, bytes, 8, content.length);
        java.util.Arrays.fill(bytes, 8 + content.length, bytes.length, (byte) '#');
        return bytes;
    }

    /// A record without padding whose type has this name.
    public static byte[] record(String type, int id, String content) {
        return record(TYPES.indexOf(type) + 1, id, bytes(content), 0);
    }

    /// The beginning of a responder's request on a connection that stays.
    public static byte[] begin(int id) {
        return begin(id, 1, 1);
    }

    /// The beginning of a request: role 1 is a responder, flag 1 keeps the connection.
    public static byte[] begin(int id, int role, int flags) {
        return record(1, id, new byte[] {(byte) (role >> 8), (byte) role, (byte) flags, 0, 0, 0, 0, 0}, 0);
    }

    /// All parameters in one record, unless there are none, and their end.
    public static byte[] params(int id, String... namesAndValues) {
        var end = record("PARAMS", id, "");
        return namesAndValues.length == 0 ? end : join(record(4, id, pairs(namesAndValues), 3), end);
    }

    /// Input in one record, unless it is empty, and its end.
    public static byte[] stdin(int id, String text) {
        return text.isEmpty() ? record("STDIN", id, "") : join(record("STDIN", id, text), record("STDIN", id, ""));
    }

    /// A whole request without input and with one parameter.
    public static byte[] request(int id) {
        return join(begin(id), params(id, "A", "b"), stdin(id, ""));
    }

    /// Name-value pairs with the shortest lengths.
    public static byte[] pairs(String... namesAndValues) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            length(namesAndValues[i].length(), out);
            length(namesAndValues[i + 1].length(), out);
            out.writeBytes(bytes(namesAndValues[i]));
            out.writeBytes(bytes(namesAndValues[i + 1]));
        }
        return out.toByteArray();
    }

    private static void length(int length, ByteArrayOutputStream out) {
        if (length < 128) {
            out.write(length);
        } else {
            out.writeBytes(
                    new byte[] {(byte) (length >> 24 | 128), (byte) (length >> 16), (byte) (length >> 8), (byte) length
                    });
        }
    }

    /// Pieces one behind the other.
    public static byte[] join(byte[]... pieces) {
        var out = new ByteArrayOutputStream();
        for (var piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    /// A text of Latin-1 characters.
    public static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /// Every record in the bytes, which must end with one.
    public static List<String> lines(byte[] bytes) {
        var lines = new ArrayList<String>();
        for (int at = 0; at < bytes.length; ) {
            int length = two(bytes, at + 4);
            lines.add(line(bytes, at, length));
            at += 8 + length + (bytes[at + 6] & 0xff);
            if (at > bytes.length) {
                throw new AssertionError("a record is cut: " + lines);
            }
        }
        return lines;
    }

    private static String line(byte[] bytes, int at, int length) {
        if (bytes[at] != 1) {
            throw new AssertionError("version " + bytes[at]);
        }
        var type = TYPES.get(bytes[at + 1] - 1);
        var content = new String(bytes, at + 8, length, ISO_8859_1);
        var said =
                switch (type) {
                    case "END_REQUEST" ->
                        "status " + (two(bytes, at + 8) << 16 | two(bytes, at + 10)) + " "
                                + STATUSES.get(bytes[at + 12]);
                    case "GET_VALUES_RESULT" -> pairs(content);
                    case "UNKNOWN_TYPE" -> Integer.toString(bytes[at + 8] & 0xff);
                    default -> '"' + escaped(content) + '"';
                };
        return (type + " " + two(bytes, at + 2) + " " + said).stripTrailing();
    }

    /// Pairs with lengths of one byte.
    private static String pairs(String content) {
        var text = new StringBuilder();
        for (int at = 0; at < content.length(); ) {
            int name = at + 2 + content.charAt(at);
            int value = name + content.charAt(at + 1);
            text.append(content, at + 2, name)
                    .append('=')
                    .append(content, name, value)
                    .append(' ');
            at = value;
        }
        return text.toString();
    }

    /// The text with what is not visible ASCII as `\r`, `\n` or `\xHH`.
    public static String escaped(CharSequence text) {
        var escaped = new StringBuilder();
        text.chars().forEach(c -> {
            switch (c) {
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n");
                default -> escaped.append(c >= ' ' && c < 0x7f ? Character.toString(c) : "\\x%02x".formatted(c));
            }
        });
        return escaped.toString();
    }

    private static int two(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
