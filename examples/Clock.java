// Server-sent events: the time, every second, for as long as the client listens.
//
//   ./waiup examples/Clock.java
//   curl -N http://127.0.0.1:8080/time
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
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StreamingBody;
import wai.warp.Warp;

static final Headers HTML = Headers.of(HeaderName.CONTENT_TYPE, "text/html; charset=utf-8");
static final Headers EVENTS =
        Headers.of(HeaderName.CONTENT_TYPE, "text/event-stream", HeaderName.CACHE_CONTROL, "no-store");

static final String PAGE = """
        <!doctype html>
        <title>Clock</title>
        <p id="time">
        <script>
          new EventSource("time").onmessage = event => document.getElementById("time").textContent = event.data
        </script>
        """;

Application app() {
    return (request, respond) -> respond.with(
            request.path().equals(List.of("time"))
                    ? Response.stream(Status.OK, EVENTS, ticks(lastSeen(request)))
                    : Response.of(Status.OK, HTML, wai.Bytes.utf8(PAGE)));
}

/// Ends when the client has left: then a write throws.
StreamingBody ticks(long seen) {
    return out -> {
        for (long id = seen + 1; ; id++) {
            out.writeUtf8("id: " + id + "\ndata: " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n\n");
            out.flush();
            Thread.sleep(Duration.ofSeconds(1));
        }
    };
}

long lastSeen(Request request) {
    var id = request.headers().first(HeaderName.LAST_EVENT_ID, "");
    return id.matches("[0-9]{1,9}") ? Long.parseLong(id) : 0;
}

void main() throws Exception {
    Warp.run(8080, app());
}
