package wai.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StreamingBody;

/// Makes responses that are streams of events.
///
/// {@snippet file="wai/sse/Samples.java" region="event-streams"}
///
/// The head is sent at once, each event as soon as it is there, and a comment when none came for a while, so that
/// proxies keep the connection. A stream ends when its source does, or when the client leaves: by
/// [Request#onDisconnect] where the handler has it, else at the next write, a heartbeat's too. It also ends when the
/// server begins to stop ([Request#onShutdown]), behind the events that wait in it: the browser connects again, and
/// finds another server or the next one. A source runs only when the body is sent, not for HEAD.
public final class EventStreams {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /// Not to be kept, changed (compressed) or gathered by anybody between.
    private static final Headers HEADERS = Headers.of(
            HeaderName.CONTENT_TYPE,
            "text/event-stream",
            HeaderName.CACHE_CONTROL,
            "no-store, no-transform",
            HeaderName.of("X-Accel-Buffering"),
            "no");

    private static final EventStreams DEFAULTS = new EventStreams(HEARTBEAT, null);

    private final @Nullable Duration heartbeat;
    private final @Nullable Event retry;

    private EventStreams(@Nullable Duration heartbeat, @Nullable Event retry) {
        this.heartbeat = heartbeat;
        this.retry = retry;
    }

    /// With a heartbeat after 15 seconds without events; browsers choose how long they wait before they connect again.
    ///
    /// @return the defaults
    public static EventStreams defaults() {
        return DEFAULTS;
    }

    /// Sets after which time without events a comment is sent.
    ///
    /// @param pause the time, above 0
    /// @return the changed settings
    /// @throws IllegalArgumentException when the time is 0 or negative
    public EventStreams withHeartbeat(Duration pause) {
        if (!pause.isPositive()) {
            throw new IllegalArgumentException("heartbeat after " + pause + ": expected more than 0");
        }
        return new EventStreams(pause, retry);
    }

    /// Sends no heartbeats.
    ///
    /// @return the changed settings
    public EventStreams withoutHeartbeat() {
        return new EventStreams(null, retry);
    }

    /// Tells browsers at the beginning of each stream how long to wait before they connect again.
    ///
    /// @param pause the time, 0 or more
    /// @return the changed settings
    /// @throws IllegalArgumentException when the time is negative
    public EventStreams withRetry(Duration pause) {
        return new EventStreams(heartbeat, Event.retry(pause));
    }

    /// What the browser saw last, when it connects again.
    ///
    /// @param request the request
    /// @return the id of the last event that had one; empty when it comes for the first time
    public static Optional<String> lastEventId(Request request) {
        return request.headers()
                .first(HeaderName.LAST_EVENT_ID)
                .map(latin -> new String(latin.getBytes(ISO_8859_1), UTF_8))
                .filter(id -> !id.isEmpty());
    }

    /// Events that code sends. It runs on a virtual thread of its own, which is interrupted when the client has left or
    /// the server stops; the response ends when it has returned. What it throws by itself cuts the response, and the
    /// browser connects again.
    ///
    /// @param request the request
    /// @param source sends the events
    /// @return the response
    public Response sending(Request request, Source source) {
        requireNonNull(source, "source");
        return response(out -> {
            var pump = EventPump.start(source);
            try {
                request.onDisconnect(pump.mailbox()::end);
                request.onShutdown(pump::finish);
                EventWriter.write(pump.mailbox(), heartbeat, out);
            } finally {
                pump.stop();
            }
        });
    }

    /// The events of an iterator, which may wait for each as long as it likes; as with [#sending].
    ///
    /// @param request the request
    /// @param events the events; those behind [Event#END] are not asked for
    /// @return the response
    public Response iterating(Request request, Iterator<Event> events) {
        requireNonNull(events, "events");
        return sending(request, out -> {
            while (events.hasNext()) {
                var event = events.next();
                if (event.isEnd()) {
                    return;
                }
                out.send(event);
            }
        });
    }

    /// The events of a queue, until [Event#END] comes out of it.
    ///
    /// @param request the request
    /// @param queue for this client alone; up to two events are taken out ahead of the client
    /// @return the response
    public Response queued(Request request, BlockingQueue<Event> queue) {
        requireNonNull(queue, "queue");
        return sending(request, out -> {
            for (var event = queue.take(); !event.isEnd(); event = queue.take()) {
                out.send(event);
            }
        });
    }

    /// The events of a broadcaster from now on, and those before that the client missed (`Last-Event-ID`).
    ///
    /// @param request the request
    /// @param broadcaster publishes the events
    /// @return the response; 503 when the broadcaster is closed
    public Response subscribed(Request request, Broadcaster broadcaster) {
        if (broadcaster.isClosed()) {
            return Response.text(Status.SERVICE_UNAVAILABLE, "No more events\n");
        }
        var lastSeen = lastEventId(request);
        return response(out -> {
            var mailbox = broadcaster.subscribe(lastSeen.orElse(null));
            try {
                request.onDisconnect(mailbox::end);
                request.onShutdown(mailbox::finish);
                EventWriter.write(mailbox, heartbeat, out);
            } finally {
                broadcaster.unsubscribe(mailbox);
            }
        });
    }

    private Response response(StreamingBody body) {
        return Response.stream(Status.OK, HEADERS, out -> {
            if (retry != null) {
                out.write(retry.encode());
            }
            body.writeTo(out);
        });
    }

    /// Sends the events of one stream.
    @FunctionalInterface
    public interface Source {
        /// Sends events until there are no more.
        ///
        /// @param out takes the events
        /// @throws Exception anything; the response is then cut. [InterruptedException] when the client has left, or
        ///     the server stops
        void sendTo(Sender out) throws Exception;
    }

    /// Takes events for one client.
    @FunctionalInterface
    public interface Sender {
        /// Sends an event on its way; waits while the client is slow.
        ///
        /// @param event the event; not [Event#END]: return to end the stream
        /// @throws IllegalArgumentException when it is [Event#END]
        /// @throws InterruptedException when the client has left, or the server stops
        void send(Event event) throws InterruptedException;
    }
}
