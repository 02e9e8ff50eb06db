package wai.warp.http2.frame;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Bytes into frames (RFC 9113 §4.1, §6), a frame at a time and only when all of it is there.
public final class FrameReader {
    private static final int END_STREAM = 0x1;
    private static final int ACK = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final int PADDED = 0x8;
    private static final int PRIORITY = 0x20;

    private static final int PRIORITY_SIZE = 5;
    private static final int SETTING_SIZE = 6;
    private static final int RESERVED_BIT = 0x7fff_ffff;

    /// A reader.
    public FrameReader() {}

    /// The next frame. Moves the position of the input behind it, also when it faults for its stream.
    ///
    /// @param input position to limit are the bytes not consumed so far
    /// @return the frame; null when not all of it is there, and nothing is consumed then
    /// @throws StreamFault when the frame is wrong in a way that concerns its stream only
    /// @throws ConnectionFault when it is wrong in another way
    public @Nullable Frame next(ByteBuffer input) throws StreamFault, ConnectionFault {
        if (input.remaining() < Frame.HEADER_SIZE) {
            return null;
        }
        int start = input.position();
        int typeAndLength = input.getInt(start);
        int length = typeAndLength >>> 8;
        int type = typeAndLength & 0xff;
        if (length > Frame.LARGEST_PAYLOAD) {
            throw new ConnectionFault(
                    ErrorCode.FRAME_SIZE_ERROR,
                    name(type) + " of " + length + " bytes: expected at most " + Frame.LARGEST_PAYLOAD
                            + " (RFC 9113 §4.2)");
        }
        if (input.remaining() < Frame.HEADER_SIZE + length) {
            return null;
        }
        int flags = input.get(start + 4) & 0xff;
        int stream = input.getInt(start + 5) & RESERVED_BIT;
        var payload = input.slice(start + Frame.HEADER_SIZE, length);
        input.position(start + Frame.HEADER_SIZE + length);
        var known = FrameType.of(type);
        return known == null ? new Frame.Unknown(type, stream) : frame(known, flags, stream, payload);
    }

    private static Frame frame(FrameType type, int flags, int stream, ByteBuffer payload)
            throws StreamFault, ConnectionFault {
        checkStream(type, stream);
        return switch (type) {
            case DATA -> data(flags, stream, payload);
            case HEADERS -> fieldBlock(flags, stream, payload);
            case PRIORITY -> priority(stream, payload);
            case RST_STREAM -> {
                checkSize(type, payload, 4);
                yield new Frame.Reset(stream, ErrorCode.of(payload.getInt()));
            }
            case SETTINGS -> settings(flags, payload);
            case PUSH_PROMISE -> new Frame.PushPromise(stream);
            case PING -> {
                checkSize(type, payload, 8);
                yield new Frame.Ping((flags & ACK) != 0, payload.getLong());
            }
            case GOAWAY -> {
                checkLeast(type, payload, 8);
                yield new Frame.GoAway(payload.getInt() & RESERVED_BIT, ErrorCode.of(payload.getInt()));
            }
            case WINDOW_UPDATE -> windowUpdate(stream, payload);
            case CONTINUATION -> new Frame.Continuation(stream, payload, (flags & END_HEADERS) != 0);
            case PRIORITY_UPDATE -> priorityUpdate(payload);
        };
    }

    private static void checkStream(FrameType type, int stream) throws ConnectionFault {
        boolean wrong =
                switch (type) {
                    case SETTINGS, PING, GOAWAY, PRIORITY_UPDATE -> stream != 0;
                    case WINDOW_UPDATE -> false;
                    case DATA, HEADERS, PRIORITY, RST_STREAM, PUSH_PROMISE, CONTINUATION -> stream == 0;
                };
        if (wrong) {
            throw new ConnectionFault(
                    ErrorCode.PROTOCOL_ERROR,
                    type + " on stream " + stream + ": expected " + (stream == 0 ? "another stream" : "stream 0")
                            + (type == FrameType.PRIORITY_UPDATE ? " (RFC 9218 §7.1)" : " (RFC 9113 §6)"));
        }
    }

    private static Frame data(int flags, int stream, ByteBuffer payload) throws ConnectionFault {
        int flowSize = payload.remaining();
        var bytes = withoutPadding(FrameType.DATA, flags, payload);
        return new Frame.Data(stream, bytes, flowSize, (flags & END_STREAM) != 0);
    }

