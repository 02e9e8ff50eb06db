package wai.sse;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import wai.BodySink;

/// Writes the events of a feed, each on its way at once, and a heartbeat whenever none came for a while.
final class EventWriter {
    private static final Event HEARTBEAT = Event.comment("");

    private EventWriter() {}

    /// Writes until the feed ends, or the client is gone and a write says so.
    ///
    /// @param heartbeat how long to wait for an event; null for no heartbeats
    static void write(EventFeed feed, @Nullable Duration heartbeat, BodySink out) throws Exception {
        out.flush(); // the head alone: the browser's onopen must not wait for the first event
        while (true) {
            var event = feed.next(heartbeat);
            if (event != null && event.isEnd()) {
                return;
            }
            out.write((event == null ? HEARTBEAT : event).encode());
            out.flush();
        }
    }
}
