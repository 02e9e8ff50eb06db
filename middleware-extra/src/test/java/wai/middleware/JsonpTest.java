package wai.middleware;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;
import wai.test.TestResponse;

/// [Jsonp] and [ConditionalGet].
class JsonpTest {
    private static final Headers JSON = Headers.of(HeaderName.CONTENT_TYPE, "application/json");

    private static TestResponse call(Application application, String callback, String accept) {
        return TestClient.of(Samples.jsonp(application))
                .request("GET", "/")
                .query("callback", callback)
                .header("Accept", accept)
                .send();
    }

    // ------------------------------------------------------------------------------------------ Jsonp

    @Test
    void wrapsBytesAndStreams() {
        var bytes = Response.of(Status.OK, JSON.adding(HeaderName.ETAG, "\"1\""), Bytes.utf8("{}"));
        var stream =
                Response.stream(Status.OK, JSON.adding(HeaderName.CONTENT_LENGTH, "2"), out -> out.writeUtf8("{}"));

        for (var response : new Response[] {bytes, stream}) {
            assertThat(call(Bodies.answering(response), "a.b_$1", "text/javascript, */*"))
                    .hasBody("/**/a.b_$1({});")
                    .hasHeader("Content-Type", "text/javascript; charset=utf-8")
                    .hasHeader("X-Content-Type-Options", "nosniff")
                    .hasNoHeader("ETag")
                    .isComplete();
        }
    }

    @Test
    void asksTheApplicationForJson() {
        assertThat(call(Bodies.telling(), "f", "text/javascript")).bodyContains("accept: application/json");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "1a", "a b", "alert(1)//", "a..b", ".a", "a.", "a-b", "<script>", "a[0]", "\u00e4"})
    void refusesWhatIsNoName(String callback) {
        assertThat(call(Bodies.telling(), callback, "text/javascript"))
                .hasStatus(400)
                .bodyDoesNotContain("<script");
    }

    @Test
    void refusesANameThatIsTooLong() {
        assertThat(call(Bodies.telling(), "a".repeat(100), "text/javascript")).hasStatus(200);
        assertThat(call(Bodies.telling(), "a".repeat(101), "text/javascript")).hasStatus(400);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "FILE", "STREAM"})
    void leavesOtherTypesAlone(Bodies body) {
        assertThat(call(body.application(), "f", "text/javascript")).hasBody(Bodies.TEXT);
        assertThat(call(Bodies.answering(Response.of(Status.OK, JSON, Bytes.utf8("{}"))), "f", "application/json"))
                .hasBody("{}");
    }

    // ------------------------------------------------------------------------------------------ ConditionalGet

    private static TestResponse get(Application application, String field, String value) {
        return TestClient.of(application)
                .request("GET", "/")
                .header(field, value)
                .send();
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "If-None-Match | \"1\" | 304",
                "If-None-Match | W/\"1\" | 304",
                "If-None-Match | \"0\", \"1\" | 304",
                "If-None-Match | \"2\" | 200",
                "If-None-Match | 1 | 200",
                "If-Match | \"1\" | 200",
                "If-Match | \"2\" | 412",
                "If-Modified-Since | Sun, 06 Nov 1994 08:49:37 GMT | 304",
                "If-Modified-Since | Sun, 06 Nov 1994 08:49:36 GMT | 200",
                "If-Modified-Since | nonsense | 200",
                "If-Unmodified-Since | Sun, 06 Nov 1994 08:49:36 GMT | 412"
            })
    void comparesTheValidatorsOfTheApplication(String field, String value, int status) {
        var headers = Bodies.TYPE.adding(
                Headers.of(HeaderName.ETAG, "\"1\"", HeaderName.LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:37 GMT"));
        var bytes = Response.of(Status.OK, headers, Bytes.utf8("hi"));
        var stream = Response.stream(Status.OK, headers, out -> out.writeUtf8("hi"));

        for (var response : new Response[] {bytes, stream}) {
            var seen = get(ConditionalGet.byValidators().wrap(Bodies.answering(response)), field, value);

            assertThat(seen).hasStatus(status);
            if (status == 304) {
                assertThat(seen)
                        .hasHeader("ETag", "\"1\"")
                        .hasNoHeader("Content-Type")
                        .hasEmptyBody();
            }
        }
    }

    @Test
    void doesNotRunAStreamThatIsNotSent() {
        var response = Response.stream(Status.OK, Bodies.TYPE.adding(HeaderName.ETAG, "\"1\""), _ -> {
            throw new AssertionError("the stream ran");
        });

        assertThat(get(ConditionalGet.byValidators().wrap(Bodies.answering(response)), "If-None-Match", "\"1\""))
                .hasStatus(304);
    }

    @Test
    void tagsBytesUpToALimit() {
        var fits = ConditionalGet.taggingUpTo(5).wrap(Bodies.answering(Response.text(Status.OK, "12345")));
        var tooLarge = ConditionalGet.taggingUpTo(4).wrap(Bodies.answering(Response.text(Status.OK, "12345")));

        var tag = TestClient.of(fits).get("/").header("ETag").orElseThrow();

        assertThat(get(fits, "If-None-Match", tag)).hasStatus(304).hasHeader("ETag", tag);
        assertThat(TestClient.of(fits).head("/")).hasHeader("ETag", tag).hasHeader("Content-Length", "5");
        assertThat(TestClient.of(tooLarge).get("/")).hasNoHeader("ETag").hasBody("12345");
        assertThat(TestClient.of(Samples.conditionalGet(Bodies.telling())).get("/"))
                .hasHeader("ETag");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"POST, 200", "GET, 404", "GET, 201"})
    void looksAtGoodAnswersToReadersOnly(String method, int status) {
        var response = Response.text(Status.of(status), "x").withHeader(HeaderName.ETAG, "\"1\"");

        assertThat(TestClient.of(ConditionalGet.at(() -> Instant.EPOCH, 100).wrap(Bodies.answering(response)))
                        .request(method, "/")
                        .header("If-None-Match", "\"1\"")
                        .send())
                .hasStatus(status);
    }

    @Test
    void refusesALimitThatIsNone() {
        assertThatThrownBy(() -> ConditionalGet.taggingUpTo(-1)).hasMessageContaining("0 or more");
    }
}