    private static Frame fieldBlock(int flags, int stream, ByteBuffer payload) throws ConnectionFault {
        var fragment = withoutPadding(FrameType.HEADERS, flags, payload);
        if ((flags & PRIORITY) != 0) {
            checkLeast(FrameType.HEADERS, fragment, PRIORITY_SIZE);
            fragment = fragment.slice(PRIORITY_SIZE, fragment.remaining() - PRIORITY_SIZE);
        }
        return new Frame.FieldBlock(stream, fragment, (flags & END_STREAM) != 0, (flags & END_HEADERS) != 0);
    }

    private static ByteBuffer withoutPadding(FrameType type, int flags, ByteBuffer payload) throws ConnectionFault {
        if ((flags & PADDED) == 0) {
            return payload;
        }
        checkLeast(type, payload, 1);
        int padding = payload.get(0) & 0xff;
        int size = payload.remaining() - 1 - padding;
        if (size < 0) {
            throw new ConnectionFault(
                    ErrorCode.PROTOCOL_ERROR,
                    type + " with " + padding + " bytes of padding in " + payload.remaining()
                            + ": expected less than that (RFC 9113 §6.1)");
        }
        return payload.slice(1, size);
    }

    private static Frame priority(int stream, ByteBuffer payload) throws StreamFault {
        if (payload.remaining() != PRIORITY_SIZE) {
            throw new StreamFault(
                    stream,
                    ErrorCode.FRAME_SIZE_ERROR,
                    "PRIORITY of " + payload.remaining() + " bytes: expected 5 (RFC 9113 §6.3)");
        }
        return new Frame.Priority(stream);
    }

    private static Frame settings(int flags, ByteBuffer payload) throws ConnectionFault {
        if ((flags & ACK) != 0) {
            checkSize(FrameType.SETTINGS, payload, 0);
            return Frame.SettingsAnswer.INSTANCE;
        }
        if (payload.remaining() % SETTING_SIZE != 0) {
            throw new ConnectionFault(
                    ErrorCode.FRAME_SIZE_ERROR,
                    "SETTINGS of " + payload.remaining() + " bytes: expected a multiple of 6 (RFC 9113 §6.5)");
        }
        List<Frame.Setting> values = new ArrayList<>(payload.remaining() / SETTING_SIZE);
        while (payload.hasRemaining()) {
            values.add(new Frame.Setting(payload.getShort() & 0xffff, payload.getInt() & 0xffff_ffffL));
        }
        return new Frame.Settings(values);
    }

    private static Frame windowUpdate(int stream, ByteBuffer payload) throws StreamFault, ConnectionFault {
        checkSize(FrameType.WINDOW_UPDATE, payload, 4);
        int increment = payload.getInt() & RESERVED_BIT;
        if (increment == 0) {
            var message = "WINDOW_UPDATE of 0: expected 1 to 2147483647 (RFC 9113 §6.9)";
            if (stream == 0) {
                throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, message);
            }
            throw new StreamFault(stream, ErrorCode.PROTOCOL_ERROR, message);
        }
        return new Frame.WindowUpdate(stream, increment);
    }

    private static Frame priorityUpdate(ByteBuffer payload) throws ConnectionFault {
        checkLeast(FrameType.PRIORITY_UPDATE, payload, 4);
        int prioritized = payload.getInt() & RESERVED_BIT;
        if (prioritized == 0) {
            throw new ConnectionFault(
                    ErrorCode.PROTOCOL_ERROR, "PRIORITY_UPDATE of stream 0: expected another stream (RFC 9218 §7.1)");
        }
        return new Frame.PriorityUpdate(prioritized, payload.slice());
    }

    private static void checkSize(FrameType type, ByteBuffer payload, int size) throws ConnectionFault {
        if (payload.remaining() != size) {
            throw new ConnectionFault(
                    ErrorCode.FRAME_SIZE_ERROR,
                    type + " of " + payload.remaining() + " bytes: expected " + size + " (RFC 9113 §6)");
        }
    }

    private static void checkLeast(FrameType type, ByteBuffer payload, int least) throws ConnectionFault {
        if (payload.remaining() < least) {
            throw new ConnectionFault(
                    ErrorCode.FRAME_SIZE_ERROR,
                    type + " of " + payload.remaining() + " bytes: expected at least " + least + " (RFC 9113 §6)");
        }
    }

    private static String name(int type) {
        var known = FrameType.of(type);
        return known == null ? "frame of type " + type : known.toString();
    }
}
