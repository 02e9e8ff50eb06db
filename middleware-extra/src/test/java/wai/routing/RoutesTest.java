package wai.routing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;

/// Which application or middleware a request comes to: [UrlMap], [VirtualHost], [Matches], [Select], [Rewrite].
class RoutesTest {
    private static Application named(String name) {
        return (request, respond) -> respond.with(Response.text(
                Status.OK,
                name + " " + shown(request.path()) + " "
                        + request.get(UrlMap.MOUNT).orElse(List.of()) + " " + request.rawPath()));
    }

    private static String shown(List<String> path) {
        return path.equals(List.of("")) ? "['']" : path.toString();
    }

    private static Middleware marked(String mark) {
        return Middleware.onResponse(response -> response.withHeader(HeaderName.of("Mark"), mark));
    }

    private static TestClient at(Application application, String host) {
        return TestClient.of(application).withHeader(HeaderName.HOST, host);
    }

    // ------------------------------------------------------------------------------------------ paths

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/            | shop [] [] /",
                "/apis        | shop [apis] [] /apis",
                "/api         | api [] [api] /api",
                "/api/        | api [''] [api] /api/",
                "/api/v3      | api [v3] [api] /api/v3",
                "/api/admin/x | admin [x] [api, admin] /api/admin/x",
                "/%61pi/a%2Fb | api [a/b] [api] /%61pi/a%2Fb",
                "//api        | shop [, api] [] //api"
            })
    void mountsByWholeSegments(String target, String seen) {
        var map = Samples.urlMap(named("shop"), named("api"), named("admin"));

        assertThat(TestClient.of(map).get(target)).hasBody(seen);
    }

    @Test
    void mountsMapsInsideOfMaps() {
        var inner = UrlMap.of("/b", named("b"));
        var outer = UrlMap.of("/a", inner);

        assertThat(TestClient.of(outer).get("/a/b/c")).hasBody("b [c] [a, b] /a/b/c");
        assertThat(TestClient.of(outer).get("/a/c")).hasStatus(404);
    }

    @Test
    void answers404OrOtherwise() {
        var map = UrlMap.of("/a", named("a"));

        assertThat(TestClient.of(map).get("/x")).hasStatus(404).hasBody("Not found\n");
        assertThat(TestClient.of(map.otherwise(named("else"))).get("/x/y")).hasBody("else [x, y] [] /x/y");
    }

    @Test
    void refusesAPlaceThatIsTakenOrNone() {
        assertThatThrownBy(() -> UrlMap.of("/a", named("a")).mount("/a/", named("b")))
                .hasMessageContaining("/a/");
        assertThatThrownBy(() -> UrlMap.of("a", named("a"))).hasMessageContaining("begins with /");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void passesEveryKindOfBody(Bodies body) {
        var map = UrlMap.of("/a", VirtualHost.of("*.example", body.application()));

        if (body == Bodies.RAW) {
            try (var live =
                    at(map, "x.example").request("GET", "/a").upgrade("echo").open()) {
                live.raw().write("ping").closeOutput();
                org.assertj.core.api.Assertions.assertThat(
                                live.raw().readToEnd().utf8())
                        .isEqualTo("ping");
            }
        } else {
            assertThat(at(map, "x.example").get("/a")).hasBody(Bodies.TEXT);
        }
    }

    // ------------------------------------------------------------------------------------------ hosts

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "shop.example, shop",
        "SHOP.example.:8080, shop",
        "blog.shop.example, blog",
        "x.blog.shop.example, customers",
        "a.b.shop.example, customers"
    })
    void choosesByHost(String host, String application) {
        var hosts = Samples.virtualHost(named("shop"), named("blog"), named("customers"));

        assertThat(at(hosts, host).get("/")).bodyContains(application + " [");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"example", "xshop.example", "", "a b", "shop.example/"})
    void answers421ForOtherHosts(String host) {
        var hosts = Samples.virtualHost(named("shop"), named("blog"), named("customers"));

        assertThat(at(hosts, host).get("/")).hasStatus(421);
        assertThat(at(VirtualHost.of("a", named("a")).otherwise(named("else")), host)
                        .get("/"))
                .bodyContains("else");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "a:80", "*", "*.", "a.*", "http://a"})
    void refusesWhatIsNoHost(String host) {
        assertThatThrownBy(() -> VirtualHost.of(host, named("a"))).hasMessageContaining(host);
    }

    // ------------------------------------------------------------------------------------------ conditions

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({
        "POST, /admin, 401",
        "POST, /admin/x, 401",
        "GET, /admin/x, 200",
        "POST, /administrator, 200",
        "POST, /, 200"
    })
    void limitsAMiddlewareToSomeRequests(String method, String target, int status) {
        Middleware refuse = _ -> (_, respond) ->
                respond.with(Response.text(Status.UNAUTHORIZED, "").withHeader(HeaderName.WWW_AUTHENTICATE, "X"));

        assertThat(TestClient.of(Samples.matches(named("site"), refuse))
                        .request(method, target)
                        .send())
                .hasStatus(status);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"/a, true", "/a/, true", "/, false", "/a/b, false", "/a//, false", "/A, false"})
    void matchesWholePaths(String target, boolean expected) {
        var request = wai.Request.builder("GET", target).build();

        org.assertj.core.api.Assertions.assertThat(Matches.path("/a").test(request))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource(
            nullValues = "none",
            value = {
                "/api/x, a.shop.example, keys",
                "/x, a.shop.example, sessions",
                "/x, shop.example, none",
                "/api, other.example, keys"
            })
    void selectsTheFirstThatMatches(String target, String host, String mark) {
        var application = Samples.select(named("site"), marked("keys"), marked("sessions"));

        org.assertj.core.api.Assertions.assertThat(
                        at(application, host).get(target).header("Mark").orElse(null))
                .isEqualTo(mark);
    }

    @Test
    void selectsOtherwise() {
        var application =
                Select.when(_ -> false, marked("a")).otherwise(marked("b")).wrap(named("site"));

        assertThat(TestClient.of(application).get("/")).hasHeader("Mark", "b");
    }

    // ------------------------------------------------------------------------------------------ rewriting

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/        | site [index.html] [] /",
                "/v1/a    | site [api, a] [] /v1/a",
                "/v1      | site [api] [] /v1",
                "/v10     | site [v10] [] /v10"
            })
    void rewritesWhatTheApplicationSees(String target, String seen) {
        assertThat(TestClient.of(Samples.rewrite(named("site"))).get(target)).hasBody(seen);
    }

    @Test
    void rewritesPathAndQueryTogether() {
        var application = Rewrite.target(target -> new Rewrite.Target(
                        List.of("item"),
                        new wai.Query(List.of(
                                new wai.Query.Parameter("id", target.path().getLast())))))
                .wrap(Bodies.telling());

        assertThat(TestClient.of(application).get("/items/17?x=1")).bodyContains("GET [item] ?id=17");
    }
}
