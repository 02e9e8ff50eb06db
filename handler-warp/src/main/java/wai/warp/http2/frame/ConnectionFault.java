package wai.warp.http2.frame;

import org.jspecify.annotations.Nullable;
import wai.warp.settings.Http2;

/// The peer broke the protocol so that nothing on the connection can be trusted any more: GOAWAY, and the end
/// (RFC 9113 §5.4.1).
///
/// Costs no stack trace: it says what the peer did.
public final class ConnectionFault extends Exception {
    private static final long serialVersionUID = 1;

    /// What the peer is told.
    private final ErrorCode code;

    /// What it went past; null for nothing.
    private final Http2.@Nullable Limit limit;

    /// A fault.
    ///
    /// @param code what the peer is told
    /// @param message what was seen, what is allowed, and where that is written
    public ConnectionFault(ErrorCode code, String message) {
        this(code, null, message);
    }

    private ConnectionFault(ErrorCode code, Http2.@Nullable Limit limit, String message) {
        super(message, null, false, false);
        this.code = code;
        this.limit = limit;
    }

    /// Too much of something.
    ///
    /// @param limit what the peer went past
    /// @param message what was seen, what is allowed, and where that is written
    /// @return a fault of ENHANCE_YOUR_CALM
    public static ConnectionFault excess(Http2.Limit limit, String message) {
        return new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, limit, message);
    }

    /// What it went past.
    ///
    /// @return the limit; null when it is no such fault
    public Http2.@Nullable Limit limit() {
        return limit;
    }

    /// What the peer is told.
    ///
    /// @return the code for GOAWAY
    public ErrorCode code() {
        return code;
    }
}
