package wai.warp.server;

/// How long a body may keep us waiting: each wait up to a limit, and all waits together up to a grace and what the
/// bytes moved so far earn at the minimum rate. Time in which the application works does not count.
final class Pace {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Terms terms;
    private long waited;
    private long moved;

    Pace(Terms terms) {
        this.terms = terms;
    }

    /// What all connections of a server are held to.
    ///
    /// @param limit of one wait, and the grace, in nanoseconds
    /// @param minimumRate in bytes per second; 0 for none
    record Terms(long limit, long minimumRate) {}

    /// Forgets the past: another body begins.
    void restart() {
        waited = 0;
        moved = 0;
    }

    /// How long the next wait may take, in nanoseconds, at least 0.
    long allowance() {
        long limit = terms.limit;
        if (terms.minimumRate == 0) {
            return limit;
        }
        long seconds = moved / terms.minimumRate;
        if (seconds >= (Long.MAX_VALUE - limit) / NANOS_PER_SECOND) {
            return limit; // earned is more than a long holds
        }
        return Math.clamp(limit + seconds * NANOS_PER_SECOND - waited, 0, limit);
    }

    /// Counts a wait.
    void count(long nanos, long bytes) {
        waited += nanos;
        moved += bytes;
    }
}
