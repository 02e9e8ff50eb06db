package wai.session;

import java.time.Duration;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.routing.Redirect;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application cookie() {
        // @start region="cookie"
        return (_, respond) -> {
            var theme =
                    Cookie.of("theme", "dark").withMaxAge(Duration.ofDays(365)).secure();
            return respond.with(theme.on(Redirect.seeOther("/")));
        };
        // @end
    }

    static Application cookies() {
        // @start region="cookies"
        return (request, respond) -> respond.with(
                Response.text(Status.OK, Cookies.of(request).first("theme").orElse("light")));
        // @end
    }

    static Application sessions(byte[] secret) {
        // @start region="sessions"
        Application visits = (request, respond) -> {
            var session = Session.of(request);
            int count = session.get("visits").map(Integer::parseInt).orElse(0) + 1;
            session.set("visits", Integer.toString(count));
            return respond.with(Response.text(Status.OK, "visit " + count + "\n"));
        };
        return Sessions.inCookie(secret).withLifetime(Duration.ofHours(8)).wrap(visits);
        // @end
    }

    static Application flash() {
        // @start region="flash"
        return (request, respond) -> {
            if (request.method().equals("POST")) {
                Flash.set(request, "Saved.");
                return respond.with(Redirect.seeOther("/"));
            }
            return respond.with(Response.text(Status.OK, Flash.take(request).orElse("Nothing new.")));
        };
        // @end
    }
}
