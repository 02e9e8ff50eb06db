package wai.warp.observe;

import java.util.concurrent.atomic.AtomicLongArray;

/// What one connection has done.
///
/// Counting is on the way of every request, and many connections count at the same time. So each has a tally of its
/// own, in which every count has one writer at a time: the reading side counts what came, the holder of the writing
/// turn what went, the connection its requests. Such a writer needs no atomic addition: it reads plainly, adds, and
/// stores with opaque access, which costs as much as a plain store and still is seen by others soon and never torn.
/// Nothing is shared with other connections until the connection ends ([Totals#add]).
///
/// Threads of a raw application that write at the same time, which the bytes on the wire would not survive either, may
/// lose each other's counts.
@SuppressWarnings("EnumOrdinal") // the index of a count, in memory only
public final class Tally {
    private static final Count[] COUNTS = Count.values();

    private final AtomicLongArray counts = new AtomicLongArray(COUNTS.length);

    /// A tally of nothing.
    public Tally() {}

    /// Counts one. By the one writer of this count.
    ///
    /// @param count what
    public void add(Count count) {
        add(count, 1);
    }

    /// Counts several. By the one writer of this count.
    ///
    /// @param count what
    /// @param number how many
    public void add(Count count, long number) {
        int at = count.ordinal();
        counts.setOpaque(at, counts.getPlain(at) + number);
    }

    /// What was counted so far. By any thread.
    ///
    /// @param count what
    /// @return how many
    public long get(Count count) {
        return counts.getOpaque(count.ordinal());
    }

    /// Adds everything to sums, by ordinal.
    void addTo(long[] sums) {
        for (int at = 0; at < sums.length; at++) {
            sums[at] += counts.getOpaque(at);
        }
    }
}
