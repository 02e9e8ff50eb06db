package wai.test;

import java.io.Serial;

/// The response ended before its end: the application failed in the middle, or the connection was cut.
///
/// Thrown by what would otherwise have to take the part for the whole.
public final class IncompleteResponseException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A response that is not whole.
    ///
    /// @param message what was received and why nothing followed
    public IncompleteResponseException(String message) {
        super(message);
    }
}
