package wai.routing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.HeaderName;
import wai.Request;
import wai.shelf.Bodies;
import wai.test.TestClient;

/// Where clients are sent: [Redirect], [ForceDomain], [ForceSsl], [CleanPath]; and [Approot].
class RedirectsTest {
    private static TestClient at(Application application, String host) {
        return TestClient.of(application).withHeader(HeaderName.HOST, host);
    }

    // ------------------------------------------------------------------------------------------ Redirect

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"/", "/a?b=c#d", "/a//b", "/a:b@c", "/%5C%0A"})
    void leadsToPathsOfThisSite(String wanted) {
        var response = TestClient.of(Samples.redirect())
                .request("GET", "/")
                .query("return_to", wanted)
                .send();

        assertThat(response).hasStatus(303).hasHeader("Location", wanted);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "a",
                "//evil.example",
                "/\\evil.example",
                "\\/evil",
                "http://evil.example",
                "javascript:alert(1)",
                "/\t/evil",
                "/\r\nSet-Cookie: a=b",
                " /a",
                "/a b",
                "/ä",
                "/\u0000"
            })
    void leadsToNoOtherSite(String wanted) {
        var response = TestClient.of(Samples.redirect())
                .request("GET", "/")
                .query("return_to", wanted)
                .send();

        assertThat(response).hasStatus(303).hasHeader("Location", "/");
    }

    @Test
    void hasAStatusForEachPurpose() {
        assertThat(TestClient.of(Bodies.answering(Redirect.permanently("/a"))).get("/"))
                .hasStatus(308);
        assertThat(TestClient.of(Bodies.answering(Redirect.temporarily("/a"))).get("/"))
                .hasStatus(307);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "/a b", "/ä", "/a\nb"})
    void refusesALocationThatIsNoUri(String location) {
        assertThatThrownBy(() -> Redirect.seeOther(location)).isInstanceOf(IllegalArgumentException.class);
    }

    // ------------------------------------------------------------------------------------------ hosts and schemes

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET, a.example, 301, http://www.shop.example/x?y",
        "HEAD, a.example:80, 301, http://www.shop.example/x?y",
        "POST, [::1]:8080, 308, http://www.shop.example/x?y"
    })
    void sendsToTheRightHost(String method, String host, int status, String location) {
        var response = at(Samples.forceDomain(Bodies.telling()), host)
                .request(method, "/x?y")
                .send();

        assertThat(response).hasStatus(status).hasHeader("Location", location);
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"www.shop.example", "WWW.Shop.Example.", "", "a b"})
    void leavesTheRightHostAndNoHostAlone(String host) {
        assertThat(at(Samples.forceDomain(Bodies.telling()), host).get("/")).hasStatus(200);
    }

    @Test
    void keepsTheScheme() {
        var response = at(Samples.forceDomain(Bodies.telling()), "a.example")
                .request("GET", "/")
                .secure()
                .send();

        assertThat(response).hasHeader("Location", "https://www.shop.example/");
    }

    @Test
    void takesWwwAway() {
        var application = ForceDomain.withoutWww().wrap(Bodies.telling());

        assertThat(at(application, "www.a.example:81").get("/")).hasHeader("Location", "http://a.example:81/");
        assertThat(at(application, "wwww.example").get("/")).hasStatus(200);
    }

    @Test
    void asksAFunctionForTheHost() {
        var moved = Map.of("old.example", "new.example");
        var application = ForceDomain.choosing(host -> Optional.ofNullable(moved.get(host)))
                .wrap(Bodies.telling());

        assertThat(at(application, "old.example").get("/a")).hasHeader("Location", "http://new.example/a");
        assertThat(at(application, "new.example").get("/a")).hasStatus(200);
    }

    @Test
    void neverSendsAnAsteriskElsewhere() {
        assertThat(at(Samples.forceDomain(Bodies.telling()), "a.example").options("*"))
                .hasStatus(200);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET, a.example, 301, https://a.example/x?y",
        "GET, a.example:8080, 301, https://a.example/x?y",
        "PUT, [::1]:80, 308, https://[::1]/x?y"
    })
    void sendsToHttps(String method, String host, int status, String location) {
        var response = at(Samples.forceSsl(Bodies.telling()), host)
                .request(method, "/x?y")
                .send();

        assertThat(response).hasStatus(status).hasHeader("Location", location);
    }

    @Test
    void sendsToAnotherPort() {
        var application = ForceSsl.redirectingTo(8443).wrap(Bodies.telling());

        assertThat(at(application, "a.example:8080").get("/")).hasHeader("Location", "https://a.example:8443/");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "a b", "a.example/evil", "u@a.example"})
    void letsNobodyThroughWithoutTlsAndWithoutHost(String host) {
        assertThat(at(Samples.forceSsl(Bodies.telling()), host).get("/")).hasStatus(403);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "FILE", "STREAM"})
    void letsSecureRequestsThrough(Bodies body) {
        assertThat(TestClient.of(Samples.forceSsl(body.application()))
                        .request("GET", "/")
                        .secure()
                        .send())
                .hasBody(Bodies.TEXT);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {0, -1, 65_536})
    void refusesAPortThatIsNone(int port) {
        assertThatThrownBy(() -> ForceSsl.redirectingTo(port)).hasMessageContaining("1 to 65535");
    }

    // ------------------------------------------------------------------------------------------ CleanPath

    @ParameterizedTest(name = "{0}: {1} {2} {3}")
    @CsvSource({
        "/, /, /, /",
        "/a, /a, /a, /a/",
        "/a/, /a/, /a, /a/",
        "/a.css, /a.css, /a.css, /a.css",
        "//a, /a, /a, /a/",
        "/a//b, /a/b, /a/b, /a/b/",
        "/a/./b, /a/b, /a/b, /a/b/",
        "/a/../b, /b, /b, /b/",
        "/../../x, /x, /x, /x/",
        "/a/%2E%2e/b, /b, /b, /b/",
        "/a/.., /, /, /",
        "/a/b/.., /a/, /a, /a/",
        "/..., /..., /..., /...",
        "//evil.example/.., /, /, /",
        "/\\evil, /%5Cevil, /%5Cevil, /%5Cevil/",
        "/%2Fa, /%2Fa, /%2Fa, /%2Fa/",
        "////, /, /, /"
    })
    void hasOneFormForEachPath(String path, String kept, String removed, String added) {
        var forms = new String[] {
            CleanPath.cleaned(path, CleanPath.EndSlash.KEPT),
            CleanPath.cleaned(path, CleanPath.EndSlash.REMOVED),
            CleanPath.cleaned(path, CleanPath.EndSlash.ADDED)
        };

        org.assertj.core.api.Assertions.assertThat(forms).containsExactly(kept, removed, added);
        for (var slash : CleanPath.EndSlash.values()) {
            var once = CleanPath.cleaned(path, slash);
            org.assertj.core.api.Assertions.assertThat(CleanPath.cleaned(once, slash))
                    .isEqualTo(once);
        }
    }

    @Test
    void redirectsToTheOneForm() {
        var client = TestClient.of(Samples.cleanPath(Bodies.telling()));

        assertThat(client.get("/a//b/?x=%20")).hasStatus(301).hasHeader("Location", "/a/b?x=%20");
        assertThat(client.post("//evil.example/", "")).hasStatus(308).hasHeader("Location", "/evil.example");
        assertThat(client.get("/a/b?//")).bodyContains("GET [a, b]");
        assertThat(client.options("*")).hasStatus(200);
    }

    // ------------------------------------------------------------------------------------------ Approot

    @Test
    void knowsItsOwnAddress() {
        assertThat(at(Samples.approot(), "evil.example").get("/"))
                .hasBody("Confirm at https://shop.example/confirm/17\n");
    }

    @Test
    void takesTheAddressFromElsewhere() {
        Application tells = (request, respond) -> respond.with(wai.Response.text(wai.Status.OK, Approot.of(request)));

        assertThat(at(Approot.fromRequest().wrap(tells), "a.example:81").get("/x"))
                .hasBody("http://a.example:81");
        assertThat(TestClient.of(Approot.fromEnvironment(Map.of("APPROOT", "http://b.example/app/"))
                                .wrap(tells))
                        .get("/"))
                .hasBody("http://b.example/app");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "a.example",
                "ftp://a.example",
                "http://",
                "http://a?b",
                "http://a#b",
                "http://u@a",
                "http://a b"
            })
    void refusesAnAddressThatIsNone(String uri) {
        assertThatThrownBy(() -> Approot.fixed(uri)).hasMessageContaining(uri);
        assertThatThrownBy(() -> Approot.of(Request.builder("GET", "/").build()))
                .hasMessageContaining("Approot");
    }
}
