package wai.warp.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;

/// Field lines that were read before: clients send the same `User-Agent`, `Accept` and `Host` with every request, and
/// comparing a line is much cheaper than checking it and making its text again.
///
/// One table for all connections of a server, with one place for each line: a newer line takes the place of an older
/// one. Only fields that repeat and are no secrets are kept. Entries are immutable and placed by plain writes: a thread
/// sees a whole entry or none, and which of two racing ones stays does not matter.
public final class FieldMemo {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int SLOT_BITS = 9;
    /// In bytes; with the number of places it bounds the table to some 300 KB.
    private static final int LONGEST_LINE = 256;

    private static final Set<HeaderName> REPEATED = Set.of(
            HeaderName.ACCEPT,
            HeaderName.ACCEPT_ENCODING,
            HeaderName.ACCEPT_LANGUAGE,
            HeaderName.CACHE_CONTROL,
            HeaderName.CONNECTION,
            HeaderName.CONTENT_TYPE,
            HeaderName.HOST,
            HeaderName.ORIGIN,
            HeaderName.PRAGMA,
            HeaderName.PRIORITY,
            HeaderName.SEC_FETCH_DEST,
            HeaderName.SEC_FETCH_MODE,
            HeaderName.SEC_FETCH_SITE,
            HeaderName.SEC_FETCH_USER,
            HeaderName.TE,
            HeaderName.UPGRADE_INSECURE_REQUESTS,
            HeaderName.USER_AGENT,
            HeaderName.VIA,
            HeaderName.X_FORWARDED_HOST,
            HeaderName.X_FORWARDED_PROTO);

    private final @Nullable Entry[] entries = new Entry[1 << SLOT_BITS];
    private final FieldRuns runs = new FieldRuns();
    /// The last host that was found to be one; compared by identity, as the text of a known line is always the same.
    private @Nullable String soundHost;

    /// A memo of nothing.
    public FieldMemo() {}

    /// The field of a line that was kept.
    ///
    /// @return the one field; null when the line is not known
    @Nullable
    Headers find(byte[] array, int from, int to) {
        if (!isKeepable(from, to)) {
            return null;
        }
        var entry = entries[slot(array, from, to)];
        return entry != null && Arrays.equals(entry.line, 0, entry.line.length, array, from, to) ? entry.field : null;
    }

    /// Whether a line with that name is worth keeping.
    static boolean keeps(HeaderName name, int from, int to) {
        return isKeepable(from, to) && REPEATED.contains(name);
    }

    /// Keeps a line that was found to be right, and that [#keeps] is true for.
    ///
    /// @param field what it says
    void keep(byte[] array, int from, int to, Headers field) {
        entries[slot(array, from, to)] = new Entry(Arrays.copyOfRange(array, from, to), field);
    }

    /// Runs of such lines.
    FieldRuns runs() {
        return runs;
    }

    /// Whether the text is a host that is not empty, with or without a port.
    @SuppressWarnings("ReferenceEquality") // another text is looked at
    boolean isHost(String text) {
        if (text == soundHost) {
            return true;
        }
        boolean isSound = Authority.isHost(text);
        if (isSound) {
            soundHost = text;
        }
        return isSound;
    }

    private static boolean isKeepable(int from, int to) {
        return to - from >= Long.BYTES && to - from <= LONGEST_LINE;
    }

    private static int slot(byte[] array, int from, int to) {
        long first = (long) WORDS.get(array, from);
        long last = (long) WORDS.get(array, to - Long.BYTES);
        long mixed = (first * 0x9E3779B97F4A7C15L + last) * 0xC2B2AE3D27D4EB4FL + (to - from) * 0x165667B19E3779F9L;
        return (int) (mixed >>> (Long.SIZE - SLOT_BITS));
    }

    /// A line without its end, and its field.
    private static final class Entry {
        final byte[] line;
        final Headers field;

        Entry(byte[] line, Headers field) {
            this.line = line;
            this.field = field;
        }
    }
}
