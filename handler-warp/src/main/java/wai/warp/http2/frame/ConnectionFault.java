package wai.warp.http2.frame;

/// The peer broke the protocol so that nothing on the connection can be trusted any more: GOAWAY, and the end
/// (RFC 9113 §5.4.1).
///
/// Costs no stack trace: it says what the peer did.
public final class ConnectionFault extends Exception {
    private static final long serialVersionUID = 1;

    /// What the peer is told.
    private final ErrorCode code;

    /// A fault.
    ///
    /// @param code what the peer is told
    /// @param message what was seen, what is allowed, and where that is written
    public ConnectionFault(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /// What the peer is told.
    ///
    /// @return the code for GOAWAY
    public ErrorCode code() {
        return code;
    }
}
