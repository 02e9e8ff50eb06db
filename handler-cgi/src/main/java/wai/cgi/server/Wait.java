package wai.cgi.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import wai.cgi.settings.Timeouts;

/// What a connection waits for; each has a time-out of its own.
public enum Wait {
    /// For a request to begin.
    IDLE("a request"),
    /// For the rest of a request's variables.
    HEAD("the variables of a request"),
    /// For bytes of a request's body.
    BODY("the body of a request"),
    /// For whatever the web server sends while requests are answered.
    OPEN("the next record"),
    /// For the web server to take bytes.
    WRITE("room for a response"),
    /// For the web server to close, behind a response.
    LINGER("the end of the connection");

    private static final Duration LINGER_LIMIT = Duration.ofSeconds(2);

    private final String what;

    Wait(String what) {
        this.what = what;
    }

    Duration limit(Timeouts timeouts) {
        return switch (this) {
            case IDLE -> timeouts.idle();
            case HEAD -> timeouts.head();
            case BODY -> timeouts.body();
            case OPEN -> Timeouts.NEVER;
            case WRITE -> timeouts.write();
            case LINGER -> LINGER_LIMIT;
        };
    }

    /// The time-out that ends the wait; null when it has none that can be set.
    Timeouts.@Nullable Kind kind() {
        return switch (this) {
            case IDLE -> Timeouts.Kind.IDLE;
            case HEAD -> Timeouts.Kind.HEAD;
            case BODY -> Timeouts.Kind.BODY;
            case WRITE -> Timeouts.Kind.WRITE;
            case OPEN, LINGER -> null;
        };
    }

    /// For messages.
    @Override
    public String toString() {
        return what;
    }
}
