package wai.forms;

import java.io.Serial;
import wai.Response;
import wai.Status;
import wai.StatusException;

/// A form that cannot be read, by the client's fault; let it pass, and the client gets its status.
///
/// - 400: it is malformed, or ends too early (RFC 7578, RFC 2046 §5.1)
/// - 413: it is larger than a limit of [FormLimits]
/// - 415: it is no form, or is in an encoding that nobody knows
public final class FormException extends StatusException {
    @Serial
    private static final long serialVersionUID = 1;

    private FormException(Status status, String reason) {
        super(status, reason);
    }

    static FormException malformed(String reason) {
        return new FormException(Status.BAD_REQUEST, reason);
    }

    static FormException tooLarge(String reason) {
        return new FormException(Status.CONTENT_TOO_LARGE, reason);
    }

    static FormException unsupported(String reason) {
        return new FormException(Status.UNSUPPORTED_MEDIA_TYPE, reason);
    }

    /// The answer: the status, and the reason as plain text.
    ///
    /// @return a response that nobody caches
    public Response response() {
        return Response.text(status(), status() + ": " + getMessage() + "\n");
    }
}
