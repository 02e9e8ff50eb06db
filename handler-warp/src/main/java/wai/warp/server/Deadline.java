package wai.warp.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import wai.warp.settings.Timeouts.Kind;

/// When a connection's present wait must be over, and for what it waits: one number, set by the connection, looked at
/// by the sweeper when it visits. Its lowest bits are the kind of wait, at the price of some nanoseconds.
final class Deadline extends AtomicLong {
    private static final long serialVersionUID = 1;
    private static final long NONE = Long.MAX_VALUE;
    private static final Kind[] KINDS = Kind.values();
    private static final long KIND = 7;
    /// It has passed, and the connection has not noticed yet.
    private static final long TAKEN = Long.MAX_VALUE - 1;
    /// Longer limits count as none; it is far from overflow when it is added to a clock.
    static final long LONGEST = Long.MAX_VALUE / 4;

    private final transient Visit visit;

    /// @param visit in which it is looked at
    Deadline(Visit visit) {
        super(NONE);
        this.visit = visit;
    }

    /// A duration as this class counts it.
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(LONGEST)) >= 0 ? LONGEST : duration.toNanos();
    }

    /// The time that comes so long after another.
    static long after(long now, long limit) {
        return limit >= LONGEST ? NONE : now + Math.max(limit, 1);
    }

    /// Whether a time of [#after] has come.
    static boolean isPassed(long time, long now) {
        return time != NONE && time - now <= 0;
    }

    /// Begins a wait.
    ///
    /// @param now the clock
    /// @param limit how long from now, in nanoseconds
    /// @param kind what is waited for
    @SuppressWarnings("EnumOrdinal") // in memory only
    void start(long now, long limit, Kind kind) {
        if (limit >= LONGEST) {
            set(NONE);
            return;
        }
        long time = after(now, limit) & ~KIND;
        set(time | kind.ordinal()); // before the next visit is looked at: see Visit
        visit.by(time);
    }

    /// Ends the wait.
    ///
    /// @return whether the deadline has passed: then the transport is expired, or will be in a moment, even if what was
    ///     waited for came
    boolean clear() {
        return getAndSet(NONE) == TAKEN;
    }

    /// What was waited for when the deadline has passed; answers it once, so that a wait is ended once.
    ///
    /// @return null when it has not passed
    @Nullable
    Kind takeIfPassed(long now) {
        long seen = get();
        return seen < TAKEN && (seen & ~KIND) - now <= 0 && compareAndSet(seen, TAKEN)
                ? KINDS[(int) (seen & KIND)]
                : null;
    }

    /// When it passes.
    ///
    /// @return [Visit#NEVER] when nothing is waited for, or it has passed
    long time() {
        long seen = get();
        return seen < TAKEN ? seen & ~KIND : Visit.NEVER;
    }

    /// Whether the deadline has passed, and the connection has neither ended this wait nor begun another since.
    boolean isTaken() {
        return get() == TAKEN;
    }
}
