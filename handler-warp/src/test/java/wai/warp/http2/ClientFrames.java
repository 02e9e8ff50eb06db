package wai.warp.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import wai.warp.http2.frame.FrameType;

/// Frames as a client sends them, good and bad ones.
public final class ClientFrames {
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;
    public static final int ACK = 1;

    private ClientFrames() {}

    /// Any frame.
    public static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /// The preface and empty SETTINGS.
    public static byte[] hello() {
        return joined(Http2Engine.PREFACE.getBytes(ISO_8859_1), frame(FrameType.SETTINGS.code(), 0, 0));
    }

    /// What a client answers when it has our SETTINGS.
    public static byte[] settingsAnswer() {
        return frame(FrameType.SETTINGS.code(), ACK, 0);
    }

    /// A field block of literals, each field as `name: value`.
    public static byte[] block(String... fields) {
        var out = new ByteArrayOutputStream();
        for (var field : fields) {
            int colon = field.indexOf(": ", 1);
            out.write(0);
            string(field.substring(0, colon), out);
            string(field.substring(colon + 2), out);
        }
        return out.toByteArray();
    }

    private static void string(String text, ByteArrayOutputStream out) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            int rest = length - 127;
            for (; rest >= 128; rest >>>= 7) {
                out.write((rest & 127) | 128);
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(ISO_8859_1));
    }

    /// HEADERS whose block is whole.
    public static byte[] headers(int stream, int flags, String... fields) {
        return frame(FrameType.HEADERS.code(), flags | END_HEADERS, stream, block(fields));
    }

    /// The smallest request, without a body.
    public static byte[] get(int stream) {
        return headers(stream, END_STREAM, ":method: GET", ":scheme: http", ":path: /", ":authority: a");
    }

    /// The head of a request whose body follows.
    public static byte[] post(int stream, String... more) {
        var block = joined(block(":method: POST", ":scheme: http", ":path: /", ":authority: a"), block(more));
        return frame(FrameType.HEADERS.code(), END_HEADERS, stream, block);
    }

    public static byte[] data(int stream, int flags, String text) {
        return frame(FrameType.DATA.code(), flags, stream, text.getBytes(ISO_8859_1));
    }

    public static byte[] reset(int stream) {
        return frame(FrameType.RST_STREAM.code(), 0, stream, ints(8));
    }

    public static byte[] priorityUpdate(int stream, String value) {
        return frame(FrameType.PRIORITY_UPDATE.code(), 0, 0, joined(ints(stream), value.getBytes(ISO_8859_1)));
    }

    public static byte[] windowUpdate(int stream, int increment) {
        return frame(FrameType.WINDOW_UPDATE.code(), 0, stream, ints(increment));
    }

    public static byte[] setting(int id, long value) {
        return frame(
                FrameType.SETTINGS.code(),
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) id).putInt((int) value).array());
    }

    public static byte[] ping(int flags, long opaque) {
        return frame(
                FrameType.PING.code(),
                flags,
                0,
                ByteBuffer.allocate(8).putLong(opaque).array());
    }

    /// Numbers of four octets.
    public static byte[] ints(int... values) {
        var buffer = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            buffer.putInt(value);
        }
        return buffer.array();
    }

    public static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
