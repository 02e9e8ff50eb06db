package wai.tck.http2;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A frame of HTTP/2 (RFC 9113 §4.1), of any type.
public final class Frame {
    /// RFC 9113 §6.1.
    public static final int DATA = 0;
    /// RFC 9113 §6.2.
    public static final int HEADERS = 1;
    /// RFC 9113 §6.3.
    public static final int PRIORITY = 2;
    /// RFC 9113 §6.4.
    public static final int RST_STREAM = 3;
    /// RFC 9113 §6.5.
    public static final int SETTINGS = 4;
    /// RFC 9113 §6.6.
    public static final int PUSH_PROMISE = 5;
    /// RFC 9113 §6.7.
    public static final int PING = 6;
    /// RFC 9113 §6.8.
    public static final int GOAWAY = 7;
    /// RFC 9113 §6.9.
    public static final int WINDOW_UPDATE = 8;
    /// RFC 9113 §6.10.
    public static final int CONTINUATION = 9;

    /// Of DATA and HEADERS.
    public static final int END_STREAM = 1;
    /// Of SETTINGS and PING.
    public static final int ACK = 1;
    /// Of HEADERS and CONTINUATION.
    public static final int END_HEADERS = 4;
    /// Of DATA and HEADERS.
    public static final int PADDED = 8;
    /// Of HEADERS, deprecated.
    public static final int WITH_PRIORITY = 32;

    /// How large a payload may be when nobody has said otherwise (RFC 9113 §4.2).
    public static final int LARGEST_PAYLOAD = 16_384;

    private static final int HEADER = 9;
    private static final int PRIORITY_FIELDS = 5;
    private static final String[] NAMES = {
        "DATA",
        "HEADERS",
        "PRIORITY",
        "RST_STREAM",
        "SETTINGS",
        "PUSH_PROMISE",
        "PING",
        "GOAWAY",
        "WINDOW_UPDATE",
        "CONTINUATION"
    };

    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] payload;

    /// @param type what it is; one of the constants here, or unknown
    /// @param flags its flags, of which the type says what they mean
    /// @param stream to which stream it belongs; 0 for the connection
    /// @param payload what follows the header of the frame; not copied
    public Frame(int type, int flags, int stream, byte... payload) {
        this.type = type;
        this.flags = flags;
        this.stream = stream;
        this.payload = payload;
    }

    /// Reads the next frame.
    ///
    /// @return the frame; null at the end, where there is no more of one
    /// @throws NotHttp2Exception when it is larger than is allowed
    /// @throws EOFException when the end comes inside of it
    public static @Nullable Frame read(InputStream in) throws IOException, NotHttp2Exception {
        var header = ByteBuffer.wrap(in.readNBytes(HEADER));
        if (header.limit() == 0) {
            return null;
        }
        if (header.limit() < HEADER) {
            throw new EOFException("the connection ended inside the header of a frame");
        }
        int lengthAndType = header.getInt();
        int length = lengthAndType >>> 8;
        int flags = header.get() & 0xff;
        int stream = header.getInt() & Integer.MAX_VALUE;
        if (length > LARGEST_PAYLOAD) {
            throw new NotHttp2Exception(
                    "a frame of " + length + " bytes: expected at most " + LARGEST_PAYLOAD + " (RFC 9113 §4.2)");
        }
        var payload = in.readNBytes(length);
        var frame = new Frame(lengthAndType & 0xff, flags, stream, payload);
        if (payload.length < length) {
            throw new EOFException("the connection ended inside of " + frame);
        }
        return frame;
    }

    /// A frame whose payload are numbers of four octets.
    public static Frame ofInts(int type, int flags, int stream, int... numbers) {
        var payload = ByteBuffer.allocate(4 * numbers.length);
        for (int number : numbers) {
            payload.putInt(number);
        }
        return new Frame(type, flags, stream, payload.array());
    }

    /// What it is.
    public int type() {
        return type;
    }

    /// To which stream it belongs.
    public int stream() {
        return stream;
    }

    /// What follows the header of the frame; not a copy.
    public byte[] payload() {
        return payload;
    }

    /// The octets of the frame.
    public byte[] bytes() {
        return ByteBuffer.allocate(HEADER + payload.length)
                .putInt((payload.length << 8) | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /// Whether the frame has a flag.
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /// The number of four octets at a place of the payload, without its first bit.
    public int number(int at) {
        return ByteBuffer.wrap(payload).getInt(at) & Integer.MAX_VALUE;
    }

    /// What DATA, HEADERS or CONTINUATION carry, without padding and priority.
    ///
    /// @return a view of the payload
    /// @throws NotHttp2Exception when there is more padding than payload
    public ByteBuffer content() throws NotHttp2Exception {
        var content = ByteBuffer.wrap(payload);
        if (type == CONTINUATION) {
            return content;
        }
        int before = (has(PADDED) ? 1 : 0) + (type == HEADERS && has(WITH_PRIORITY) ? PRIORITY_FIELDS : 0);
        int padding = has(PADDED) && payload.length > 0 ? payload[0] & 0xff : 0;
        if (before + padding > payload.length) {
            throw new NotHttp2Exception(this + " with " + padding + " bytes of padding (RFC 9113 §6.1, §6.2)");
        }
        return content.position(before).limit(payload.length - padding);
    }

    /// Type, stream, flags and size, for people.
    @Override
    public String toString() {
        return (type < NAMES.length ? NAMES[type] : "frame of type " + type) + " of stream " + stream + " with flags "
                + flags + " and " + payload.length + " bytes";
    }
}
