// A middleware that hands a typed value to the application inside it, and a header field to the client outside.
//
//   ./waiup examples/RequestId.java
//   curl -i -H 'X-Request-Id: 42' http://127.0.0.1:8080/
//       X-Request-Id: 42
//       ...
//       This is request 42.
//   curl -i http://127.0.0.1:8080/             without one, it makes one

import java.util.UUID;
import wai.Application;
import wai.HeaderName;
import wai.Key;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.warp.Warp;

/// What [#requestId] hands inward.
static final Key<String> REQUEST_ID = Key.named("request id");

Middleware requestId() {
    return inner -> (request, respond) -> {
        var id = request.headers().first(HeaderName.X_REQUEST_ID)
                .filter(sent -> sent.matches("[\\w.-]{1,64}")) // it goes into logs: not everything is welcome there
                .orElseGet(() -> UUID.randomUUID().toString());
        return inner.handle(
                request.with(REQUEST_ID, id),
                response -> respond.with(response.withHeader(HeaderName.X_REQUEST_ID, id)));
    };
}

Application page() {
    return (request, respond) -> respond.with(
            Response.text(Status.OK, "This is request " + request.get(REQUEST_ID).orElseThrow() + ".\n"));
}

Application app() {
    return requestId().wrap(page());
}

void main() throws Exception {
    Warp.run(8080, app());
}
