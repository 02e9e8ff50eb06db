package wai.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StatusException;
import wai.shelf.Bodies;
import wai.test.TestClient;

/// [Sessions], [Session], [SessionStore] and [Flash].
class SessionsTest {
    private static final AtomicReference<Instant> NOW = new AtomicReference<>();
    private static final InstantSource CLOCK = NOW::get;

    /// `/set?a=b`, `/get?a`, `/clear`, `/renew`, and `/` which looks at nothing.
    private static final Application APPLICATION = (request, respond) -> {
        var query = request.query().parameters();
        var text = "";
        switch (request.rawPath()) {
            case "/set" -> query.forEach(pair -> Session.of(request).set(pair.name(), "" + pair.value()));
            case "/get" ->
                text = Session.of(request).get(query.getFirst().name()).orElse("nothing");
            case "/clear" -> Session.of(request).clear();
            case "/renew" -> Session.of(request).renew();
            default -> text = "untouched";
        }
        return respond.with(Response.text(Status.OK, text));
    };

    private static byte[] secret(int seed) {
        var secret = new byte[32];
        secret[0] = (byte) seed;
        return secret;
    }

    static Stream<Sessions> sessions() {
        NOW.set(Instant.parse("2026-01-01T00:00:00Z"));
        return Stream.of(Sessions.inCookie(CLOCK, secret(1)), Sessions.in(new MemorySessionStore(10, CLOCK)));
    }

    private static TestClient client(Sessions sessions) {
        return TestClient.of(sessions.wrap(APPLICATION)).withClock(CLOCK);
    }

    // ------------------------------------------------------------------------------------------ both kinds

