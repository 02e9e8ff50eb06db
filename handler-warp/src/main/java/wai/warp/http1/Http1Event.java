package wai.warp.http1;

import java.nio.ByteBuffer;
import wai.Headers;
import wai.HttpVersion;

/// What [Http1Engine] found in its input.
public sealed interface Http1Event {
    /// The events that carry nothing.
    enum Signal implements Http1Event {
        /// The input is used up, or holds only the beginning of something: add bytes behind it and ask again.
        NEED_INPUT,
        /// The request was read to its end, and [Http1Engine#trailers()] can be asked; answered until the next request
        /// is started, without touching the input.
        END_OF_BODY,
        /// The peer will send no further request.
        PEER_CLOSED
    }

    /// The head of a request: validated, and its framing decided.
    ///
    /// @param method a token, case kept
    /// @param target path and query (`/a?b`); `*` for OPTIONS; `host:port` for CONNECT; of an absolute form only path
    ///     and query
    /// @param version [HttpVersion#HTTP_1_0] or [HttpVersion#HTTP_1_1]
    /// @param headers the fields in order; `Host` has the authority of an absolute form
    /// @param bodyLength the length of the body in bytes, 0 without a body, or [#CHUNKED]
    /// @param expectsContinue whether the client waits for [Http1Engine#sendContinue] before it sends the body
    /// @param keepsAlive whether the client is ready for another request on this connection
    record Head(
            String method,
            String target,
            HttpVersion version,
            Headers headers,
            long bodyLength,
            boolean expectsContinue,
            boolean keepsAlive)
            implements Http1Event {
        /// The length of a body that comes in chunks: not known before its end.
        public static final long CHUNKED = -1;
    }

    /// Bytes of the request body.
    ///
    /// @param bytes a view of the input, at least one byte; valid until the input is changed
    record Data(ByteBuffer bytes) implements Http1Event {}
}
