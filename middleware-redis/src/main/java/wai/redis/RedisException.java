package wai.redis;

import java.io.Serial;
import wai.Status;
import wai.StatusException;

/// Redis did not do what it was asked: 503 while it is away, 500 when it refuses.
///
/// - Away: no connection in time, no free one in time, no answer in time, or it was just seen away. All of it may go by
///   itself.
/// - Refused: it answered with an error, such as a key of another type, no memory or no permission. Somebody must look
///   after that.
public final class RedisException extends StatusException {
    @Serial
    private static final long serialVersionUID = 1;

    private RedisException(Status status, String message) {
        super(status, message);
    }

    private RedisException(Status status, String message, Throwable cause) {
        super(status, message, cause);
    }

    static RedisException away(String message) {
        return new RedisException(Status.SERVICE_UNAVAILABLE, message);
    }

    static RedisException away(String message, Throwable cause) {
        return new RedisException(Status.SERVICE_UNAVAILABLE, message, cause);
    }

    static RedisException refused(String message, Throwable cause) {
        return new RedisException(Status.INTERNAL_SERVER_ERROR, message, cause);
    }

    /// Whether it is away and may come back, or has refused.
    ///
    /// @return true when it is away
    public boolean isAway() {
        return status().equals(Status.SERVICE_UNAVAILABLE);
    }
}
