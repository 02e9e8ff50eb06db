package wai;

import java.io.Serial;

/// A request body is longer than whoever reads it allows: status 413 (RFC 9110 §15.5.14).
///
/// Thrown while the body is read, by [Request#readBody] or by the stream of a handler or middleware that bounds bodies.
/// Catch it to answer 413 in words of your own, or let it pass.
public final class ContentTooLargeException extends StatusException {
    @Serial
    private static final long serialVersionUID = 1;

    /// How many bytes are allowed.
    private final long limit;

    /// A body that passed a limit.
    ///
    /// @param limit how many bytes are allowed
    public ContentTooLargeException(long limit) {
        super(
                Status.CONTENT_TOO_LARGE,
                "the request body has more than the " + limit + " bytes allowed (RFC 9110 §15.5.14)");
        this.limit = limit;
    }

    /// How many bytes are allowed.
    ///
    /// @return the limit
    public long limit() {
        return limit;
    }
}
