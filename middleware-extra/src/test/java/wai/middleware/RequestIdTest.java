package wai.middleware;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;

/// [RequestId] and [CacheControl].
class RequestIdTest {
    private static final Application TELLS = (request, respond) ->
            respond.with(Response.text(Status.OK, request.get(RequestId.ID).orElseThrow()));

    // ------------------------------------------------------------------------------------------ RequestId

    @Test
    void givesAnIdInwardAndOutward() {
        var client = TestClient.of(Samples.requestId(TELLS));

        var response = client.get("/");

        assertThat(response).bodyMatches("[0-9a-f-]{36}").hasHeader("X-Request-Id", response.text());
        org.assertj.core.api.Assertions.assertThat(client.get("/").text()).isNotEqualTo(response.text());
    }

    @Test
    void doesNotListenToTheClientUnlessAsked() {
        var fresh = TestClient.of(RequestId.fresh(() -> "own").wrap(TELLS));
        var accepting = TestClient.of(RequestId.accepting().wrap(TELLS));

        assertThat(fresh.request("GET", "/").header("X-Request-Id", "sent").send())
                .hasBody("own");
        assertThat(accepting
                        .request("GET", "/")
                        .header("X-Request-Id", "sent.A_1-b")
                        .send())
                .hasBody("sent.A_1-b")
                .hasHeader("X-Request-Id", "sent.A_1-b");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "a b", "<script>", "a/b", "\u00e4", "a\"b"})
    void acceptsNoIdThatWouldSpoilALog(String sent) {
        var accepting = TestClient.of(RequestId.accepting().wrap(TELLS));

        assertThat(accepting.request("GET", "/").header("X-Request-Id", sent).send())
                .bodyMatches("[0-9a-f-]{36}");
    }

    @Test
    void acceptsIdsUpToALength() {
        var accepting = TestClient.of(RequestId.accepting().wrap(TELLS));

        assertThat(accepting
                        .request("GET", "/")
                        .header("X-Request-Id", "a".repeat(128))
                        .send())
                .hasBody("a".repeat(128));
        assertThat(accepting
                        .request("GET", "/")
                        .header("X-Request-Id", "a".repeat(129))
                        .send())
                .bodyMatches("[0-9a-f-]{36}");
    }

    // ------------------------------------------------------------------------------------------ CacheControl

    private static TestClient keeping(Middleware cache, Response response) {
        return TestClient.of(cache.wrap(Bodies.answering(response)));
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource(
            nullValues = "none",
            value = {
                "GET, 200, 'public, max-age=3600'",
                "HEAD, 404, none",
                "HEAD, 200, 'public, max-age=3600'",
                "POST, 200, none",
                "GET, 500, none",
                "GET, 302, none"
            })
    void saysHowLongGoodAnswersMayBeKept(String method, int status, String expected) {
        var response = keeping(
                        CacheControl.forAll(Duration.ofHours(1)),
                        Response.text(Status.of(status), "").withHeader(HeaderName.LOCATION, "/"))
                .request(method, "/")
                .send();

        org.assertj.core.api.Assertions.assertThat(
                        response.header("Cache-Control").orElse(null))
                .isEqualTo(expected);
    }

    @Test
    void keepsNothingAtAll() {
        assertThat(keeping(CacheControl.never(), Response.text(Status.NOT_FOUND, ""))
                        .post("/", ""))
                .hasHeader("Cache-Control", "no-store");
    }

    @Test
    void knowsOtherPolicies() {
        var ok = Response.text(Status.OK, "");

        assertThat(keeping(CacheControl.revalidated(), ok).get("/")).hasHeader("Cache-Control", "no-cache");
        assertThat(keeping(CacheControl.immutable(), ok).get("/"))
                .hasHeader("Cache-Control", "public, max-age=31536000, immutable");
        assertThat(keeping(CacheControl.forTheClient(Duration.ofMillis(1999)), ok)
                        .get("/"))
                .hasHeader("Cache-Control", "private, max-age=1");
    }

    @Test
    void leavesWhatTheApplicationSaysAndCookiesToOneClient() {
        var own = Response.text(Status.OK, "").withHeader(HeaderName.CACHE_CONTROL, "max-age=1");
        var cookie = Response.text(Status.OK, "").withHeader(HeaderName.SET_COOKIE, "a=b");

        assertThat(keeping(CacheControl.never(), own).get("/")).hasHeader("Cache-Control", "max-age=1");
        assertThat(TestClient.of(Samples.cacheControl(Bodies.answering(cookie))).get("/assets/a"))
                .hasHeader("Cache-Control", "private, max-age=86400");
    }

    @Test
    void refusesAnAgeThatIsNone() {
        assertThatThrownBy(() -> CacheControl.forAll(Duration.ofSeconds(-1))).hasMessageContaining("zero or more");
    }
}
