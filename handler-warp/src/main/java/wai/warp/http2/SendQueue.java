package wai.warp.http2;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The streams that have something to send and a window for it, the most urgent first (RFC 9218 §10).
///
/// Streams of one urgency take turns, a frame each. One whose response is of no use piece by piece keeps its turn until
/// it is done or its window is used up.
final class SendQueue {
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private final ArrayDeque<Http2Stream>[] urgencies = new ArrayDeque[Priority.URGENCIES];

    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    /// Adds a stream, unless it is there.
    void add(Http2Stream stream) {
        if (!stream.queued) {
            stream.queued = true;
            count++;
            var same = urgency(stream);
            if (stream.priority.isIncremental()) {
                same.addLast(stream);
            } else {
                same.addFirst(stream);
            }
        }
    }

    /// Takes a stream out, if it is there.
    void remove(Http2Stream stream) {
        if (stream.queued) {
            stream.queued = false;
            count--;
            urgency(stream).remove(stream);
        }
    }

    /// Takes out the one whose turn it is.
    @Nullable
    Http2Stream next() {
        for (var same : urgencies) {
            if (same != null && !same.isEmpty()) {
                var stream = same.removeFirst();
                stream.queued = false;
                count--;
                return stream;
            }
        }
        return null;
    }

    private ArrayDeque<Http2Stream> urgency(Http2Stream stream) {
        int at = stream.priority.urgency();
        if (urgencies[at] == null) {
            urgencies[at] = new ArrayDeque<>();
        }
        return urgencies[at];
    }
}
