// Sends back what is sent to it, while it arrives: an upload of any size needs a few kilobytes of memory.
//
//   ./waiup examples/UploadEcho.java
//   curl --data-binary @big.iso -o same.iso http://127.0.0.1:8080/
//   curl -H 'Transfer-Encoding: chunked' -d 'in chunks' http://127.0.0.1:8080/
//       in chunks
//   curl -i http://127.0.0.1:8080/
//       405 Method Not Allowed, Allow: POST

import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.warp.Warp;

Application app() {
    return (request, respond) -> respond.with(
            request.method().equals("POST")
                    ? Response.stream(Status.OK, headers(request), out -> request.body().transferTo(out))
                    : Response.text(Status.METHOD_NOT_ALLOWED, "POST something\n")
                            .withHeader(HeaderName.ALLOW, "POST"));
}

/// The type is the client's. The length, too, when it is known: otherwise the answer is chunked as well.
Headers headers(Request request) {
    var type = request.headers().first(HeaderName.CONTENT_TYPE, "application/octet-stream");
    var headers = Headers.of(HeaderName.CONTENT_TYPE, type);
    var length = request.bodyLength();
    return length.isEmpty()
            ? headers
            : headers.with(HeaderName.CONTENT_LENGTH, Long.toString(length.getAsLong()));
}

void main() throws Exception {
    Warp.run(8080, app());
}
