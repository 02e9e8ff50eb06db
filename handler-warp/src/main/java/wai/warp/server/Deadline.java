package wai.warp.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// When a connection's present wait must be over: one number, set by the connection, looked at by the sweeper.
final class Deadline extends AtomicLong {
    private static final long serialVersionUID = 1;
    private static final long NONE = Long.MAX_VALUE;
    /// Longer limits count as none; it is far from overflow when it is added to a clock.
    static final long LONGEST = Long.MAX_VALUE / 4;

    Deadline() {
        super(NONE);
    }

    /// A duration as this class counts it.
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(LONGEST)) >= 0 ? LONGEST : duration.toNanos();
    }

    /// Begins a wait.
    ///
    /// @param now the clock
    /// @param limit how long from now, in nanoseconds
    void start(long now, long limit) {
        setRelease(limit >= LONGEST ? NONE : now + Math.max(limit, 1));
    }

    /// Ends the wait.
    void clear() {
        setRelease(NONE);
    }

    /// Whether the deadline has passed; answers true once, so that a wait is ended once.
    boolean takeIfPassed(long now) {
        long seen = get();
        return seen != NONE && seen - now <= 0 && compareAndSet(seen, NONE);
    }
}
