package wai.warp.http1;

import wai.Status;

/// The client broke the protocol or went past a limit: the connection is of no use after the answer.
///
/// Costs no stack trace: it says what the client did, and where in our code that was found helps nobody.
public final class Http1Fault extends Exception {
    private static final long serialVersionUID = 1;

    /// What was wrong.
    private final Kind kind;

    Http1Fault(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /// What was wrong.
    ///
    /// @return the kind, which carries the status of the answer
    public Kind kind() {
        return kind;
    }

    /// The status to answer with when no response was begun.
    ///
    /// @return that of the kind
    public Status status() {
        return kind.status();
    }

    /// What can be wrong with a request.
    public enum Kind {
        /// The request line is not `method SP target SP version` (RFC 9112 §3).
        BAD_REQUEST_LINE(400),
        /// The target has none of the four forms, or the wrong one for its method (RFC 9112 §3.2).
        BAD_TARGET(400),
        /// A field line is malformed (RFC 9112 §5).
        BAD_FIELD(400),
        /// `Host` is missing on HTTP/1.1, double or malformed (RFC 9112 §3.2).
        BAD_HOST(400),
        /// `Content-Length` is malformed, repeated or too large for a number (RFC 9112 §6.3).
        BAD_CONTENT_LENGTH(400),
        /// `Transfer-Encoding` is malformed, does not end the message, or stands where it must not (RFC 9112 §6.1,
        /// §6.3).
        BAD_TRANSFER_ENCODING(400),
        /// A chunk is malformed (RFC 9112 §7.1).
        BAD_CHUNK(400),
        /// A trailer field is malformed or frames the message (RFC 9112 §7.1.2).
        BAD_TRAILER(400),
        /// The peer stopped sending inside a head (RFC 9112 §8).
        CUT_HEAD(400),
        /// The peer stopped sending inside a body (RFC 9112 §8).
        CUT_BODY(400),
        /// The body is longer than allowed (RFC 9110 §15.5.14).
        BODY_TOO_LARGE(413),
        /// The target is longer than allowed (RFC 9110 §15.5.15).
        TARGET_TOO_LONG(414),
        /// `Expect` asks for something else than `100-continue` (RFC 9110 §10.1.1).
        UNKNOWN_EXPECTATION(417),
        /// The header or trailer section is larger, or has more fields, than allowed (RFC 6585 §5).
        FIELDS_TOO_LARGE(431),
        /// The method is longer than allowed (RFC 9112 §3).
        METHOD_TOO_LONG(501),
        /// A transfer coding other than `chunked` (RFC 9112 §6.1).
        UNKNOWN_TRANSFER_CODING(501),
        /// The first line of an HTTP/2 connection preface (RFC 9113 §3.4); the input still begins with it.
        HTTP2_PREFACE(505),
        /// The major version is not 1 (RFC 9110 §15.6.6).
        UNSUPPORTED_VERSION(505);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /// The status to answer with.
        ///
        /// @return a status of 4xx or 5xx
        public Status status() {
            return Status.of(code);
        }
    }
}
