package wai.warp.arrival;

import java.io.IOException;
import java.io.Serial;

/// The peer sent no PROXY header, or a malformed one, where one must be. There is no answer to that: the connection is
/// closed.
final class ProxyFault extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /// @param message what was seen, and what was expected
    ProxyFault(String message) {
        super(message);
    }

    /// No stack trace: it is the peer's fault, and a flood of these must stay cheap.
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
