package wai.warp.observe;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import wai.warp.settings.Failure;
import wai.warp.settings.Http2;
import wai.warp.settings.Timeouts;

/// What a server has done: the sum of the connections that have ended, and what is counted as it happens because it is
/// rare.
///
/// The sum is guarded by the lock of whoever knows which connections are open, so that none is counted twice or left
/// out while it ends, and no count ever goes down: whoever computes rates would take that for a restart.
public final class Totals {
    private final long[] ended = new long[Count.values().length];
    private long connectionsEnded;
    private final LongAdder refused = new LongAdder();
    private final Map<Timeouts.Kind, LongAdder> timeouts = adders(Timeouts.Kind.class);
    private final Map<Failure.Phase, LongAdder> failures = adders(Failure.Phase.class);
    private final Map<Http2.Limit, LongAdder> exceeded = adders(Http2.Limit.class);

    /// Totals of nothing.
    public Totals() {}

    private static <K extends Enum<K>> Map<K, LongAdder> adders(Class<K> kinds) {
        var adders = new EnumMap<K, LongAdder>(kinds);
        for (var kind : kinds.getEnumConstants()) {
            adders.put(kind, new LongAdder());
        }
        return adders;
    }

    private static <K> void increment(Map<K, LongAdder> adders, K kind) {
        requireNonNull(adders.get(kind)).increment();
    }

    /// A connection was refused because there were too many.
    public void refused() {
        refused.increment();
    }

    /// A deadline fired.
    ///
    /// @param kind of what
    public void timedOut(Timeouts.Kind kind) {
        increment(timeouts, kind);
    }

    /// Something failed.
    ///
    /// @param phase where
    public void failed(Failure.Phase phase) {
        increment(failures, phase);
    }

    /// A client went past a limit of HTTP/2.
    ///
    /// @param limit which
    public void exceeded(Http2.Limit limit) {
        increment(exceeded, limit);
    }

    /// A connection has ended. Under the lock.
    ///
    /// @param tally what it did; it counts no more
    public void add(Tally tally) {
        connectionsEnded++;
        tally.addTo(ended);
    }

    /// Begins a snapshot with what has ended. Under the lock, until every open connection was added to it.
    ///
    /// @return the snapshot
    public Snapshot snapshot() {
        return new Snapshot(this);
    }

    /// What is known at one moment.
    public static final class Snapshot {
        private final long[] sums;
        private final Map<Timeouts.Kind, Long> timeouts;
        private final Map<Failure.Phase, Long> failures;
        private final Map<Http2.Limit, Long> exceeded;
        private final long refused;
        private long accepted;
        private long open;
        private long raw;
        private long inFlight;

        private Snapshot(Totals totals) {
            sums = totals.ended.clone();
            accepted = totals.connectionsEnded;
            refused = totals.refused.sum();
            timeouts = sums(totals.timeouts);
            failures = sums(totals.failures);
            exceeded = sums(totals.exceeded);
        }

        private static <K> Map<K, Long> sums(Map<K, LongAdder> adders) {
            return adders.entrySet().stream().collect(toUnmodifiableMap(Map.Entry::getKey, adder -> adder.getValue()
                    .sum()));
        }

        /// Adds a connection that is open.
        ///
        /// @param tally what it did so far
        /// @param isRaw whether an application owns it
        /// @param requests how many it has in hand
        public void add(Tally tally, boolean isRaw, int requests) {
            accepted++;
            open++;
            inFlight += requests;
            if (isRaw) {
                raw++;
            }
            tally.addTo(sums);
        }

        /// A count of all connections, ended and open.
        ///
        /// @param count which
        /// @return how many
        @SuppressWarnings("EnumOrdinal") // as in Tally
        public long get(Count count) {
            return sums[count.ordinal()];
        }

        /// How many deadlines fired.
        ///
        /// @param kind of what
        /// @return a number
        public long timeouts(Timeouts.Kind kind) {
            return requireNonNull(timeouts.get(kind));
        }

        /// How much failed.
        ///
        /// @param phase where
        /// @return a number
        public long failures(Failure.Phase phase) {
            return requireNonNull(failures.get(phase));
        }

        /// How often clients went past a limit of HTTP/2.
        ///
        /// @param limit which
        /// @return a number
        public long exceeded(Http2.Limit limit) {
            return requireNonNull(exceeded.get(limit));
        }

        /// How many connections were let in.
        ///
        /// @return a number
        public long accepted() {
            return accepted;
        }

        /// How many connections were refused because there were too many.
        ///
        /// @return a number
        public long refused() {
            return refused;
        }

        /// How many connections are open.
        ///
        /// @return a number
        public long open() {
            return open;
        }

        /// How many of them are raw.
        ///
        /// @return a number
        public long raw() {
            return raw;
        }

        /// How many requests have begun and not ended, without those of raw connections.
        ///
        /// @return a number
        public long inFlight() {
            return inFlight;
        }
    }
}
