package wai.warp.http2;

import wai.warp.http2.frame.FrameType;

/// What a stream can be in, and what a frame of the peer means then (RFC 9113 §5.1).
///
/// ```text
///            HEADERS                     END_STREAM of the peer
///    IDLE ────────────▶ OPEN ─────────────────────────────────▶ HALF_CLOSED_REMOTE
///                        │ our END_STREAM                               │ our END_STREAM
///                        ▼                END_STREAM of the peer        ▼
///                   HALF_CLOSED_LOCAL ─────────────────────────▶      ENDED
///
///            our PUSH_PROMISE            our HEADERS
///    IDLE ────────────▶ RESERVED ──────────────────────▶ HALF_CLOSED_REMOTE
///
///    from each of the four in the middle:  RST_STREAM of the peer ──▶ RESET_REMOTE
///                                          our RST_STREAM         ──▶ RESET_LOCAL
/// ```
///
/// Streams of the peer take the upper way, those that we promise the lower one.
///
/// Closed is three states here: what still comes was sent in ignorance of our RST_STREAM, or against the peer's better
/// knowledge.
enum StreamState {
    IDLE,
    RESERVED,
    OPEN,
    HALF_CLOSED_LOCAL,
    HALF_CLOSED_REMOTE,
    ENDED,
    RESET_LOCAL,
    RESET_REMOTE;

    /// What is to be done with a frame.
    enum Verdict {
        /// It does what it is for.
        TAKE,
        /// It does nothing; its field block changes the table and its bytes take of the window all the same.
        IGNORE,
        /// A stream error of STREAM_CLOSED.
        RESET_CLOSED,
        /// A connection error of STREAM_CLOSED.
        FAIL_CLOSED,
        /// A connection error of PROTOCOL_ERROR.
        FAIL_PROTOCOL
    }

    /// Judges a frame of the peer.
    ///
    /// @param type of the frame; one that concerns a stream. PRIORITY_UPDATE concerns the one that it names,
    ///     CONTINUATION is one that no HEADERS precede
    Verdict on(FrameType type) {
        return switch (type) {
            case HEADERS ->
                switch (this) {
                    case IDLE, OPEN, HALF_CLOSED_LOCAL -> Verdict.TAKE;
                    case HALF_CLOSED_REMOTE, RESET_REMOTE -> Verdict.RESET_CLOSED;
                    case ENDED -> Verdict.FAIL_CLOSED;
                    case RESET_LOCAL -> Verdict.IGNORE;
                    case RESERVED -> Verdict.FAIL_PROTOCOL;
                };
            case DATA ->
                switch (this) {
                    case IDLE, RESERVED -> Verdict.FAIL_PROTOCOL;
                    case OPEN, HALF_CLOSED_LOCAL -> Verdict.TAKE;
                    case HALF_CLOSED_REMOTE, RESET_REMOTE -> Verdict.RESET_CLOSED;
                    case ENDED -> Verdict.FAIL_CLOSED;
                    case RESET_LOCAL -> Verdict.IGNORE;
                };
            case RST_STREAM, WINDOW_UPDATE ->
                switch (this) {
                    case IDLE -> Verdict.FAIL_PROTOCOL;
                    case RESERVED, OPEN, HALF_CLOSED_LOCAL, HALF_CLOSED_REMOTE -> Verdict.TAKE;
                    case ENDED, RESET_LOCAL, RESET_REMOTE -> Verdict.IGNORE;
                };
            case PRIORITY_UPDATE ->
                switch (this) {
                    case RESERVED, OPEN, HALF_CLOSED_LOCAL, HALF_CLOSED_REMOTE -> Verdict.TAKE;
                    case IDLE, ENDED, RESET_LOCAL, RESET_REMOTE -> Verdict.IGNORE;
                };
            case PRIORITY -> Verdict.IGNORE;
            case PUSH_PROMISE, CONTINUATION -> Verdict.FAIL_PROTOCOL;
            case SETTINGS, PING, GOAWAY ->
                throw new IllegalArgumentException(type + ": expected a frame that concerns a stream");
        };
    }

    /// The state behind END_STREAM of the peer.
    StreamState endedByPeer() {
        return switch (this) {
            case OPEN -> HALF_CLOSED_REMOTE;
            case HALF_CLOSED_LOCAL -> ENDED;
            default -> throw new IllegalStateException("END_STREAM of the peer in " + this);
        };
    }

    /// The state behind HEADERS of ours.
    StreamState begunByUs() {
        return this == RESERVED ? HALF_CLOSED_REMOTE : this;
    }

    /// The state behind our END_STREAM.
    StreamState endedByUs() {
        return switch (this) {
            case OPEN -> HALF_CLOSED_LOCAL;
            case HALF_CLOSED_REMOTE -> ENDED;
            default -> throw new IllegalStateException("our END_STREAM in " + this);
        };
    }

    /// Whether it is one of those that no frame leads out of.
    boolean isClosed() {
        return this == ENDED || this == RESET_LOCAL || this == RESET_REMOTE;
    }

    /// Whether we may send on it.
    boolean isSendable() {
        return this == OPEN || this == HALF_CLOSED_REMOTE || this == RESERVED;
    }

    /// Whether the peer may send on it.
    boolean isReceiving() {
        return this == OPEN || this == HALF_CLOSED_LOCAL;
    }
}
