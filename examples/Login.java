// Who is logged in: a session in an encrypted cookie, and forms that only pages of this site can send.
//
//   ./waiup examples/Login.java
//   curl -i -d user=ada -d password=lovelace http://127.0.0.1:8080/
//       HTTP/1.1 303 See Other
//       Location: /
//       Set-Cookie: session=...; Path=/; HttpOnly; SameSite=Lax
//
// In a browser http://127.0.0.1:8080/ asks for a name and a password, says hello, and forgets you when you log out. A
// wrong password is said once, by a message for the next page. The secret is made when the program starts, so a restart
// logs everybody out; keep it in a file where that matters.
//
// Several processes share sessions in Redis: take the other lines in app(), and see README.md for how to run it.

import java.security.SecureRandom;
import java.util.Map;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.forms.Form;
import wai.forms.Forms;
import wai.routing.Redirect;
import wai.security.Csrf;
import wai.security.Secrets;
import wai.security.SecurityHeaders;
import wai.session.Flash;
import wai.session.Session;
import wai.session.Sessions;
import wai.warp.Warp;

static final Map<String, String> USERS = Map.of("ada", "lovelace");

static final Headers HTML = Headers.of(HeaderName.CONTENT_TYPE, "text/html; charset=utf-8");

static final String LOGIN = """
        <!doctype html>
        <meta name="color-scheme" content="light dark">
        <title>Log in</title>
        <h1>Who are you?</h1>
        <form method="post">
          <p><label>Name <input name="user" autocomplete="username" required></label>
          <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label>
          <p><button>Log in</button>
        </form>
        <p id="message">%s
        """;

static final String HELLO = """
        <!doctype html>
        <meta name="color-scheme" content="light dark">
        <title>Hello</title>
        <h1>Hello, %s!</h1>
        <form method="post"><button name="logout">Log out</button></form>
        """;

Application app() {
    var secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    var posts = Forms.defaults().handling((request, form, respond) -> respond.with(posted(request, form)));
    Application pages = (request, respond) ->
            request.method().equals("POST") ? posts.handle(request, respond) : respond.with(page(request));
    var sessions = Sessions.inCookie(secret);
    // var redis = Redis.of(RedisSettings.at(URI.create("redis://127.0.0.1:6379")));
    // var sessions = Sessions.in(RedisSessionStore.of(redis));
    return SecurityHeaders.defaults()
            .then(Csrf.refusingOtherSites())
            .then(sessions)
            .wrap(pages);
}

Response page(Request request) {
    var user = Session.of(request).get("user");
    var text = user.map(HELLO::formatted).orElseGet(() -> LOGIN.formatted(Flash.take(request).orElse("")));
    return Response.of(Status.OK, HTML, Bytes.utf8(text));
}

/// The session gets a new name or key with each change of who it belongs to.
Response posted(Request request, Form form) {
    var session = Session.of(request);
    var user = form.first("user").orElse("");
    session.clear();
    session.renew();
    if (form.first("logout").isEmpty()) {
        var password = USERS.get(user);
        if (password != null && Secrets.matches(form.first("password").orElse(""), password)) {
            session.set("user", user);
        } else {
            Flash.set(request, "No such name, or another password.");
        }
    }
    return Redirect.seeOther("/");
}

void main() throws Exception {
    Warp.run(8080, app());
}
