package wai.sse;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Runs a source of events on a virtual thread of its own, so that the stream's thread is free for heartbeats and for
/// the end of the client. The source waits while the client is slow: one event is ahead of it.
final class EventPump {
    private final Mailbox mailbox = new Mailbox(List.of(), 1);
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final Thread thread;
    /// Whether the source is to end, so that what it throws is no failure.
    private volatile boolean finished;

    private EventPump(EventStreams.Source source) {
        thread = Thread.ofVirtual().name("wai-events").unstarted(() -> run(source));
    }

    /// Starts a source.
    static EventPump start(EventStreams.Source source) {
        var pump = new EventPump(source);
        pump.thread.start();
        return pump;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    /// Takes no more events; those that wait are still sent.
    void finish() {
        finished = true;
        mailbox.finish();
    }

    /// Interrupts the source when it still runs, and waits for its end.
    ///
    /// @throws Exception what the source threw by itself
    void stop() throws Exception {
        boolean wasToEnd = finished || !ended.isDone();
        mailbox.end();
        thread.interrupt();
        try {
            ended.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Error error -> throw error;
                case Exception failure when !wasToEnd && !(failure instanceof InterruptedException) -> throw failure;
                case null, default -> {} // what our interrupt came to
            }
        }
    }

    private void run(EventStreams.Source source) {
        try {
            source.sendTo(this::send);
            ended.complete(null);
        } catch (Throwable t) {
            ended.completeExceptionally(t);
        } finally {
            mailbox.finish();
        }
    }

    private void send(Event event) throws InterruptedException {
        if (event.isEnd()) {
            throw new IllegalArgumentException("END was sent: expected an event; return to end the stream");
        }
        if (!mailbox.put(event)) {
            throw new InterruptedException("nobody listens any more");
        }
    }
}
