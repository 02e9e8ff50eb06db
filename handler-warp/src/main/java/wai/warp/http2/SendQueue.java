package wai.warp.http2;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The streams that have something to send and a window for it, the most urgent first (RFC 9218 §10).
///
/// Of one urgency, streams whose responses are of use piece by piece take turns, a frame each. Those whose responses
/// are not are sent one after the other, in the order in which they were asked for; all together they have one of the
/// turns.
final class SendQueue {
    private final @Nullable Level[] levels = new @Nullable Level[Priority.URGENCIES];
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    /// Adds a stream, unless it is there.
    void add(Http2Stream stream) {
        if (!stream.queued) {
            stream.queued = true;
            count++;
            level(stream).add(stream);
        }
    }

    /// Takes a stream out, if it is there.
    void remove(Http2Stream stream) {
        if (stream.queued) {
            stream.queued = false;
            count--;
            level(stream).remove(stream);
        }
    }

    /// Takes out the one whose turn it is.
    @Nullable
    Http2Stream next() {
        for (var level : levels) {
            var stream = level == null ? null : level.next();
            if (stream != null) {
                stream.queued = false;
                count--;
                return stream;
            }
        }
        return null;
    }

    private Level level(Http2Stream stream) {
        int at = stream.priority.urgency();
        var level = levels[at];
        if (level == null) {
            levels[at] = level = new Level();
        }
        return level;
    }

    /// The streams of one urgency.
    private static final class Level {
        private final Deque<Http2Stream> inTurns = new ArrayDeque<>();
        private final NavigableMap<Integer, Http2Stream> inOrder = new TreeMap<>();
        /// How many turns the others have before the first of those in order.
        private int turns;

        void add(Http2Stream stream) {
            if (stream.priority.isIncremental()) {
                inTurns.addLast(stream);
            } else {
                inOrder.put(stream.id(), stream);
            }
        }

        void remove(Http2Stream stream) {
            if (stream.priority.isIncremental()) {
                inTurns.remove(stream);
            } else {
                inOrder.remove(stream.id());
            }
        }

        @Nullable
        Http2Stream next() {
            if (!inOrder.isEmpty() && (turns <= 0 || inTurns.isEmpty())) {
                turns = inTurns.size();
                return inOrder.pollFirstEntry().getValue();
            }
            turns--;
            return inTurns.pollFirst();
        }
    }
}
