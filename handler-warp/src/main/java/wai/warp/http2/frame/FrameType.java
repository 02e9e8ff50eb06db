package wai.warp.http2.frame;

import org.jspecify.annotations.Nullable;

/// The types of frames that we know.
public enum FrameType {
    /// Bytes of a body (RFC 9113 §6.1).
    DATA(0),
    /// The beginning of a field block (RFC 9113 §6.2).
    HEADERS(1),
    /// The priorities of RFC 7540, which mean nothing any more (RFC 9113 §6.3).
    PRIORITY(2),
    /// The end of a stream in haste (RFC 9113 §6.4).
    RST_STREAM(3),
    /// What the sender can take (RFC 9113 §6.5).
    SETTINGS(4),
    /// A response ahead of its request (RFC 9113 §6.6).
    PUSH_PROMISE(5),
    /// Is anybody there (RFC 9113 §6.7)?
    PING(6),
    /// The end of a connection (RFC 9113 §6.8).
    GOAWAY(7),
    /// Room for more bytes (RFC 9113 §6.9).
    WINDOW_UPDATE(8),
    /// More of a field block (RFC 9113 §6.10).
    CONTINUATION(9),
    /// A priority of another stream (RFC 9218 §7.1).
    PRIORITY_UPDATE(16);

    private static final @Nullable FrameType[] BY_CODE = new FrameType[17];

    static {
        for (var type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    /// The number on the wire.
    ///
    /// @return 0 to 255
    public int code() {
        return code;
    }

    /// The type of a number on the wire.
    ///
    /// @param code 0 to 255
    /// @return the type; null for one that we do not know
    public static @Nullable FrameType of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
