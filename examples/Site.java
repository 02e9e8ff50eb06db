// A folder of files, and an application for everything that is no file.
//
//   ./waiup examples/Site.java
//   curl http://127.0.0.1:8080/docs/forms.md       a file: ranges, conditions, its type, an entity tag
//   curl -i http://127.0.0.1:8080/docs             302 to docs/, which in a browser is a list of its files
//   curl http://127.0.0.1:8080/api/time            no file, so the application answers
//       2026-11-22T10:00:00Z
//
// Without a program: ./waiup --static docs

import java.time.Duration;
import java.time.Instant;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.staticfiles.CachePolicy;
import wai.staticfiles.StaticFiles;
import wai.warp.Warp;

Application app() {
    return StaticFiles.of(Path.of("."))
            .withListings()
            .withCaching(CachePolicy.fingerprinted(CachePolicy.maxAge(Duration.ofMinutes(5))))
            .withNotFound(api());
}

Application api() {
    return (request, respond) -> respond.with(
            request.path().equals(List.of("api", "time"))
                    ? Response.text(Status.OK, Instant.now() + "\n")
                    : Response.text(Status.NOT_FOUND, "Neither a file nor a part of this application.\n"));
}

void main() throws Exception {
    Warp.run(8080, app());
}
