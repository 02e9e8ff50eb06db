package wai.cgi.gateway;

import java.io.Serial;
import wai.Status;

/// What a web server sent is no request that can be served; the message says what was seen and what is allowed.
public final class GatewayFault extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// The code of the status that the client gets.
    private final int code;

    /// A fault of the other side.
    ///
    /// @param status what the client gets
    /// @param message what was seen, what is allowed, and where that is written
    public GatewayFault(Status status, String message) {
        super(message);
        this.code = status.code();
    }

    /// What the client gets.
    ///
    /// @return a status of class 4xx or 5xx
    public Status status() {
        return Status.of(code);
    }
}
