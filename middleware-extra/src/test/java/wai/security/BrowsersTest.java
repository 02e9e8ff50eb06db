package wai.security;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.HeaderName;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;

/// What browsers say and are told: [Csrf], [Cors], [SecurityHeaders].
class BrowsersTest {
    // ------------------------------------------------------------------------------------------ Csrf

    @ParameterizedTest(name = "{0} site {1} origin {2} -> {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "POST, same-origin, -, 200",
                "POST, none, -, 200",
                "POST, cross-site, -, 403",
                "POST, same-site, -, 403",
                "POST, nonsense, -, 403",
                "GET, cross-site, https://evil.example, 200",
                "HEAD, cross-site, -, 200",
                "OPTIONS, cross-site, -, 200",
                "DELETE, cross-site, -, 403",
                "QUERY, cross-site, -, 403",
                "POST, -, -, 200",
                "POST, -, http://localhost, 200",
                "POST, -, http://LOCALHOST, 200",
                "POST, -, https://localhost, 403",
                "POST, -, http://localhost:8080, 403",
                "POST, -, http://evil.example, 403",
                "POST, -, null, 403",
                "POST, -, http://localhost.evil.example, 403",
                "POST, cross-site, https://login.example, 200",
                "POST, -, https://login.example, 200",
                "POST, same-origin, https://evil.example, 200"
            })
    void refusesWhatAnotherSiteSends(String method, String site, String origin, int status) {
        var request = TestClient.of(Samples.csrf(Bodies.telling())).request(method, "/");
        if (site != null) {
            request.header("Sec-Fetch-Site", site);
        }
        if (origin != null) {
            request.header("Origin", origin);
        }

        assertThat(request.send()).hasStatus(status);
    }

    @Test
    void knowsTheSchemesOwnPort() {
        assertThat(TestClient.of(Samples.csrf(Bodies.telling()))
                        .withHeader(HeaderName.HOST, "shop.example:443")
                        .request("POST", "/")
                        .secure()
                        .header("Origin", "https://shop.example")
                        .send())
                .hasStatus(200);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "login.example", "https://", "https://a/", "https://a/b", "https://u@a", "https://a b"})
    void refusesToTrustWhatIsNoOrigin(String origin) {
        assertThatThrownBy(() -> Csrf.refusingOtherSites().trusting(origin)).hasMessageContaining(origin);
    }

    // ------------------------------------------------------------------------------------------ Cors

    private static final Application NEVER = (_, _) -> {
        throw new AssertionError("the application was called");
    };

    @Test
    void answersTheQuestionOfABrowser() {
        var response = TestClient.of(Samples.cors(NEVER))
                .request("OPTIONS", "/")
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "PUT")
                .send();

        assertThat(response)
                .hasStatus(204)
                .hasHeader("Access-Control-Allow-Origin", "https://shop.example")
                .hasHeader("Access-Control-Allow-Credentials", "true")
                .hasHeader("Access-Control-Allow-Methods", "GET, PUT, DELETE")
                .hasHeader("Access-Control-Allow-Headers", "Content-Type")
                .hasHeader("Access-Control-Max-Age", "3600")
                .hasHeader("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://shop.example",
                "https://shop.example:444",
                "https://shop.example.evil",
                "null",
                "",
                "HTTPS://SHOP.EXAMPLE"
            })
    void allowsNothingToOtherPages(String origin) {
        var question = TestClient.of(Samples.cors(NEVER))
                .request("OPTIONS", "/")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "PUT")
                .send();
        var request = TestClient.of(Samples.cors(Bodies.telling()))
                .request("GET", "/")
                .header("Origin", origin)
                .send();

        assertThat(question)
                .hasStatus(204)
                .hasNoHeader("Access-Control-Allow-Origin")
                .hasNoHeader("Access-Control-Allow-Methods");
        assertThat(request)
                .hasStatus(200)
                .hasNoHeader("Access-Control-Allow-Origin")
                .hasHeader("Vary", "Origin");
    }

    @Test
    void letsAPageReadTheResponse() {
        var own = Bodies.answering(Response.text(Status.OK, "")
                .withHeader(HeaderName.VARY, "Accept")
                .withHeader(HeaderName.ACCESS_CONTROL_ALLOW_ORIGIN, "*"));

        var response = TestClient.of(Samples.cors(own))
                .request("GET", "/")
                .header("Origin", "http://localhost:3000")
                .send();

        assertThat(response)
                .hasHeader("Access-Control-Allow-Origin", "http://localhost:3000")
                .hasHeader("Access-Control-Expose-Headers", "X-Request-Id")
                .hasHeader("Vary", "Accept, Origin");
    }

    @Test
    void letsEveryPageReadWithoutCredentials() {
        var client = TestClient.of(Cors.forAnyOrigin().wrap(Bodies.telling()));

        assertThat(client.get("/"))
                .hasHeader("Access-Control-Allow-Origin", "*")
                .hasNoHeader("Vary")
                .hasNoHeader("Access-Control-Allow-Credentials");
        assertThatThrownBy(() -> Cors.forAnyOrigin().withCredentials()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leavesOtherOptionsToTheApplication() {
        var client = TestClient.of(Samples.cors(Bodies.telling()));

        assertThat(client.options("/")).bodyContains("OPTIONS");
        assertThat(client.request("OPTIONS", "/")
                        .header("Origin", "https://shop.example")
                        .send())
                .bodyContains("OPTIONS");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"https://a/", "https://A.example", "a.example", "*", ""})
    void refusesAnOriginThatNoBrowserSends(String origin) {
        assertThatThrownBy(() -> Cors.forOrigins(origin)).hasMessageContaining("as browsers write it");
    }

    @Test
    void refusesSettingsThatCannotBe() {
        assertThatThrownBy(() -> Cors.forAnyOrigin().withMaxAge(Duration.ofSeconds(-1)))
                .hasMessageContaining("zero or more");
        assertThatThrownBy(() -> Cors.forAnyOrigin().withRequestHeaders("a\r\nb"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ------------------------------------------------------------------------------------------ SecurityHeaders

    @Test
    void tellsBrowsersWhatToRefuse() {
        var client = TestClient.of(SecurityHeaders.defaults().wrap(Bodies.telling()));

        assertThat(client.get("/"))
                .hasHeader("X-Content-Type-Options", "nosniff")
                .hasHeader("Referrer-Policy", "strict-origin-when-cross-origin")
                .hasHeader("Cross-Origin-Opener-Policy", "same-origin")
                .hasNoHeader("Strict-Transport-Security")
                .is("a policy", response -> response.header("Content-Security-Policy")
                        .orElse("")
                        .contains("frame-ancestors 'none'"));
        assertThat(client.request("GET", "/").secure().send())
                .hasHeader("Strict-Transport-Security", "max-age=31536000");
    }

    @Test
    void leavesWhatTheApplicationSets() {
        var own = Response.text(Status.OK, "").withHeader(HeaderName.of("Referrer-Policy"), "no-referrer");

        assertThat(TestClient.of(SecurityHeaders.defaults().wrap(Bodies.answering(own)))
                        .get("/"))
                .hasHeader("Referrer-Policy", "no-referrer");
    }

    @Test
    void givesEveryRequestItsOwnNonce() {
        Application page = (request, respond) -> respond.with(
                Response.text(Status.OK, request.get(SecurityHeaders.NONCE).orElseThrow()));
        var client = TestClient.of(Samples.securityHeaders(page));

        var first = client.get("/");
        var second = client.get("/");

        assertThat(first)
                .hasHeader("Content-Security-Policy", "default-src 'self'; script-src 'nonce-" + first.text() + "'")
                .bodyMatches("[A-Za-z0-9+/]{22}");
        org.assertj.core.api.Assertions.assertThat(first.text()).isNotEqualTo(second.text());
    }

    @Test
    void canBeChanged() {
        var changed = SecurityHeaders.defaults()
                .withStrictTransportSecurity(Duration.ofDays(1))
                .with(HeaderName.of("X-Frame-Options"), "DENY")
                .without(HeaderName.CONTENT_SECURITY_POLICY)
                .wrap(Bodies.telling());
        var without = SecurityHeaders.defaults()
                .without(HeaderName.STRICT_TRANSPORT_SECURITY)
                .wrap(Bodies.telling());

        assertThat(TestClient.of(changed).request("GET", "/").secure().send())
                .hasHeader("Strict-Transport-Security", "max-age=86400")
                .hasHeader("X-Frame-Options", "DENY")
                .hasNoHeader("Content-Security-Policy");
        assertThat(TestClient.of(without).request("GET", "/").secure().send()).hasNoHeader("Strict-Transport-Security");
    }
}