    @ParameterizedTest
    @MethodSource("sessions")
    void rememberABrowser(Sessions sessions) {
        var client = client(sessions);

        assertThat(client.get("/get?a"))
                .hasBody("nothing")
                .hasNoHeader("Set-Cookie")
                .hasHeader("Vary", "Cookie");
        client.get("/set?a=%C3%A4%0d%0a;b=2");
        assertThat(client.get("/get?a")).hasBody("\u00e4\r\n");
        assertThat(client.get("/get?b")).hasBody("2");
        assertThat(client(sessions).get("/get?a")).hasBody("nothing");
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void leaveRequestsAloneThatDoNotLookAtThem(Sessions sessions) {
        var client = client(sessions);
        client.get("/set?a=1");

        assertThat(client.get("/"))
                .hasNoHeader("Set-Cookie")
                .hasNoHeader("Vary")
                .hasNoHeader("Cache-Control");
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void setACarefulCookie(Sessions sessions) {
        var plain = client(sessions).get("/set?a=1");
        var secure = client(sessions).request("GET", "/set?a=1").secure().send();

        assertThat(plain).hasHeader("Cache-Control", "private").is("a careful cookie", response -> response.header(
                        "Set-Cookie")
                .orElse("")
                .matches("session=[A-Za-z0-9_-]+; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax"));
        assertThat(secure).is("a secure cookie", response -> response.header("Set-Cookie")
                .orElse("")
                .contains("; Secure;"));
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void forgetWhatIsCleared(Sessions sessions) {
        var client = client(sessions);
        client.get("/set?a=1");

        assertThat(client.get("/clear")).is("a cookie that deletes", response -> response.header("Set-Cookie")
                .orElse("")
                .startsWith("session=; Path=/; Max-Age=0"));
        assertThat(client.get("/get?a")).hasBody("nothing");
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void endWhenTheirTimeIsOver(Sessions sessions) {
        var client = client(sessions.withLifetime(Duration.ofMinutes(30)));
        client.get("/set?a=1");
        var cookie = client.cookies().value("session").orElseThrow();
        var thief = client(sessions);

        NOW.updateAndGet(now -> now.plus(Duration.ofMinutes(30)).minusMillis(1));
        assertThat(thief.request("GET", "/get?a").cookie("session", cookie).send())
                .hasBody("1");
        NOW.updateAndGet(now -> now.plus(Duration.ofHours(2)));
        assertThat(thief.request("GET", "/get?a").cookie("session", cookie).send())
                .hasBody("nothing");
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void lastAsLongAsTheyAreUsed(Sessions sessions) {
        var client = client(sessions);
        client.get("/set?a=1");

        for (int i = 0; i < 5; i++) {
            NOW.updateAndGet(now -> now.plus(Duration.ofMinutes(20)));
            assertThat(client.get("/get?a")).hasBody("1");
        }
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void believeNoCookieThatIsNotTheirs(Sessions sessions) {
        var client = client(sessions);
        client.get("/set?a=1");
        var cookie = client.cookies().value("session").orElseThrow();
        var other = client(sessions);

        for (var forged : new String[] {
            "",
            "x",
            "a".repeat(43),
            "=".repeat(43),
            "a".repeat(5000),
            cookie + "A",
            cookie.substring(1),
            cookie.substring(0, cookie.length() - 2)
        }) {
            assertThat(other.request("GET", "/get?a").cookie("session", forged).send())
                    .hasBody("nothing");
        }
        for (int i = 0; i < cookie.length(); i++) {
            var flipped = cookie.substring(0, i) + (cookie.charAt(i) == 'A' ? 'B' : 'A') + cookie.substring(i + 1);
            boolean same = i == cookie.length() - 1; // the last digit has bits that mean nothing
            if (!same) {
                assertThat(other.request("GET", "/get?a")
                                .cookie("session", flipped)
                                .send())
                        .hasBody("nothing");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void getAnotherNameWhenTheyAreRenewed(Sessions sessions) {
        var client = client(sessions);
        client.get("/set?a=1");
        var before = client.cookies().value("session").orElseThrow();

        client.get("/renew");

        var after = client.cookies().value("session").orElseThrow();
        org.assertj.core.api.Assertions.assertThat(after).isNotEqualTo(before);
        assertThat(client.get("/get?a")).hasBody("1");
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void refuseAChangeThatWouldBeLost(Sessions sessions) {
        Application late = (request, respond) -> respond.with(Response.stream(Status.OK, Bodies.TYPE, out -> {
            out.writeUtf8("x");
            Session.of(request).set("a", "1");
        }));

        assertThatThrownBy(() -> TestClient.of(sessions.wrap(late)).get("/"))
                .hasMessageContaining("after the response was begun");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "FILE", "STREAM"})
    void passEveryBody(Bodies body) {
        Application application = (request, respond) -> {
            Session.of(request).set("a", "1");
            return body.application().handle(request, respond);
        };

        assertThat(TestClient.of(Sessions.inMemory().wrap(application)).get("/"))
                .hasBody(Bodies.TEXT)
                .hasHeader("Set-Cookie");
    }

    // ------------------------------------------------------------------------------------------ in cookies

    @Test
    void decryptWithOlderSecrets() {
        NOW.set(Instant.EPOCH);
        var before = client(Sessions.inCookie(CLOCK, secret(1)));
        before.get("/set?a=1");
        var cookie = before.cookies().value("session").orElseThrow();

        var rotated = client(Sessions.inCookie(CLOCK, secret(2), secret(1)));
        var forgotten = client(Sessions.inCookie(CLOCK, secret(2)));

        assertThat(rotated.request("GET", "/get?a").cookie("session", cookie).send())
                .hasBody("1");
        assertThat(forgotten.request("GET", "/get?a").cookie("session", cookie).send())
                .hasBody("nothing");
    }

    @Test
    void showNothingOfTheirValues() {
        var client = TestClient.of(Samples.sessions(secret(1)));

        assertThat(client.get("/")).hasBody("visit 1\n");
        assertThat(client.get("/")).hasBody("visit 2\n");
        var bytes =
                Base64.getUrlDecoder().decode(client.cookies().value("session").orElseThrow());
        org.assertj.core.api.Assertions.assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .doesNotContain("visits");
    }

    @Test
    void failWhenTheyBecomeTooLargeForACookie() {
        var client = client(Sessions.inCookie(secret(1)));

        assertThat(client.get("/set?a=" + "x".repeat(2900))).hasStatus(200);
        assertThatThrownBy(() -> client.get("/set?a=" + "x".repeat(3100))).hasMessageContaining("4096");
    }

    @Test
    void refuseSettingsThatCannotBe() {
        assertThatThrownBy(Sessions::inCookie).hasMessageContaining("at least one");
        assertThatThrownBy(() -> Sessions.inCookie(new byte[31])).hasMessageContaining("31 bytes");
        assertThatThrownBy(() -> Sessions.inMemory().withName("a b")).hasMessageContaining("token");
        assertThatThrownBy(() -> Sessions.inMemory().withLifetime(Duration.ofMillis(999)))
                .hasMessageContaining("a second");
        assertThatThrownBy(() -> Session.of(Request.builder("GET", "/").build()))
                .hasMessageContaining("Sessions");
    }

    // ------------------------------------------------------------------------------------------ in stores

    @Test
    void takeABoundedMemory() {
        NOW.set(Instant.EPOCH);
        var store = new MemorySessionStore(3, CLOCK);
        for (int i = 0; i < 10; i++) {
            store.save("s" + i, Map.of("i", "" + i), Duration.ofMinutes(1));
        }

        org.assertj.core.api.Assertions.assertThat(store.size()).isEqualTo(3);
        org.assertj.core.api.Assertions.assertThat(store.load("s6")).isEmpty();
        org.assertj.core.api.Assertions.assertThat(store.load("s7")).contains(Map.of("i", "7"));
        NOW.set(Instant.EPOCH.plusSeconds(60));
        store.save("new", Map.of(), Duration.ofMinutes(1));
        org.assertj.core.api.Assertions.assertThat(store.size()).isEqualTo(1); // those that are over went
    }

    @Test
    void forgetTheOldNameInTheStore() {
        NOW.set(Instant.EPOCH);
        var store = new MemorySessionStore(10, CLOCK);
        var client = client(Sessions.in(store));
        client.get("/set?a=1");
        client.get("/renew");
        org.assertj.core.api.Assertions.assertThat(store.size()).isEqualTo(1);

        client.get("/clear");

        org.assertj.core.api.Assertions.assertThat(store.size()).isZero();
    }

    @Test
    void takeNothingBackThatAnotherRequestChanged() {
        NOW.set(Instant.EPOCH);
        var store = new MemorySessionStore(10, CLOCK);
        var names = new ArrayList<String>();
        Application reads = (request, respond) -> {
            names.add(Cookies.of(request).first("session").orElseThrow());
            var seen = Session.of(request).get("a").orElse("nothing");
            store.save(names.getFirst(), Map.of("a", "changed meanwhile"), Duration.ofMinutes(30));
            return respond.with(Response.text(Status.OK, seen));
        };
        var client = client(Sessions.in(store));
        client.get("/set?a=1");

        var reader = TestClient.of(Sessions.in(store).wrap(reads)).withCookies(client.cookies());

        assertThat(reader.get("/")).hasBody("1");
        assertThat(client.get("/get?a")).hasBody("changed meanwhile");
    }

    // ------------------------------------------------------------------------------------------ Flash

    @Test
    void handAMessageToTheNextPage() {
        var client = TestClient.of(Sessions.inMemory().wrap(Samples.flash()));

        assertThat(client.get("/")).hasBody("Nothing new.");
        assertThat(client.followingRedirects().post("/", "")).hasBody("Saved.");
        assertThat(client.get("/")).hasBody("Nothing new.");
    }

    // ------------------------------------------------------------------------------------------ a store that is away

    /// A store that can go away.
    private static final class Fickle implements SessionStore {
        final MemorySessionStore store = new MemorySessionStore(10, CLOCK);
        boolean isAway;

        private void check() throws StatusException {
            if (isAway) {
                throw new StatusException(Status.SERVICE_UNAVAILABLE, "away");
            }
        }

        @Override
        public java.util.Optional<Map<String, String>> load(String name) throws Exception {
            check();
            return store.load(name);
        }

        @Override
        public void save(String name, Map<String, String> values, Duration lifetime) throws Exception {
            check();
            store.save(name, values, lifetime);
        }

        @Override
        public void extend(String name, Duration lifetime) throws Exception {
            check();
            store.extend(name, lifetime);
        }

        @Override
        public void delete(String name) throws Exception {
            check();
            store.delete(name);
        }
    }

    @Test
    void requestsFailByTheStatusOfAStoreThatIsAway() {
        NOW.set(Instant.EPOCH);
        var store = new Fickle();
        var client = client(Sessions.in(store)).answeringErrors();
        client.get("/set?a=1");

        store.isAway = true;
        assertThat(client.get("/get?a")).hasStatus(503);
        assertThat(client(Sessions.in(store)).answeringErrors().get("/set?a=1")).hasStatus(503);
        assertThat(client(Sessions.in(store)).get("/")).hasStatus(200);

        store.isAway = false;
        assertThat(client.get("/get?a")).hasBody("1");
    }

    @Test
    void orFindAnEmptySessionAndLeaveTheCookieAlone() {
        NOW.set(Instant.EPOCH);
        var store = new Fickle();
        var sessions = Sessions.in(store).emptyWhileTheStoreIsAway();
        var client = client(sessions);
        client.get("/set?a=1");

        store.isAway = true;
        assertThat(client.get("/get?a"))
                .hasBody("nothing")
                .hasHeader("Vary", "Cookie")
                .hasNoHeader("Set-Cookie");
        assertThat(client.get("/set?a=2")).hasStatus(200).hasNoHeader("Set-Cookie");
        assertThat(client.get("/clear")).hasStatus(200).hasNoHeader("Set-Cookie");
        assertThat(client(sessions).get("/set?a=3")).hasStatus(200).hasNoHeader("Set-Cookie");

        store.isAway = false;
        assertThat(client.get("/get?a")).hasBody("1");
    }

    @Test
    void aSessionSaysWhenItCannotBeKept() {
        NOW.set(Instant.EPOCH);
        var store = new Fickle();
        var client = TestClient.of(Sessions.in(store).emptyWhileTheStoreIsAway().wrap((request, respond) -> {
            var session = Session.of(request);
            session.set("a", "1");
            return respond.with(Response.text(Status.OK, session.isKept() ? "kept" : "not kept"));
        }));

        assertThat(client.get("/")).hasBody("kept");
        store.isAway = true;
        assertThat(client.get("/")).hasBody("not kept");
    }
}
