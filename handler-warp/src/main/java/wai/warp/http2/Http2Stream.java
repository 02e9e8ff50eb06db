package wai.warp.http2;

import org.jspecify.annotations.Nullable;
import wai.Headers;

/// One stream, as the engine knows it; for the driver a handle.
public final class Http2Stream {
    private static final byte[] NOTHING = {};

    private final int id;
    StreamState state = StreamState.OPEN;
    Priority priority = Priority.UNSAID;
    private @Nullable Object owner;
    /// Whether the driver has it in hand; it counts as concurrent until it is released.
    boolean inHand;

    // ------------------------------------------------------------------------------------------ what comes

    /// How many bytes the peer may send.
    int receiveWindow;
    /// What the window is when nothing is unread.
    int fullWindow;
    /// What was read since the peer was told.
    int credit;
    /// What was received and not read.
    int unread;
    /// What Content-Length said, or [Http2Event.Head#UNKNOWN].
    long declaredLength = Http2Event.Head.UNKNOWN;
    /// How many bytes of the body came.
    long received;
    /// The body is too long: the rest is thrown away.
    boolean excessive;

    // ------------------------------------------------------------------------------------------ what goes

    /// How many bytes we may send.
    long sendWindow;
    boolean headSent;
    /// What waits to be sent: the caller's own array.
    byte[] pending = NOTHING;

    int pendingOffset;
    int pendingCount;
    /// Whether the body ends behind what waits, and with which trailers.
    @Nullable
    Headers endsWith;
    /// Whether it is in the queue of those that have something to send.
    boolean queued;
    /// How many responses were promised on it.
    int promises;

    Http2Stream(int id, int receiveWindow, long sendWindow) {
        this.id = id;
        this.receiveWindow = receiveWindow;
        this.fullWindow = receiveWindow;
        this.sendWindow = sendWindow;
    }

    /// Its identifier.
    ///
    /// @return an odd number; an even one when we have promised it
    public int id() {
        return id;
    }

    /// Whether its response is one that the peer did not ask for.
    ///
    /// @return true for a stream of ours
    public boolean isPromised() {
        return isPromised(id);
    }

    static boolean isPromised(int id) {
        return (id & 1) == 0;
    }

    /// What the driver attached to it.
    ///
    /// @return the object; null when there is none
    public @Nullable Object owner() {
        return owner;
    }

    /// Attaches something of the driver's to it.
    ///
    /// @param newOwner any object
    public void belongsTo(Object newOwner) {
        owner = newOwner;
    }

    /// Whether anything can still be sent on it.
    ///
    /// @return false when we have ended it, or either side has reset it
    public boolean isSendable() {
        return state.isSendable();
    }

    /// Whether the peer may still send on it.
    ///
    /// @return false when it has ended its direction, or either side has reset the stream
    public boolean isReceiving() {
        return state.isReceiving();
    }

    /// Whether it was reset, by either side.
    ///
    /// @return false while it is open, and when it has ended by itself
    public boolean isReset() {
        return state == StreamState.RESET_LOCAL || state == StreamState.RESET_REMOTE;
    }

    /// Whether bytes of its body came.
    ///
    /// @return true from the first byte on
    public boolean hasReceived() {
        return received > 0;
    }

    /// Whether the final response was begun.
    ///
    /// @return true behind its head
    public boolean isResponseBegun() {
        return headSent;
    }

    /// Whether everything that was offered has been taken.
    ///
    /// @return false while bytes, or the end, wait for a window or for their turn
    public boolean isTaken() {
        return pendingCount == 0 && endsWith == null;
    }

    void dropPending() {
        pending = NOTHING;
        pendingCount = 0;
        endsWith = null;
    }

    @Override
    public String toString() {
        return "stream " + id + " " + state;
    }
}
