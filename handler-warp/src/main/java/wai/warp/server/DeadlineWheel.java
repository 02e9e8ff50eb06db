package wai.warp.server;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Visits connections when a deadline of theirs may be due, and only then: a hashed timing wheel.
///
/// Deadlines are set with every request and hardly ever reached. So setting one is a store and a look at when the
/// connection is visited next ([Visit]); only when that is too late does the connection ask for an earlier visit, by a
/// queue. A visit that finds a later deadline is planned anew for that. What it comes to: an idle connection is looked
/// at about once in its time-out, however many there are.
///
/// ```text
///   deadline set ──visited before it──▶ nothing
///        │ later
///        ▼
///      asked ──next tick──▶ slot of the planned time ──its tick──▶ visit ──no deadline──▶ nowhere
///                                     ▲                              │ a later deadline
///                                     └──────────────────────────────┘
/// ```
///
/// All but [#ask] belongs to the sweeper.
final class DeadlineWheel {
    /// How often the sweeper looks what is due, which is the precision of all deadlines; the width of a slot, too.
    static final long TICK_NANOS = 100_000_000;
    /// One turn takes 102 seconds, longer than any default time-out; what is planned for later turns is passed over.
    private static final int SLOTS = 1024;

    private final Ticker ticker;
    private final Queue<Visit> asked = new ConcurrentLinkedQueue<>();
    private final @Nullable Visit[] slots = new @Nullable Visit[SLOTS];
    private final long origin;
    /// The last tick that was swept; what is planned for its rest is still there.
    private long swept;

    DeadlineWheel(Ticker ticker) {
        this.ticker = ticker;
        this.origin = ticker.nanos();
    }

    /// Has a visit put where its time says. From any thread.
    void ask(Visit visit) {
        asked.add(visit);
        ticker.nanos(); // afterwards: wakes the sweeper, if it rests
    }

    /// Makes all visits that are due.
    void sweep(long now) {
        placeAsked();
        long last = tick(now);
        for (long tick = Math.max(swept, last - SLOTS + 1); tick <= last; tick++) {
            visitDue(slot(tick), now);
        }
        swept = last; // at the end: what failed in between is visited by the next sweep
    }

    /// How long there is nothing to visit, unless somebody asks: to a tick, and for no longer than a turn.
    long quietNanos(long now) {
        for (long tick = swept; tick < swept + SLOTS; tick++) {
            if (slots[slot(tick)] != null) {
                return Math.max(TICK_NANOS, origin + tick * TICK_NANOS - now);
            }
        }
        return SLOTS * TICK_NANOS;
    }

    private void placeAsked() {
        for (Visit visit; (visit = asked.poll()) != null; ) {
            unlink(visit);
            place(visit);
        }
    }

    private void visitDue(int slot, long now) {
        for (Visit visit = slots[slot], next; visit != null; visit = next) {
            next = visit.next;
            if (visit.isOver()) {
                unlink(visit);
            } else if (visit.isDue(now)) {
                unlink(visit);
                make(visit, now);
            }
        }
    }

    private void make(Visit visit, long now) {
        visit.begin();
        long next = now + TICK_NANOS; // what fails is tried again
        try {
            next = visit.look(now);
        } finally {
            if (visit.plan(next)) {
                place(visit);
            }
        }
    }

    private void place(Visit visit) {
        if (!visit.isPlanned()) {
            return;
        }
        int slot = slot(Math.max(swept, tick(visit.get())));
        var first = slots[slot];
        visit.slot = slot;
        visit.next = first;
        if (first != null) {
            first.previous = visit;
        }
        slots[slot] = visit;
    }

    private void unlink(Visit visit) {
        if (visit.slot < 0) {
            return;
        }
        var before = visit.previous;
        var after = visit.next;
        if (before == null) {
            slots[visit.slot] = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        visit.slot = -1;
        visit.previous = null;
        visit.next = null;
    }

    private long tick(long time) {
        return Math.floorDiv(time - origin, TICK_NANOS);
    }

    private static int slot(long tick) {
        return (int) (tick & (SLOTS - 1));
    }
}
