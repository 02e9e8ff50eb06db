package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

class RedirectsTest extends BothPlacesTest {
    /// Redirects `/from?status=…&to=…`, and tells what arrives elsewhere.
    private static final Application SITE = (request, respond) -> {
        if (request.rawPath().startsWith("/from")) {
            var status =
                    Status.of(Integer.parseInt(request.query().first("status").orElseThrow()));
            var location = request.query().first("to").orElseThrow();
            return respond.with(Response.of(status, Headers.of(HeaderName.LOCATION, location), Bytes.EMPTY));
        }
        var body = new String(request.body().readAllBytes(), StandardCharsets.UTF_8);
        return respond.with(Response.text(
                Status.OK,
                "%s %s%s at %s %s auth %s: %s"
                        .formatted(
                                request.method(),
                                request.rawPath(),
                                request.rawQuery(),
                                request.isSecure() ? "https" : "http",
                                request.headers().first(HeaderName.HOST, "none"),
                                request.headers().first(HeaderName.AUTHORIZATION, "none"),
                                body)));
    };

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "301, POST, GET, ''",
        "302, POST, GET, ''",
        "303, POST, GET, ''",
        "303, PUT, GET, ''",
        "302, PUT, PUT, text",
        "307, POST, POST, text",
        "308, POST, POST, text"
    })
    void changesTheMethodAsBrowsersDo(int status, String method, String followed, String body) {
        var client = client(SITE).withOrigin("http://localhost").followingRedirects();

        var response = client.request(method, "/from?status=" + status + "&to=%2Fto%3Fx=1")
                .body("text")
                .send();

        assertThat(response).hasBody(followed + " /to?x=1 at http localhost auth none: " + body);
        assertThat(response.redirects()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"next, /from/next", "../next, /next", "?a=b, /from/x?a=b", "//other.example/y, /y"})
    void resolvesRelativeLocations(String location, String target) {
        var redirect = Response.of(Status.FOUND, Headers.of(HeaderName.LOCATION, location), Bytes.EMPTY);
        var client = client((request, respond) -> respond.with(
                        request.rawQuery().equals("?go")
                                ? redirect
                                : Response.text(Status.OK, request.rawPath() + request.rawQuery())))
                .followingRedirects();

        assertThat(client.get("/from/x?go")).hasBody(target);
    }

    @Test
    void followsToAnotherHostWithoutItsCredentials() {
        var client = client(SITE).followingRedirects();

        var response = client.request("GET", "/from?status=302&to=https:%2F%2Fother.example%2Fto")
                .header("Authorization", "Basic x")
                .send();

        assertThat(response).bodyContains("GET /to at https other.example auth none");
    }

    @Test
    void keepsCredentialsOnTheSameHost() {
        var client = client(SITE).followingRedirects();

        var response = client.request("GET", "/from?status=302&to=%2Fto")
                .header("Authorization", "Basic x")
                .send();

        assertThat(response).bodyContains("auth Basic x");
    }

    @Test
    void givesUpAfterItsLimit() {
        var client = client((request, respond) ->
                        respond.with(Response.of(Status.FOUND, Headers.of(HeaderName.LOCATION, "/again"), Bytes.EMPTY)))
                .followingRedirects(3);

        assertThatThrownBy(() -> client.get("/"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("more than 3 redirects")
                .hasMessageContaining("GET /again was answered with 302 Found");
    }

    @Test
    void doesNotFollowUnlessAsked() {
        var client = client(SITE);

        assertThat(client.get("/from?status=302&to=%2Fto")).redirectsTo("/to");
    }

    @Test
    void doesNotSendAStreamTwice() {
        var client = client(SITE).followingRedirects();
        var request =
                client.request("POST", "/from?status=307&to=%2Fto").body(new ByteArrayInputStream(new byte[] {1}));

        assertThatThrownBy(request::send)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it was a stream");
    }
}
