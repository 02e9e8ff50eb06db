package wai.warp.http2;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import wai.warp.http2.frame.FrameWriter;

/// The streams of a connection: those that are open, those that are in hand, and how the last ones ended; and the
/// windows that they give to the peer.
///
/// The window of a stream bounds what is held of it, so that one whose body nobody reads holds up no other. It begins
/// with an equal share of what the connection may hold. A stream whose body is read gets a wider one from what is left
/// beyond those shares, as long as there is any.
///
/// Before the peer has our SETTINGS each of its streams has the standard window (RFC 9113 §6.9.3): what it sends then
/// is bounded by the window of the connection alone.
final class StreamTable {
    private final Http2Limits limits;
    private final Sender sender;
    private final Map<Integer, Http2Stream> open = new HashMap<>();
    private final ClosedStreams closed = new ClosedStreams();
    private final Promises promises;
    /// Priorities of requests that are still to come; null when there were none.
    private @Nullable NavigableMap<Integer, Priority> early;
    private int last;
    private int inHand;
    private boolean stopping;
    /// What the peer may send on the connection.
    private int window;
    /// What was given back since the peer was told.
    private int credit;
    /// What a stream of the peer may bring before the peer is told of more.
    private int firstWindow = Http2Limits.STANDARD_WINDOW;
    /// What windows may be widened by.
    private long spare;
    /// The peer is to be told of windows as soon as it has taken what waits for it.
    private boolean late;

    StreamTable(Http2Limits limits, Sender sender) {
        this.limits = limits;
        this.sender = sender;
        this.promises = new Promises(limits);
        this.window = limits.bufferedBytes();
        this.spare = limits.bufferedBytes() - (long) limits.concurrentStreams() * limits.firstWindow();
    }

    /// The last stream that the peer opened.
    int last() {
        return last;
    }

    /// How many streams are in hand, of the peer and of ours.
    int inHand() {
        return inHand + promises.inHand();
    }

    Promises promises() {
        return promises;
    }

