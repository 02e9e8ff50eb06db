package wai.warp.http2.frame;

import java.nio.ByteBuffer;
import java.util.List;

/// One frame, checked for what it can be checked for by itself. Buffers in it are views of the input, valid until that
/// is changed.
public sealed interface Frame {
    /// The size of the part that all frames begin with.
    int HEADER_SIZE = 9;
    /// The largest payload that we take and that every peer must take (RFC 9113 §4.2).
    int LARGEST_PAYLOAD = 16_384;

    /// DATA.
    ///
    /// @param stream on which stream
    /// @param bytes without padding
    /// @param flowSize what it takes of the windows: bytes and padding (RFC 9113 §6.1)
    /// @param endsStream END_STREAM
    record Data(int stream, ByteBuffer bytes, int flowSize, boolean endsStream) implements Frame {}

    /// HEADERS; the priority of RFC 7540 in it is left out.
    ///
    /// @param stream on which stream
    /// @param fragment of the field block
    /// @param endsStream END_STREAM
    /// @param endsBlock END_HEADERS
    record FieldBlock(int stream, ByteBuffer fragment, boolean endsStream, boolean endsBlock) implements Frame {}

    /// PRIORITY.
    ///
    /// @param stream on which stream
    record Priority(int stream) implements Frame {}

    /// RST_STREAM.
    ///
    /// @param stream on which stream
    /// @param code why
    record Reset(int stream, ErrorCode code) implements Frame {}

    /// SETTINGS.
    ///
    /// @param values in their order
    record Settings(List<Setting> values) implements Frame {}

    /// PUSH_PROMISE, which only servers send.
    ///
    /// @param stream on which stream
    record PushPromise(int stream) implements Frame {}

    /// PING.
    ///
    /// @param isAnswer ACK
    /// @param opaque eight octets
    record Ping(boolean isAnswer, long opaque) implements Frame {}

    /// GOAWAY; the debug data is left out.
    ///
    /// @param lastStream the last stream that the peer will look at
    /// @param code why
    record GoAway(int lastStream, ErrorCode code) implements Frame {}

    /// WINDOW_UPDATE.
    ///
    /// @param stream on which stream; 0 for the connection
    /// @param increment 1 to 2^31-1
    record WindowUpdate(int stream, int increment) implements Frame {}

    /// CONTINUATION.
    ///
    /// @param stream on which stream
    /// @param fragment of the field block
    /// @param endsBlock END_HEADERS
    record Continuation(int stream, ByteBuffer fragment, boolean endsBlock) implements Frame {}

    /// PRIORITY_UPDATE.
    ///
    /// @param prioritized the stream that it speaks of
    /// @param value of the field `Priority`
    record PriorityUpdate(int prioritized, ByteBuffer value) implements Frame {}

    /// A frame of a type that we do not know and must ignore (RFC 9113 §5.5).
    ///
    /// @param type the type
    /// @param stream on which stream
    record Unknown(int type, int stream) implements Frame {}

    /// The acknowledgement of our SETTINGS.
    enum SettingsAnswer implements Frame {
        /// The only one there is.
        INSTANCE
    }

    /// One of SETTINGS.
    ///
    /// @param id one of the constants, or another one
    /// @param value 0 to 2^32-1
    record Setting(int id, long value) {
        /// SETTINGS_HEADER_TABLE_SIZE.
        public static final int HEADER_TABLE_SIZE = 1;
        /// SETTINGS_ENABLE_PUSH.
        public static final int ENABLE_PUSH = 2;
        /// SETTINGS_MAX_CONCURRENT_STREAMS.
        public static final int MAX_CONCURRENT_STREAMS = 3;
        /// SETTINGS_INITIAL_WINDOW_SIZE.
        public static final int INITIAL_WINDOW_SIZE = 4;
        /// SETTINGS_MAX_FRAME_SIZE.
        public static final int MAX_FRAME_SIZE = 5;
        /// SETTINGS_MAX_HEADER_LIST_SIZE.
        public static final int MAX_HEADER_LIST_SIZE = 6;
        /// SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 §3).
        public static final int ENABLE_CONNECT_PROTOCOL = 8;
        /// SETTINGS_NO_RFC7540_PRIORITIES (RFC 9218 §2.1).
        public static final int NO_RFC7540_PRIORITIES = 9;
    }
}
