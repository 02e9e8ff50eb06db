package wai.warp.http2.frame;

/// The peer broke the protocol on one stream: RST_STREAM, and the others go on (RFC 9113 §5.4.2).
///
/// Costs no stack trace: it says what the peer did.
public final class StreamFault extends Exception {
    private static final long serialVersionUID = 1;

    /// On which stream.
    private final int stream;

    /// What the peer is told.
    private final ErrorCode code;

    /// A fault.
    ///
    /// @param stream on which stream
    /// @param code what the peer is told
    /// @param message what was seen, what is allowed, and where that is written
    public StreamFault(int stream, ErrorCode code, String message) {
        super(message, null, false, false);
        this.stream = stream;
        this.code = code;
    }

    /// On which stream.
    ///
    /// @return its identifier
    public int stream() {
        return stream;
    }

    /// What the peer is told.
    ///
    /// @return the code for RST_STREAM
    public ErrorCode code() {
        return code;
    }
}
