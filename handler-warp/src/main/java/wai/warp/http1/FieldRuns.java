package wai.warp.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import wai.Headers;

/// Runs of field lines that were read before: the lines between those that differ or are secrets, as `Cookie`. A client
/// sends the same ones in the same order with most of its requests, so that comparing them at once saves looking for
/// each line, its end and its field.
///
/// One table for all connections of a server, beside that of the lines ([FieldMemo]), which decides what may be kept.
/// A run is kept when it was read twice and no other came to its place in between; so runs that differ each time, as
/// with many different clients, cost no copies. As there, entries are immutable and placed by plain writes.
final class FieldRuns {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PLACE_BITS = 8;
    /// In bytes; with the number of places it bounds the table to some 300 KB.
    private static final int LONGEST = 1024;

    private final @Nullable FieldRun[] runs = new @Nullable FieldRun[1 << PLACE_BITS];
    /// What was read at each place last and is not there.
    private final int[] seen = new int[1 << PLACE_BITS];

    /// What is kept at a place.
    @Nullable
    FieldRun at(int place) {
        return runs[place];
    }

    /// Keeps a run, perhaps.
    ///
    /// @param array holds lines with their ends, each of which the memo keeps
    /// @param memo knows them
    /// @return the place where it is looked for; negative when it is none to be kept
    int keep(byte[] array, int from, int to, FieldMemo memo) throws Http1Fault {
        if (to - from < Long.BYTES || to - from > LONGEST) {
            return -1;
        }
        int hash = hash(array, from, to);
        int place = hash >>> (Integer.SIZE - PLACE_BITS);
        var known = runs[place];
        if (known == null || !known.isAt(array, from, to)) {
            if (seen[place] == hash) {
                runs[place] = new FieldRun(Arrays.copyOfRange(array, from, to), fields(array, from, to, memo));
            }
            seen[place] = hash;
        }
        return place;
    }

    private static Headers fields(byte[] array, int from, int to, FieldMemo memo) throws Http1Fault {
        var fields = Headers.builder();
        for (int at = from, end; at < to; at = end + 2) {
            end = Octets.endOfText(array, at, to);
            FieldLine.parse(array, at, end, fields, memo, Http1Fault.Kind.BAD_FIELD);
        }
        return fields.build();
    }

    private static int hash(byte[] array, int from, int to) {
        int last = to - Long.BYTES;
        long mixed = (long) to - from;
        for (int at = from; at < last; at += Long.BYTES) {
            mixed = (mixed ^ (long) WORDS.get(array, at)) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 29;
        }
        mixed = (mixed ^ (long) WORDS.get(array, last)) * 0xC2B2AE3D27D4EB4FL;
        return (int) (mixed >>> Integer.SIZE);
    }
}
