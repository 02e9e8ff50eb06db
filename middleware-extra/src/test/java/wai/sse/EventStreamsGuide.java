package wai.sse;

import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;

/// The programs of docs/server-sent-events.md.
final class EventStreamsGuide {
    private EventStreamsGuide() {}

    static final EventStreams EVENTS = EventStreams.defaults();

    static Application progress(Jobs jobs) {
        return (request, respond) -> respond.with(EVENTS.sending(request, out -> {
            while (!jobs.isDone()) {
                out.send(Event.of(jobs.awaitStep()).withName("step"));
            }
            out.send(Event.of("").withName("done"));
        }));
    }

    static final Broadcaster NEWS = Broadcaster.create();

    static Application news() {
        return (request, respond) -> {
            if (request.method().equals("POST")) {
                NEWS.publish(Event.of(request.readBody(1000).utf8()).withName("news"));
                return respond.with(Response.text(Status.ACCEPTED, "told to " + NEWS.subscribers() + "\n"));
            }
            return respond.with(EVENTS.subscribed(request, NEWS));
        };
    }

    static Application ticking(Supplier<BlockingQueue<String>> clock) {
        return (request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            var ticks = clock.get();
            request.onShutdown(() -> ticks.add("")); // the end, as the loop sees it
            for (var tick = ticks.take(); !tick.isEmpty(); tick = ticks.take()) {
                out.writeUtf8(tick + "\n");
                out.flush();
            }
        }));
    }

    /// Work that somebody does.
    interface Jobs {
        boolean isDone();

        String awaitStep() throws InterruptedException;
    }
}
