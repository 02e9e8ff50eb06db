package wai.sse;

import wai.Application;
import wai.Response;
import wai.Status;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    // @start region="event-streams"
    static final EventStreams EVENTS = EventStreams.defaults();

    static Application prices(Market market) {
        return (request, respond) -> respond.with(EVENTS.sending(request, out -> {
            while (true) {
                out.send(Event.of(market.nextPrice())); // waits for the next one, until the client leaves
            }
        }));
    }
    // @end

    /// Where prices are made.
    interface Market {
        String nextPrice() throws InterruptedException;
    }

    static Application news() {
        // @start region="broadcaster"
        var news = Broadcaster.create();
        return (request, respond) -> {
            if (request.method().equals("POST")) {
                news.publish(Event.of(request.readBody(1000).utf8())); // any thread, any time
                return respond.with(Response.text(Status.ACCEPTED, "told\n"));
            }
            return respond.with(EventStreams.defaults().subscribed(request, news)); // once for each client
        };
        // @end
    }

    static Event event() {
        // @start region="event"
        return Event.of("the data\nin lines").withName("news").withId("42");
        // @end
    }
}
