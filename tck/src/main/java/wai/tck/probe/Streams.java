package wai.tck.probe;

import static wai.Status.OK;

import java.util.HashSet;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;

/// `/stream/BYTES/STEP`: bodies that are written in steps; `?length` declares the length, `?flush` flushes behind every
/// step, `?trailers` adds trailer fields, `?empty` writes nothing now and then.
final class Streams {
    private Streams() {}

    static ResponseReceived answer(Request request, Respond respond) throws Exception {
        var bytes = ProbeApplication.noise(ProbeApplication.number(request, 1));
        int step = ProbeApplication.number(request, 2);
        var asked = new HashSet<String>();
        request.query().forEach(parameter -> asked.add(parameter.name()));
        var headers = Headers.of(HeaderName.CONTENT_TYPE, "application/octet-stream");
        if (asked.contains("length")) {
            headers = headers.adding(HeaderName.CONTENT_LENGTH, Integer.toString(bytes.length));
        }
        boolean flush = asked.contains("flush");
        boolean empty = asked.contains("empty");
        boolean trailers = asked.contains("trailers");
        return respond.with(Response.stream(OK, headers, out -> {
            for (int at = 0; at < bytes.length; at += step) {
                out.write(bytes, at, Math.min(step, bytes.length - at));
                if (empty) {
                    out.write(bytes, 0, 0);
                }
                if (flush) {
                    out.flush();
                }
            }
            if (trailers) {
                out.trailers(Headers.of(HeaderName.of("X-Sum"), "42", HeaderName.of("X-More"), "a, b"));
            }
        }));
    }
}
