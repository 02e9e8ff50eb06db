package wai.transport;

/// What the drivers of a loop take, and so how long the next one would wait behind others. By whose turn it is; for
/// anybody else it is an estimate that may be a little old.
final class Backlog {
    /// What one of them counts for in the average: the last few dozen tell.
    private static final int SHARE = 8;

    private long average;
    private int driven;

    /// One more was driven in the present round.
    void driven() {
        driven++;
    }

    /// The round is over.
    ///
    /// @param nanos what it took
    void roundEnded(long nanos) {
        if (driven > 0) {
            average += (nanos / driven - average) / SHARE;
            driven = 0;
        }
    }

    /// How many can wait so that the last of them begins within a time.
    ///
    /// @param nanos the time
    /// @return 0 as long as nothing is known
    long within(long nanos) {
        long each = average;
        return each <= 0 ? 0 : nanos / each;
    }
}
