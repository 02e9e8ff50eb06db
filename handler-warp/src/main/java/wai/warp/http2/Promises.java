package wai.warp.http2;

import org.jspecify.annotations.Nullable;

/// How much the peer lets us push, and what we have promised (RFC 9113 §8.4).
final class Promises {
    private final Http2Limits limits;
    /// The peer's SETTINGS_ENABLE_PUSH.
    private boolean wanted = true;
    /// The peer has sent GOAWAY: it would look at none (RFC 9113 §6.8).
    private boolean leaving;
    /// The peer's SETTINGS_MAX_CONCURRENT_STREAMS.
    private long most = Long.MAX_VALUE;

    private int last;
    private int inHand;
    /// How those that are closed ended; null before the first.
    private @Nullable ClosedStreams closed;

    Promises(Http2Limits limits) {
        this.limits = limits;
    }

    void want(boolean pushes) {
        wanted = pushes;
    }

    void peerLeaves() {
        leaving = true;
    }

    void allow(long streams) {
        most = streams;
    }

    /// Whether there is any use in promising.
    boolean areWanted() {
        return wanted && !leaving && limits.pushes() > 0;
    }

    /// Whether a stream may promise another response now.
    boolean isAllowed(Http2Stream by) {
        return areWanted()
                && by.promises < limits.pushes()
                && inHand < Math.min(most, limits.concurrentStreams())
                && last < Integer.MAX_VALUE - 1;
    }

    /// The next stream of ours.
    int next() {
        last += 2;
        return last;
    }

    /// What a stream of ours is in that is not open; null when that is forgotten.
    @Nullable
    StreamState state(int id) {
        return id > last || closed == null ? StreamState.IDLE : closed.get(id);
    }

    void closed(int id, StreamState how) {
        if (closed == null) {
            closed = new ClosedStreams();
        }
        closed.add(id, how);
    }

    int inHand() {
        return inHand;
    }

    void taken() {
        inHand++;
    }

    void released() {
        inHand--;
    }
}
