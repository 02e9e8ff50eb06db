package wai.transport;

/// When a loop offers its processor to others before it sleeps.
///
/// Where clients or a web server run on the same machine, who waits for the processor is most often one of them, about
/// to send the next requests. Behind it there is a whole batch to be read, and neither side has put the other to sleep
/// and woken it. When nobody waits, an offer takes less than a microsecond.
///
/// Somebody who computes takes a whole time slice, though, while requests wait; who would send some is back long before
/// that. So offers that take long are counted against those that do not, and when they prevail, none is made for a
/// while. Then one is tried.
///
/// Of one loop, by whose turn it is. Times are nanoseconds, from anywhere.
final class YieldPolicy {
    /// What takes longer was somebody's time slice: the kernel gives 3 ms or more at usual settings. 25 requests of a
    /// load generator take a tenth to half a millisecond.
    static final long LONG_NANOS = 1_500_000;
    /// How long none is made then.
    static final long REST_NANOS = 200_000_000;
    /// How many short ones make up for a long one.
    static final int SHORT_PER_LONG = 8;
    /// At how many long ones, with no short one in between, none is made any more.
    static final int MOST_LONG = 4;

    private static final int MOST_WEIGHT = MOST_LONG * SHORT_PER_LONG;

    /// What the long ones weigh that no short ones have made up for.
    private int weight;
    /// Until when none is made, while the weight is at its most.
    private long restEnd;

    /// Whether one is to be made.
    boolean isDue(long now) {
        return weight < MOST_WEIGHT || now - restEnd >= 0;
    }

    /// One was made.
    void made(long begin, long end) {
        if (end - begin <= LONG_NANOS) {
            weight = Math.max(weight - 1, 0);
        } else {
            weight = Math.min(weight + SHORT_PER_LONG, MOST_WEIGHT);
            restEnd = end + REST_NANOS;
        }
    }
}
