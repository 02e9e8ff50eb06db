package wai;

import java.io.IOException;
import java.io.Serial;

/// The client went away, or was too slow ([ClientTimeoutException]): nothing more can be read from it or written to it.
///
/// Thrown by [Request#body], [BodySink] and [RawConnection]. It is no fault of the application; let it pass.
public sealed class ClientDisconnectedException extends IOException permits ClientTimeoutException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A disconnect with nothing else to tell.
    ///
    /// @param message what was being done when the client left
    public ClientDisconnectedException(String message) {
        super(message);
    }

    /// A disconnect that another exception reported.
    ///
    /// @param message what was being done when the client left
    /// @param cause what the transport said
    public ClientDisconnectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
