// A body that is written while it is sent, from a resource that stays open until its last byte and no longer.
//
//   ./waiup examples/Streaming.java
//   curl http://127.0.0.1:8080/?rows=3
//       n,square
//       1,1
//       2,4
//       3,9
//   curl http://127.0.0.1:8080/?rows=many
//       rows=many: expected 0 to 999999999
//
// A client may ask for a billion rows: no more than one of them is in memory.

import java.util.stream.LongStream;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.Warp;

static final Headers CSV = Headers.of(HeaderName.CONTENT_TYPE, "text/csv; charset=utf-8");

Application app() {
    return (request, respond) -> {
        var count = request.query().first("rows").orElse("10");
        if (!count.matches("[0-9]{1,9}")) {
            return respond.with(
                    Response.text(Status.BAD_REQUEST, "rows=" + count + ": expected 0 to 999999999\n"));
        }
        try (var rows = query(Long.parseLong(count))) { // respond.with returns when all rows are sent
            return respond.with(Response.stream(Status.OK, CSV, out -> {
                out.writeUtf8("n,square\n");
                for (var row : (Iterable<String>) rows::iterator) {
                    out.writeUtf8(row);
                }
            }));
        }
    };
}

/// Stands for a query of a database: rows as they are asked for, and something to close.
Stream<String> query(long count) {
    return LongStream.rangeClosed(1, count)
            .mapToObj(n -> n + "," + n * n + "\n")
            .onClose(() -> IO.println("closed a query of " + count + " rows"));
}

void main() throws Exception {
    Warp.run(8080, app());
}
