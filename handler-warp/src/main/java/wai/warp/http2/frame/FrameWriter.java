package wai.warp.http2.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import wai.warp.http1.OutputBuffer;

/// Frames into bytes (RFC 9113 §4.1, §6).
public final class FrameWriter {
    private static final int END_STREAM = 0x1;
    private static final int ACK = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final int SETTING_SIZE = 6;

    private FrameWriter() {}

    /// Appends the header of DATA; its bytes follow.
    ///
    /// @param stream on which stream
    /// @param size how many bytes follow
    /// @param endsStream whether it is the last
    /// @param out takes the bytes
    public static void dataHeader(int stream, int size, boolean endsStream, OutputBuffer out) {
        header(FrameType.DATA, size, endsStream ? END_STREAM : 0, stream, out);
    }

    /// Appends the header of a field block that will be put behind it; [#endBlock] must follow.
    ///
    /// @param out takes the bytes
    /// @return where the block's frame begins, for [#endBlock]
    public static int beginBlock(OutputBuffer out) {
        int start = out.size();
        header(FrameType.HEADERS, 0, 0, 0, out);
        return start;
    }

    /// Appends what stands before the field block of a PUSH_PROMISE; [#endPromise] must follow.
    ///
    /// @param promised the stream that is promised
    /// @param out takes the bytes
    /// @return where the frame begins, for [#endPromise]
    public static int beginPromise(int promised, OutputBuffer out) {
        int start = beginBlock(out);
        putInt(promised, out);
        return start;
    }

    /// Ends a field block: fills in its header, and cuts it into frames when it is larger than one may be.
    ///
    /// @param start what [#beginBlock] answered
    /// @param stream on which stream
    /// @param endsStream whether nothing follows on the stream
    /// @param out holds the block
    public static void endBlock(int start, int stream, boolean endsStream, OutputBuffer out) {
        end(FrameType.HEADERS, start, stream, endsStream ? END_STREAM : 0, out);
    }

    /// Ends a PUSH_PROMISE, as [#endBlock] does.
    ///
    /// @param start what [#beginPromise] answered
    /// @param stream of the request that brings it
    /// @param out holds the block
    public static void endPromise(int start, int stream, OutputBuffer out) {
        end(FrameType.PUSH_PROMISE, start, stream, 0, out);
    }

    private static void end(FrameType type, int start, int stream, int flags, OutputBuffer out) {
        int size = out.size() - start - Frame.HEADER_SIZE;
        int first = Math.min(size, Frame.LARGEST_PAYLOAD);
        var rest = new byte[size - first];
        System.arraycopy(out.array(), out.offset() + out.size() - rest.length, rest, 0, rest.length);
        out.truncate(start);
        header(type, first, flags | (rest.length == 0 ? END_HEADERS : 0), stream, out);
        out.put(out.array(), out.offset() + out.size(), first); // where it is already
        for (int at = 0; at < rest.length; ) {
            int count = Math.min(rest.length - at, Frame.LARGEST_PAYLOAD);
            boolean last = at + count == rest.length;
            header(FrameType.CONTINUATION, count, last ? END_HEADERS : 0, stream, out);
            out.put(rest, at, count);
            at += count;
        }
    }

    /// Appends RST_STREAM.
    ///
    /// @param stream on which stream
    /// @param code why
    /// @param out takes the bytes
    public static void reset(int stream, ErrorCode code, OutputBuffer out) {
        header(FrameType.RST_STREAM, 4, 0, stream, out);
        putInt(code.code(), out);
    }

    /// Appends SETTINGS.
    ///
    /// @param values in their order
    /// @param out takes the bytes
    public static void settings(List<Frame.Setting> values, OutputBuffer out) {
        header(FrameType.SETTINGS, values.size() * SETTING_SIZE, 0, 0, out);
        for (var setting : values) {
            out.putOctet(setting.id() >>> 8);
            out.putOctet(setting.id());
            putInt((int) setting.value(), out);
        }
    }

    /// Appends the acknowledgement of SETTINGS.
    ///
    /// @param out takes the bytes
    public static void settingsAnswer(OutputBuffer out) {
        header(FrameType.SETTINGS, 0, ACK, 0, out);
    }

    /// Appends PING.
    ///
    /// @param isAnswer whether it answers one of the peer
    /// @param opaque eight octets
    /// @param out takes the bytes
    public static void ping(boolean isAnswer, long opaque, OutputBuffer out) {
        header(FrameType.PING, 8, isAnswer ? ACK : 0, 0, out);
        putInt((int) (opaque >>> 32), out);
        putInt((int) opaque, out);
    }

    /// Appends GOAWAY.
    ///
    /// @param lastStream the last stream that we look at
    /// @param code why
    /// @param text for the people who look for the reason; empty for nothing
    /// @param out takes the bytes
    public static void goAway(int lastStream, ErrorCode code, String text, OutputBuffer out) {
        var debug = text.getBytes(UTF_8);
        header(FrameType.GOAWAY, 8 + debug.length, 0, 0, out);
        putInt(lastStream, out);
        putInt(code.code(), out);
        out.put(debug);
    }

    /// Appends WINDOW_UPDATE.
    ///
    /// @param stream on which stream; 0 for the connection
    /// @param increment at least 1
    /// @param out takes the bytes
    public static void windowUpdate(int stream, int increment, OutputBuffer out) {
        header(FrameType.WINDOW_UPDATE, 4, 0, stream, out);
        putInt(increment, out);
    }

    private static void header(FrameType type, int size, int flags, int stream, OutputBuffer out) {
        putInt(size << 8 | type.code(), out);
        out.putOctet(flags);
        putInt(stream, out);
    }

    private static void putInt(int value, OutputBuffer out) {
        out.putOctet(value >>> 24);
        out.putOctet(value >>> 16);
        out.putOctet(value >>> 8);
        out.putOctet(value);
    }
}
