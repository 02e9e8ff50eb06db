package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

class TestResponseAssertTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("1994-11-06T08:49:37Z"));

    private static final Headers HTML = Headers.of(
            HeaderName.CONTENT_TYPE, "text/html; charset=utf-8", HeaderName.VARY, "Accept", HeaderName.VARY, "Origin");

    private final TestResponse page = TestClient.of((request, respond) -> respond.with(
                    Response.of(Status.OK, HTML.adding(HeaderName.SET_COOKIE, "id=7"), Bytes.utf8("<p>\nhello</p>"))))
            .withClock(CLOCK)
            .get("/page");

    static Stream<Arguments> assertions() {
        return Stream.of(
                both("hasStatus", seen -> seen.hasStatus(200), seen -> seen.hasStatus(Status.CREATED)),
                both("hasStatus code", seen -> seen.hasStatus(Status.OK), seen -> seen.hasStatus(404)),
                both("hasReason", seen -> seen.hasReason("OK"), seen -> seen.hasReason("Fine")),
                both("isSuccessful", TestResponseAssert::isSuccessful, seen -> seen.redirectsTo("/")),
                both(
                        "hasContentType",
                        seen -> seen.hasContentType("text/html").hasContentType("TEXT/html; charset=utf-8"),
                        seen -> seen.hasContentType("text/plain")),
                both(
                        "charset",
                        TestResponseAssert::isComplete,
                        seen -> seen.hasContentType("text/html; charset=ascii")),
                both("hasHeader", seen -> seen.hasHeader("vary"), seen -> seen.hasHeader("X-None")),
                both(
                        "hasHeader value",
                        seen -> seen.hasHeader("Vary", "Accept").hasHeader(HeaderName.VARY, "Origin"),
                        seen -> seen.hasHeader("Vary", "accept")),
                both(
                        "hasHeaders",
                        seen -> seen.hasHeaders(HTML),
                        seen -> seen.hasHeaders(HTML.with(HeaderName.VIA, "x"))),
                both("hasNoHeader", seen -> seen.hasNoHeader("Server"), seen -> seen.hasNoHeader("vary")),
                both("hasBody", seen -> seen.hasBody("<p>\nhello</p>"), seen -> seen.hasBody("hello")),
                both(
                        "hasBody bytes",
                        seen -> seen.hasBody(Bytes.utf8("<p>\nhello</p>")),
                        seen -> seen.hasBody(Bytes.utf8("<p>"))),
                both("bodyContains", seen -> seen.bodyContains("hello"), seen -> seen.bodyContains("bye")),
                both(
                        "bodyDoesNotContain",
                        seen -> seen.bodyDoesNotContain("bye"),
                        seen -> seen.bodyDoesNotContain("hello")),
                both("bodyMatches", seen -> seen.bodyMatches("<p>.*</p>"), seen -> seen.bodyMatches("hello")),
                both("hasEmptyBody", TestResponseAssert::isComplete, TestResponseAssert::hasEmptyBody),
                both("isIncomplete", TestResponseAssert::isComplete, TestResponseAssert::isIncomplete),
                both("hasTrailer", TestResponseAssert::isComplete, seen -> seen.hasTrailer("X", "1")),
                both("hasInformational", TestResponseAssert::isComplete, seen -> seen.hasInformational(103)),
                both("setsCookie", seen -> seen.setsCookie("id", "7"), seen -> seen.setsCookie("id", "8")),
                both("setsNoCookie", seen -> seen.setsNoCookie("x"), seen -> seen.setsNoCookie("id")),
                both("failedWith", TestResponseAssert::isComplete, seen -> seen.failedWith(Exception.class)),
                both(
                        "is",
                        seen -> seen.is("short", response -> response.bytes().length() < 100),
                        seen -> seen.is("long", response -> response.bytes().length() > 100)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("assertions")
    void holdsOrShowsTheWholeResponse(Consumer<TestResponseAssert> holding, Consumer<TestResponseAssert> failing) {
        assertThatCode(() -> holding.accept(assertThat(page))).doesNotThrowAnyException();
        assertThatThrownBy(() -> failing.accept(assertThat(page)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected ")
                .hasMessageContaining(" but was ")
                .hasMessageEndingWith("""
                        GET /page

                        200 OK
                        Content-Type: text/html; charset=utf-8
                        Vary: Accept
                        Vary: Origin
                        Set-Cookie: id=7
                        Content-Length: 13
                        Date: Sun, 06 Nov 1994 08:49:37 GMT

                        <p>
                        hello</p>
                        """);
    }

    @Test
    void saysWhatIsTested() {
        assertThatThrownBy(() -> assertThat(page).as("the page").hasStatus(404))
                .hasMessageStartingWith("[the page] expected status 404 Not Found but was 200 OK\n");
        assertThatThrownBy(() -> assertThat(page).fails("not this branch")).hasMessageStartingWith("not this branch\n");
    }

    @Test
    void readsTextInTheCharsetOfTheResponse() {
        var client = TestClient.of((request, respond) -> respond.with(Response.of(
                Status.OK,
                Headers.of(HeaderName.CONTENT_TYPE, "text/plain; Charset=\"iso-8859-1\""),
                Bytes.of("Grüße".getBytes(StandardCharsets.ISO_8859_1)))));

        assertThat(client.get("/")).hasBody("Grüße");
    }

    @Test
    void doesNotGuessAnUnknownCharset() {
        var response = TestClient.of((request, respond) -> respond.with(Response.of(
                        Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/plain; charset=x-none"), Bytes.utf8("a"))))
                .get("/");

        assertThatThrownBy(response::text)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("charset \"x-none\"");
        assertThat(response.toString()).contains("1 bytes that are no text");
    }

    @Test
    void showsTheBeginningOfALongBody() {
        var response = TestClient.of((request, respond) -> respond.with(Response.text(Status.OK, "x".repeat(100_000))))
                .get("/");

        assertThat(response.toString()).hasSizeLessThan(2500).contains("xxx… (100000 bytes)");
    }

    private static Arguments both(
            String name, Consumer<TestResponseAssert> holding, Consumer<TestResponseAssert> failing) {
        return Arguments.of(Named.of(name, holding), failing);
    }
}
