// A file. The server adds its length, date and entity tag, and answers ranges and conditions.
//
//   ./waiup examples/Download.java
//   curl -OJ http://127.0.0.1:8080/           saves it as java-release.txt
//   curl -r 0-11 http://127.0.0.1:8080/       206 Partial Content
//       IMPLEMENTOR=
//   curl -I http://127.0.0.1:8080/            the header fields alone
//   curl -H 'If-None-Match: "..."' -i http://127.0.0.1:8080/
//       304 Not Modified, with the ETag of the answer before

import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.Warp;

/// A file that every JDK has; any other path will do.
static final Path FILE = Path.of(System.getProperty("java.home"), "release");

static final Headers ATTACHED = Headers.of(
        HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8",
        HeaderName.CONTENT_DISPOSITION, "attachment; filename=\"java-release.txt\"");

Application app() {
    return (request, respond) -> respond.with(Response.file(Status.OK, ATTACHED, FILE));
}

void main() throws Exception {
    Warp.run(8080, app());
}
