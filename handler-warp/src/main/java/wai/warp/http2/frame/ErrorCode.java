package wai.warp.http2.frame;

/// Why a stream or a connection is ended (RFC 9113 §7).
public enum ErrorCode {
    /// Nothing went wrong.
    NO_ERROR,
    /// The protocol was broken, and no other code says it better.
    PROTOCOL_ERROR,
    /// This end failed.
    INTERNAL_ERROR,
    /// More was sent than the window allowed.
    FLOW_CONTROL_ERROR,
    /// SETTINGS were not acknowledged in time.
    SETTINGS_TIMEOUT,
    /// A frame came for a stream that had ended.
    STREAM_CLOSED,
    /// A frame has a size that it must not have.
    FRAME_SIZE_ERROR,
    /// The stream was not begun; the request can be made again (RFC 9113 §8.7).
    REFUSED_STREAM,
    /// The stream is not wanted any more.
    CANCEL,
    /// A field block cannot be decoded.
    COMPRESSION_ERROR,
    /// The connection made for CONNECT failed.
    CONNECT_ERROR,
    /// The peer does too much of something.
    ENHANCE_YOUR_CALM,
    /// TLS is not good enough (RFC 9113 §9.2).
    INADEQUATE_SECURITY,
    /// The peer wants HTTP/1.1.
    HTTP_1_1_REQUIRED;

    private static final ErrorCode[] CODES = values();

    /// The number on the wire.
    ///
    /// @return 0 to 13
    @SuppressWarnings("EnumOrdinal") // the RFC numbers them from 0 in this order
    public int code() {
        return ordinal();
    }

    /// The code of a number on the wire.
    ///
    /// @param code any number
    /// @return the code; [#INTERNAL_ERROR] for a number that has none (RFC 9113 §7)
    public static ErrorCode of(int code) {
        return code >= 0 && code < CODES.length ? CODES[code] : INTERNAL_ERROR;
    }
}
