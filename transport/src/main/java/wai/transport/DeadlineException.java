package wai.transport;

import java.io.IOException;
import java.io.Serial;

/// A wait was ended because its deadline ran out.
public final class DeadlineException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A wait that took too long.
    public DeadlineException() {
        super("the peer made too little progress before the deadline");
    }

    /// No stack trace: nobody is at fault here, and a slow-client attack must stay cheap.
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
