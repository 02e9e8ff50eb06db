package wai.cgi.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// When a wait of a connection must be over: set by the thread that waits, looked at by the sweeper.
final class Deadline {
    private static final long NONE = Long.MAX_VALUE;
    /// It has passed, and the thread that waits has not noticed yet.
    private static final long TAKEN = Long.MAX_VALUE - 1;
    /// Longer limits count as none; it is far from overflow when it is added to a clock.
    private static final long LONGEST = Long.MAX_VALUE / 4;

    private final AtomicLong at = new AtomicLong(NONE);

    /// A duration in nanoseconds, at most [#LONGEST].
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(LONGEST)) >= 0 ? LONGEST : duration.toNanos();
    }

    /// Begins a wait.
    void start(long now, Duration limit) {
        long nanos = nanos(limit);
        at.set(nanos >= LONGEST ? NONE : now + nanos);
    }

    /// Ends the wait.
    ///
    /// @return whether its time had passed
    boolean clear() {
        return at.getAndSet(NONE) == TAKEN;
    }

    /// Whether its time has passed and the thread that waits has not noticed yet.
    boolean isTaken() {
        return at.get() == TAKEN;
    }

    /// Whether the time has passed; true once, so that a wait is ended once.
    boolean takeIfPassed(long now) {
        long seen = at.get();
        return seen < TAKEN && seen - now <= 0 && at.compareAndSet(seen, TAKEN);
    }
}
