package wai.forms;

import java.io.IOException;
import java.io.Serial;
import wai.Response;
import wai.Status;

/// A form that cannot be read, by the client's fault; carries the status to answer with.
///
/// - 400: it is malformed, or ends too early (RFC 7578, RFC 2046 §5.1)
/// - 413: it is larger than a limit of [FormLimits]
/// - 415: it is no form, or is in an encoding that nobody knows
public final class FormException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /// The code of the status, as [Status] is not serializable.
    private final int code;

    private FormException(Status status, String reason) {
        super(reason);
        this.code = status.code();
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

    /// The status to answer with.
    ///
    /// @return 400, 413 or 415
    public Status status() {
        return Status.of(code);
    }

    /// The answer: the status, and the reason as plain text.
    ///
    /// @return a response that nobody caches
    public Response response() {
        return Response.text(status(), status() + ": " + getMessage() + "\n");
    }
}
