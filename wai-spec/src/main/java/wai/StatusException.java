package wai;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Serial;

/// A failure that knows by which status it is answered, when nobody answers it otherwise.
///
/// For what goes wrong below an application, where no response can be made: a form that cannot be read (400), a store
/// that is away (503). Let it pass, and the handler, or what makes error pages, answers with the status; the message is
/// for logs. Catch it to answer in words of your own.
///
/// Classes that tell more of a failure extend this one.
public class StatusException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /// The code of the status, as [Status] is not serializable.
    private final int code;

    /// A failure.
    ///
    /// @param status 400 to 599
    /// @param message what was seen, and what is allowed
    /// @throws IllegalArgumentException when the status is no error
    public StatusException(Status status, String message) {
        super(requireNonNull(message, "message"));
        this.code = checked(status);
    }

    /// A failure that comes of another one.
    ///
    /// @param status 400 to 599
    /// @param message what was seen, and what is allowed
    /// @param cause what it comes of
    /// @throws IllegalArgumentException when the status is no error
    public StatusException(Status status, String message, Throwable cause) {
        super(requireNonNull(message, "message"), requireNonNull(cause, "cause"));
        this.code = checked(status);
    }

    /// The status to answer with.
    ///
    /// @return 400 to 599
    public final Status status() {
        return Status.of(code);
    }

    /// Whether the client is to blame, and not the application or what it needs.
    ///
    /// @return true for 400 to 499
    public final boolean isOfTheClient() {
        return code < 500;
    }

    private static int checked(Status status) {
        if (status.code() < 400 || status.code() > 599) {
            throw new IllegalArgumentException("status " + status + " of a failure: expected 400 to 599");
        }
        return status.code();
    }
}
