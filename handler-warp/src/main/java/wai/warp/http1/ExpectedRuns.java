package wai.warp.http1;

import org.jspecify.annotations.Nullable;

/// Which runs of field lines the last head of a connection had, as far as they were worth keeping: its next one most
/// probably has them too.
///
/// Their places in the table are kept, not the runs, so that a connection that waits holds on to nothing.
final class ExpectedRuns {
    private static final int MOST = 4;
    private static final int PLACE_SIZE = 16;
    private static final int PLACE = (1 << PLACE_SIZE) - 1;
    private static final int NONE = -1;

    private final FieldMemo memo;
    /// One above the place of each run, 16 bits each, the first one in the lowest; 0 for none.
    private long places;
    /// Which run comes next in the head that is being read.
    private int index;
    /// Where the run began that is being read line by line.
    private int begun = NONE;

    /// @param memo of the server
    ExpectedRuns(FieldMemo memo) {
        this.memo = memo;
    }

    /// The run that stands here again.
    ///
    /// @param from where a line begins
    /// @param to behind the last byte that is there
    /// @return null when it is another one, or not all of it is there, or a run is being read already
    @Nullable
    FieldRun find(byte[] array, int from, int to) {
        int place = (int) (places >>> (index * PLACE_SIZE)) & PLACE;
        if (begun != NONE || place == 0 || index == MOST) {
            return null;
        }
        var run = memo.runs().at(place - 1);
        return run != null && run.isBeginning(array, from, to) ? run : null;
    }

    /// The run that was found is taken: another one begins behind it.
    void taken() {
        index++;
    }

    /// A line was read.
    ///
    /// @param base where the head begins
    /// @param from where the line begins
    /// @param isKept whether the memo keeps it
    void line(byte[] array, int base, int from, boolean isKept) throws Http1Fault {
        if (!isKept) {
            endRun(array, base, from);
        } else if (begun == NONE) {
            begun = from - base;
        }
    }

    /// The head was read to its end.
    ///
    /// @param base where it begins
    /// @param to behind its last field line
    void end(byte[] array, int base, int to) throws Http1Fault {
        endRun(array, base, to);
        index = 0;
    }

    private void endRun(byte[] array, int base, int to) throws Http1Fault {
        if (begun == NONE) {
            return;
        }
        if (index < MOST) {
            int place = memo.runs().keep(array, base + begun, to, memo);
            int shift = index * PLACE_SIZE;
            places = (places & ~((long) PLACE << shift)) | ((long) (place + 1) << shift);
            index++;
        }
        begun = NONE;
    }
}