    /// Whether no further streams are taken.
    boolean isStopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
    }

    boolean isFull() {
        return inHand >= limits.concurrentStreams();
    }

    Collection<Http2Stream> open() {
        return open.values();
    }

    /// An open stream; null when it is not open.
    @Nullable
    Http2Stream find(int id) {
        return open.get(id);
    }

    /// A stream that is open, as its state has shown.
    Http2Stream known(int id) {
        var stream = find(id);
        if (stream == null) {
            throw new IllegalStateException("stream " + id + " is not open");
        }
        return stream;
    }

    /// What a stream is in; null when that is forgotten, or the stream was passed over.
    @Nullable
    StreamState state(int id) {
        var stream = open.get(id);
        if (stream != null) {
            return stream.state;
        }
        if (Http2Stream.isPromised(id)) {
            return promises.state(id);
        }
        return id > last ? StreamState.IDLE : closed.get(id);
    }

    /// Opens a stream of the peer, and with it passes over all lower ones.
    Http2Stream open(int id) {
        last = id;
        var stream = new Http2Stream(id, limits.firstWindow(), sender.firstWindow());
        stream.receiveWindow = firstWindow;
        open.put(id, stream);
        return stream;
    }

    /// The peer has our SETTINGS, which change the windows of its streams (RFC 9113 §6.9.2).
    void settingsTaken() {
        int change = limits.firstWindow() - firstWindow;
        firstWindow = limits.firstWindow();
        for (var stream : open.values()) {
            stream.receiveWindow += change;
        }
    }

    /// Keeps the priority of a request that is still to come (RFC 9218 §7).
    ///
    /// @return false when there are too many of them, together with the streams that are open
    boolean prioritizeEarly(int id, Priority priority) {
        var map = early;
        if (map == null) {
            early = map = new TreeMap<>();
        }
        map.put(id, priority);
        return map.size() + open.size() <= limits.concurrentStreams();
    }

    /// Takes the priority that came ahead of a request, whose stream was opened, and forgets those of passed-over ones.
    @Nullable
    Priority takeEarly(int id) {
        if (early == null) {
            return null;
        }
        var upTo = early.headMap(id, true);
        var priority = upTo.get(id);
        upTo.clear();
        return priority;
    }

    /// Reserves a stream of ours, which is in hand.
    Http2Stream reserve() {
        var stream = new Http2Stream(promises.next(), limits.firstWindow(), sender.firstWindow());
        stream.state = StreamState.RESERVED;
        open.put(stream.id(), stream);
        takeInHand(stream);
        return stream;
    }

    void takeInHand(Http2Stream stream) {
        stream.inHand = true;
        if (stream.isPromised()) {
            promises.taken();
        } else {
            inHand++;
        }
    }

    /// Remembers a stream that has ended by itself.
    void settle(Http2Stream stream) {
        if (stream.state == StreamState.ENDED) {
            close(stream, StreamState.ENDED);
        }
    }

    void close(Http2Stream stream, StreamState how) {
        stream.state = how;
        if (open.remove(stream.id(), stream)) {
            if (stream.isPromised()) {
                promises.closed(stream.id(), how);
            } else {
                closed.add(stream.id(), how);
            }
            sender.forget(stream);
        }
    }

    void release(Http2Stream stream) {
        if (stream.inHand) {
            stream.inHand = false;
            if (stream.isPromised()) {
                promises.released();
            } else {
                inHand--;
            }
        }
        spare += stream.fullWindow - limits.firstWindow();
        stream.fullWindow = limits.firstWindow();
        giveBack(stream.unread);
        stream.unread = 0;
        stream.excessive = true;
    }

    /// Whether a stream that nobody reads should be reset: its client sends more than its window lets it, or there are
    /// many such streams.
    boolean isTooMuchLeft(Http2Stream stream) {
        return stream.declaredLength - stream.received > stream.receiveWindow
                || stream.receiveWindow < limits.firstWindow() / 2
                || open.size() > limits.concurrentStreams();
    }

    // ------------------------------------------------------------------------------------------ windows

    /// Takes of the window of the connection.
    ///
    /// @return false when it has not so much
    boolean take(int size) {
        window -= size;
        boolean possible = window >= 0;
        tellCredit();
        return possible;
    }

    /// Gives back to the connection what was taken of its window.
    void giveBack(int size) {
        credit += size;
        tellCredit();
    }

    /// Tells the peer when it has half of its window back, or the other half is used up.
    private void tellCredit() {
        if (credit > 0 && (credit >= limits.bufferedBytes() / 2 || credit >= window) && mayTell()) {
            FrameWriter.windowUpdate(0, credit, sender.out());
            window += credit;
            credit = 0;
        }
    }

    /// Whether the output has room: a peer that does not read is not told of windows, of which it makes us send many
    /// by small frames.
    private boolean mayTell() {
        late |= !sender.hasRoom();
        return sender.hasRoom();
    }

    /// Tells the peer what could not be told before.
    void tellLate() {
        if (late && sender.hasRoom()) {
            late = false;
            tellCredit();
            open.values().forEach(this::tellCredit);
        }
    }

    /// Bytes of a stream were read.
    void consumed(Http2Stream stream, int count) {
        stream.unread -= count;
        refund(stream, count);
    }

    /// Gives back to a stream and to the connection.
    void refund(Http2Stream stream, int size) {
        giveBack(size);
        stream.credit += size;
        tellCredit(stream);
    }

    private void tellCredit(Http2Stream stream) {
        if (stream.credit > 0
                && stream.credit >= stream.fullWindow / 2
                && stream.isReceiving()
                && !stream.excessive
                && mayTell()) {
            stream.credit += widening(stream);
            FrameWriter.windowUpdate(stream.id(), stream.credit, sender.out());
            stream.receiveWindow += stream.credit;
            stream.credit = 0;
        }
    }

    /// Doubles the window of a stream that uses it, if there is something left for that.
    private int widening(Http2Stream stream) {
        int more = (int) Math.min(Math.min(stream.fullWindow, spare), limits.streamWindow() - stream.fullWindow);
        if (more <= 0 || !stream.inHand) {
            return 0;
        }
        spare -= more;
        stream.fullWindow += more;
        return more;
    }
}
