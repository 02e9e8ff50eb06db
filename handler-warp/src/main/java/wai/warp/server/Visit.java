package wai.warp.server;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The next visit of the sweeper to one connection: the time for which it is planned, if it is.
///
/// The time is only made earlier, by [#by], until the visit begins; that forgets it first and looks at the deadlines
/// afterwards, while who sets a deadline sets it first and looks at the time afterwards. So one of the two sees the
/// other, and no deadline is missed.
final class Visit extends AtomicLong {
    private static final long serialVersionUID = 1;

    /// No time at all.
    static final long NEVER = Long.MAX_VALUE;

    /// Where in the wheel this is; -1 for nowhere. The wheel's own, as the next two.
    int slot = -1;

    transient @Nullable Visit previous;
    transient @Nullable Visit next;
    private final transient DeadlineWheel wheel;
    private transient volatile @Nullable Host host;

    /// A visit that is not planned.
    ///
    /// @param host who is visited
    Visit(DeadlineWheel wheel, Host host) {
        super(NEVER);
        this.wheel = wheel;
        this.host = host;
    }

    /// Has the visit made at a time, or earlier. From any thread, behind the change that the visit is to see.
    void by(long time) {
        if (isAfter(get(), time) && plan(time)) {
            wheel.ask(this);
        }
    }

    /// There will be no further visits; nothing is held until the time that was planned.
    void end() {
        host = null;
    }

    // ------------------------------------------------------------------------------------------ for the wheel

    /// Plans the visit for a time, unless it is planned for an earlier one.
    ///
    /// @return whether it was; then it is to be put into its slot
    boolean plan(long time) {
        long seen = get();
        while (isAfter(seen, time)) {
            if (compareAndSet(seen, time)) {
                return true;
            }
            seen = get();
        }
        return false;
    }

    boolean isOver() {
        return host == null;
    }

    boolean isPlanned() {
        return get() != NEVER && !isOver();
    }

    boolean isDue(long now) {
        return !isAfter(get(), now);
    }

    /// The visit begins: a deadline that is set from now on asks for another.
    void begin() {
        set(NEVER);
    }

    /// Visits.
    ///
    /// @return when to come again, at the latest
    long look(long now) {
        var visited = host;
        return visited == null ? NEVER : visited.visited(now);
    }

    /// The earlier one of two times, each of which may be [#NEVER].
    static long earlier(long time, long other) {
        return isAfter(time, other) ? other : time;
    }

    /// Whether one time is later than another, on a clock that may run over.
    private static boolean isAfter(long time, long other) {
        return other != NEVER && (time == NEVER || time - other > 0);
    }

    /// Whoever has deadlines.
    @FunctionalInterface
    interface Host {
        /// Does what is due.
        ///
        /// @return when to come again, at the latest; [#NEVER] when nothing is waited for
        long visited(long now);
    }
}
