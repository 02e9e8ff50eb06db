package wai.warp.http2;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import wai.Headers;
import wai.Status;
import wai.warp.http2.frame.ErrorCode;

/// What [Http2Engine] found in its input.
public sealed interface Http2Event {
    /// The events that carry nothing.
    enum Signal implements Http2Event {
        /// The input is used up, or holds only the beginning of something: add bytes behind it and ask again.
        NEED_INPUT,
        /// The peer will open no further stream.
        PEER_GOES_AWAY
    }

    /// The head of a request: validated.
    ///
    /// @param stream on which stream
    /// @param method a token, case kept
    /// @param target path and query (`/a?b`); `*` for OPTIONS; `host:port` for CONNECT
    /// @param protocol of an extended CONNECT (RFC 8441); null on every other request
    /// @param headers the fields in order; `Host` has the authority, cookies are one field
    /// @param bodyLength the length of the body in bytes, 0 without a body, or [#UNKNOWN]
    /// @param expectsContinue whether the client waits for 100 before it sends the body
    record Head(
            Http2Stream stream,
            String method,
            String target,
            @Nullable String protocol,
            Headers headers,
            long bodyLength,
            boolean expectsContinue)
            implements Http2Event {
        /// The length of a body that is not known before its end.
        public static final long UNKNOWN = -1;
    }

    /// A request that is past a limit, or asks for what we cannot do, and is to be answered so.
    ///
    /// @param stream on which stream
    /// @param method of the request
    /// @param status of the answer
    /// @param why what to say besides
    record Refusal(Http2Stream stream, String method, Status status, String why) implements Http2Event {}

    /// Bytes of a request body.
    ///
    /// @param stream on which stream
    /// @param bytes a view of the input, at least one byte; valid until the input is changed
    record Data(Http2Stream stream, ByteBuffer bytes) implements Http2Event {}

    /// The body is longer than [Http2Limits.Request#bodySize]; no more of it will come.
    ///
    /// @param stream on which stream
    record Excess(Http2Stream stream) implements Http2Event {}

    /// The request was read to its end.
    ///
    /// @param stream on which stream
    /// @param trailers its trailer fields, often none; those that must not be trailers (RFC 9110 §6.5.1) are left out
    record End(Http2Stream stream, Headers trailers) implements Http2Event {}

    /// The stream was reset: by the peer, or because of what it did.
    ///
    /// @param stream which; it was never in hand when its request was malformed
    /// @param code why
    /// @param fault what the peer did; null when it reset the stream itself
    record Reset(
            Http2Stream stream, ErrorCode code, @Nullable String fault) implements Http2Event {}
}
