// Server-sent events: the time, every second, for as long as the client listens.
//
//   ./waiup examples/Clock.java
//   curl -N http://127.0.0.1:8080/time
//       retry: 1000
//
//       id: 1
//       data: 2026-11-21T20:31:07Z
//
//       id: 2
//       data: 2026-11-21T20:31:08Z
//       ...
//
// In a browser http://127.0.0.1:8080/ shows the clock. A browser that lost the connection comes back by itself and says
// what it saw last; the numbers go on from there.

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.sse.Event;
import wai.sse.EventStreams;
import wai.warp.Warp;

static final Headers HTML = Headers.of(HeaderName.CONTENT_TYPE, "text/html; charset=utf-8");
static final EventStreams EVENTS = EventStreams.defaults().withRetry(Duration.ofSeconds(1));

static final String PAGE = """
        <!doctype html>
        <title>Clock</title>
        <p id="time"></p>
        <script>
          new EventSource("time").onmessage = event => document.getElementById("time").textContent = event.data
        </script>
        """;

Application app() {
    return (request, respond) -> respond.with(
            request.path().equals(List.of("time"))
                    ? EVENTS.sending(request, out -> tick(out, lastSeen(request)))
                    : Response.of(Status.OK, HTML, Bytes.utf8(PAGE)));
}

/// Is interrupted when the client has left.
void tick(EventStreams.Sender out, long seen) throws InterruptedException {
    for (long id = seen + 1; ; id++) {
        out.send(Event.of(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()).withId("" + id));
        Thread.sleep(Duration.ofSeconds(1));
    }
}

long lastSeen(Request request) {
    return EventStreams.lastEventId(request)
            .filter(id -> id.matches("[0-9]{1,9}"))
            .map(Long::parseLong)
            .orElse(0L);
}

void main() throws Exception {
    Warp.run(8080, app());
}
