package wai.warp.http2;

import org.jspecify.annotations.Nullable;

/// How the streams ended that ended last: what still comes for them is judged by it.
///
/// Of a fixed size; older ones are forgotten.
final class ClosedStreams {
    private static final int REMEMBERED = 256; // a power of two
    private static final StreamState[] STATES = StreamState.values();

    private final int[] ids = new int[REMEMBERED];
    private final byte[] states = new byte[REMEMBERED];

    /// Remembers how a stream ended.
    @SuppressWarnings("EnumOrdinal") // in memory only
    void add(int id, StreamState state) {
        int slot = id >>> 1 & (REMEMBERED - 1);
        ids[slot] = id;
        states[slot] = (byte) state.ordinal();
    }

    /// How a stream ended; null when it is forgotten, or was never opened.
    @Nullable
    StreamState get(int id) {
        int slot = id >>> 1 & (REMEMBERED - 1);
        return ids[slot] == id ? STATES[states[slot]] : null;
    }
}
