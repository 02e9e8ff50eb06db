package wai;

import java.io.IOException;
import java.io.Serial;

/// The client was too slow: it sent or took too little within a time-out of the handler, which waits no longer.
///
/// Thrown by [Request#body], [BodySink] and [Respond], and given to a handler's hooks, so that a slow client can be
/// told from one that left. To an application both mean that no further byte comes or goes; therefore this is a
/// [ClientDisconnectedException], and whoever treats that one right treats this one right. There is one difference: a
/// client that is slow to send its body can still be answered. Let it pass and the handler answers 408 (RFC 9110
/// §15.5.9), or catch it and answer in words of your own.
public final class ClientTimeoutException extends ClientDisconnectedException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A wait that took too long.
    ///
    /// @param message what was waited for
    public ClientTimeoutException(String message) {
        super(message);
    }

    /// A wait that another exception ended.
    ///
    /// @param message what was waited for
    /// @param cause what ended it
    public ClientTimeoutException(String message, IOException cause) {
        super(message, cause);
    }
}
