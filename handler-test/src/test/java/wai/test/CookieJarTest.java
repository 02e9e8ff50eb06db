package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

class CookieJarTest extends BothPlacesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    /// Sets the cookies that stand in `X-Set`, and tells what cookies came.
    private static final Application SITE = (request, respond) -> {
        var headers = Headers.builder();
        request.headers().all(HeaderName.of("X-Set")).forEach(field -> headers.add(HeaderName.SET_COOKIE, field));
        var cookies = request.headers().all(HeaderName.COOKIE);
        return respond.with(Response.of(Status.OK, headers.build(), Bytes.utf8(String.join("||", cookies))));
    };

    @Test
    void sendsBackWhatWasSet() {
        var client = client(SITE);

        var first = client.request("GET", "/")
                .header("X-Set", "a=1")
                .header("X-Set", "b=\"2\"; HttpOnly; SameSite=Lax")
                .send();

        assertThat(first)
                .setsCookie("a", "1")
                .setsCookie("b", "\"2\"")
                .setsNoCookie("c")
                .hasEmptyBody();
        assertThat(client.get("/")).hasBody("a=1; b=\"2\"");
        assertThat(client.cookies())
                .hasCookie("a", "1")
                .hasCookie(
                        "b",
                        "for the server's eyes",
                        cookie -> cookie.is(Cookie.Attribute.HTTP_ONLY)
                                && cookie.sameSite().equals("Lax"))
                .hasNoCookie("c");
    }

    @Test
    void updatesAndDeletesWhatWasSet() {
        var client = client(SITE);

        client.request("GET", "/").header("X-Set", "a=1").header("X-Set", "b=2").send();
        client.request("GET", "/").header("X-Set", "a=3").send();
        var updated = client.get("/").text();
        client.request("GET", "/").header("X-Set", "a=; Max-Age=0").send();

        assertThat(updated).isEqualTo("a=3; b=2");
        assertThat(client.get("/")).hasBody("b=2");
    }

    @Test
    void forgetsWhatHasExpired() {
        var time = new Instant[] {NOW};
        InstantSource clock = () -> time[0];
        var client = client(SITE).withClock(clock);
        client.request("GET", "/")
                .header("X-Set", "short=1; Max-Age=60")
                .header("X-Set", "long=1; Expires=Sat, 21 Nov 2026 13:00:00 GMT")
                .header("X-Set", "session=1")
                .send();

        time[0] = NOW.plusSeconds(59);
        var before = client.get("/").text();
        time[0] = NOW.plusSeconds(60);
        var after = client.get("/").text();
        time[0] = NOW.plus(Duration.ofHours(1));

        assertThat(before).isEqualTo("short=1; long=1; session=1");
        assertThat(after).isEqualTo("long=1; session=1");
        assertThat(client.get("/")).hasBody("session=1");
    }

    @Test
    void sendsLongerPathsFirstAndThenOlderCookies() {
        var client = client(SITE);

        client.request("GET", "/a/b/c")
                .header("X-Set", "root=1; Path=/")
                .header("X-Set", "deep=2")
                .header("X-Set", "middle=3; Path=/a")
                .header("X-Set", "root2=4; Path=/")
                .send();

        assertThat(client.get("/a/b/x")).hasBody("deep=2; middle=3; root=1; root2=4");
        assertThat(client.get("/a")).hasBody("middle=3; root=1; root2=4");
        assertThat(client.get("/ab")).hasBody("root=1; root2=4");
    }

    @Test
    void sendsCookiesToTheirHostsOnly() {
        var client = client(SITE).withOrigin("http://www.example.com");

        client.request("GET", "/")
                .header("X-Set", "host=1")
                .header("X-Set", "domain=2; Domain=.Example.com")
                .header("X-Set", "foreign=3; Domain=other.com")
                .header("X-Set", "top=4; Domain=com")
                .send();

        assertThat(client.get("/")).hasBody("host=1; domain=2");
        assertThat(client.withOrigin("http://api.example.com:8080").get("/")).hasBody("domain=2");
        assertThat(client.withOrigin("http://example.com").get("/")).hasBody("domain=2");
        assertThat(client.withOrigin("http://badexample.com").get("/")).hasEmptyBody();
    }

    @Test
    void sendsSecureCookiesOverTlsOnly() {
        var client = client(SITE).withOrigin("http://localhost");

        client.request("GET", "/").secure().header("X-Set", "s=1; Secure").send();

        assertThat(client.get("/")).hasEmptyBody();
        assertThat(client.request("GET", "/").secure().send()).hasBody("s=1");
    }

    @Test
    void letsATestSetModifyAndDelete() {
        var client = client(SITE);
        client.cookies().set("a", "1");
        client.cookies().set(Cookie.of("b", "2").withPath("/only"));

        var both = client.get("/only").text();
        client.cookies().modify(all -> all.stream()
                .map(cookie -> cookie.withValue(cookie.value() + "!"))
                .toList());
        var modified = client.get("/only").text();
        client.cookies().delete("b");

        assertThat(both).isEqualTo("b=2; a=1");
        assertThat(modified).isEqualTo("b=2!; a=1!");
        assertThat(client.cookies().all()).extracting(Cookie::name).isEqualTo(List.of("a"));
        client.cookies().clear();
        assertThat(client.cookies()).isEmpty();
    }

    @Test
    void addsCookiesOfOneRequestBehindThoseOfTheJar() {
        var client = client(SITE);
        client.cookies().set("jar", "1");

        assertThat(client.request("GET", "/").cookie("once", "2").send()).hasBody("jar=1; once=2");
        assertThat(client.get("/")).hasBody("jar=1");
    }

    @Test
    void leavesAFieldSetByHandAlone() {
        var client = client(SITE);
        client.cookies().set("jar", "1");

        assertThat(client.request("GET", "/").header("Cookie", "mine=2").send()).hasBody("mine=2");
    }

    @Test
    void keepsCookiesOfRedirects() {
        var client = client((request, respond) -> respond.with(
                        request.rawPath().equals("/login")
                                ? Response.of(
                                        Status.SEE_OTHER,
                                        Headers.of(HeaderName.LOCATION, "/home", HeaderName.SET_COOKIE, "id=7; Path=/"),
                                        Bytes.EMPTY)
                                : Response.text(Status.OK, request.headers().first(HeaderName.COOKIE, "none"))))
                .followingRedirects();

        assertThat(client.post("/login", "")).hasBody("id=7");
    }

    @Test
    void sharesCookiesBetweenCopiesOfAClientButNotBetweenClients() {
        var client = client(SITE);

        client.withHeader("X-Set", "a=1").get("/");

        assertThat(client.get("/")).hasBody("a=1");
        assertThat(client(SITE).get("/")).hasEmptyBody();
        assertThat(client.withCookies(new CookieJar(InstantSource.system())).get("/"))
                .hasEmptyBody();
    }

    @Test
    void showsAllCookiesWhenAnAssertionFails() {
        var jar = new CookieJar(InstantSource.fixed(NOW));
        jar.set("a", "1");

        assertThatThrownBy(() -> assertThat(jar).hasCookie("b", "2"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected cookie b=2 but was none in CookieJar[a=1 (/)]");
        assertThatThrownBy(() -> assertThat(jar).hasNoCookie("a"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected no cookie a but was 1");
    }
}
