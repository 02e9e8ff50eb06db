package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.SERVER;
import static wai.HeaderName.SET_COOKIE;
import static wai.HeaderName.UPGRADE;
import static wai.HeaderName.VIA;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.testing.Draw;
import wai.testing.Property;

class ResponseTest {
    private static final RawApplication TALK = connection -> connection.output().write(1);
    private static final Headers HEAD = Headers.of(UPGRADE, "echo");

    static Stream<Arguments> bodies() {
        return Stream.of(
                body("bytes", Response.text(Status.OK, "hello")),
                body("file", Response.file(Status.OK, HEAD, Path.of("a"))),
                body("part", Response.file(Status.OK, HEAD, Path.of("a"), new FilePart(0, 1, 2))),
                body("stream", Response.stream(Status.OK, HEAD, out -> out.write(1))),
                body("raw", raw(Response.text(Status.UPGRADE_REQUIRED, "no"))));
    }

    // --- laws, for every body

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void hasTheHeadersItWasGiven(String body, Response response) {
        Property.holds(draw -> {
            var headers = headers(draw);

            assertThat(response.withHeaders(headers).headers()).isEqualTo(headers);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void hasTheStatusItWasGivenAndNothingElseChanged(String body, Response response) {
        var changed = response.withStatus(Status.CONFLICT);

        assertThat(changed.status()).isEqualTo(Status.CONFLICT);
        assertThat(changed.headers()).isEqualTo(response.headers());
        assertThat(changed.body()).isSameAs(response.body());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void hasTheBodyItWasGivenAndNothingElseChanged(String body, Response response) {
        var bytes = Bytes.utf8("other");

        assertThat(response.withBody(bytes)).isEqualTo(new Response(response.status(), response.headers(), bytes));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void givingItItsOwnPartsChangesNothing(String body, Response response) {
        assertThat(response.withHeaders(response.headers())).isEqualTo(response);
        assertThat(response.withStatus(response.status())).isEqualTo(response);
        assertThat(response.withBody(response.body())).isEqualTo(response);
        assertThat(response.without(VIA)).isEqualTo(response);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void changesOneFieldAsHeadersDo(String body, Response response) {
        Property.holds(draw -> {
            var name = name(draw);
            var given = response.withHeaders(headers(draw));

            assertThat(given.withHeader(name, "n").headers())
                    .isEqualTo(given.headers().with(name, "n"));
            assertThat(given.adding(name, "n").headers())
                    .isEqualTo(given.headers().adding(name, "n"));
            assertThat(given.without(name).headers()).isEqualTo(given.headers().without(name));
        });
    }

    // --- raw: the fallback follows

    @Test
    void anEditOfOneFieldIsMadeOnTheFallbackAsItIsOnTheHead() {
        Property.holds(draw -> {
            var name = name(draw);
            var own = headers(draw);
            var response =
                    raw(Response.of(Status.UPGRADE_REQUIRED, own, Bytes.EMPTY)).withHeaders(headers(draw));
            var before = fallback(response).headers();

            assertThat(fallback(response.withHeader(name, "n")).headers()).isEqualTo(before.with(name, "n"));
            assertThat(fallback(response.adding(name, "n")).headers()).isEqualTo(before.adding(name, "n"));
            assertThat(fallback(response.without(name)).headers()).isEqualTo(before.without(name));
        });
    }

    static Stream<Arguments> differences() {
        return Stream.of(
                Arguments.of("a new name", List.of(), List.of("n"), List.of(), List.of("n")),
                Arguments.of("a value appended", List.of("a"), List.of("a", "n"), List.of("f"), List.of("f", "n")),
                Arguments.of("a name new to the head", List.of(), List.of("n"), List.of("f"), List.of("f", "n")),
                Arguments.of("a value replaced", List.of("a"), List.of("n"), List.of("f", "g"), List.of("n")),
                Arguments.of("one of two gone", List.of("a", "b"), List.of("b"), List.of("f"), List.of("b")),
                Arguments.of("a value put in front", List.of("a"), List.of("n", "a"), List.of("f"), List.of("n", "a")),
                Arguments.of("a name gone", List.of("a"), List.of(), List.of("f", "g"), List.of()),
                Arguments.of("nothing", List.of("a"), List.of("a"), List.of("f"), List.of("f")));
    }

    @ParameterizedTest(name = "{0}: {1} to {2} makes {3} {4}")
    @MethodSource("differences")
    void newHeadersReachTheFallbackByTheirDifference(
            String what, List<String> before, List<String> after, List<String> own, List<String> expected) {
        var response = new Response(
                Status.SWITCHING_PROTOCOLS,
                cookies(before),
                new Body.Raw(Response.of(Status.OK, cookies(own).adding(VIA, "v"), Bytes.EMPTY), TALK));

        var changed = response.withHeaders(cookies(after));

        assertThat(fallback(changed).headers().all(SET_COOKIE)).isEqualTo(expected);
        assertThat(fallback(changed).headers().all(VIA)).containsExactly("v");
        assertThat(fallback(changed).status()).isEqualTo(Status.OK);
        assertThat(changed.body()).isInstanceOfSatisfying(Body.Raw.class, raw -> assertThat(raw.application())
                .isSameAs(TALK));
    }

    @Test
    void theFallbackKeepsItsStatus() {
        var changed = raw(Response.text(Status.UPGRADE_REQUIRED, "no")).withStatus(Status.OK);

        assertThat(changed.status()).isEqualTo(Status.OK);
        assertThat(fallback(changed).status()).isEqualTo(Status.UPGRADE_REQUIRED);
    }

    @Test
    void refusesAFallbackThatIsItselfRaw() {
        var raw = raw(Response.text(Status.OK, "no"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> raw(raw))
                .withMessage("the fallback of a raw response is itself raw: expected bytes, a file or a stream");
    }

    // --- the rest

    @Test
    void textIsUtf8AndSaysSo() {
        var response = Response.text(Status.NOT_FOUND, "ä");

        assertThat(response.status()).isEqualTo(Status.NOT_FOUND);
        assertThat(response.headers()).isEqualTo(Headers.of(CONTENT_TYPE, "text/plain; charset=utf-8"));
        assertThat(response.body()).isEqualTo(Bytes.of((byte) 0xc3, (byte) 0xa4));
    }

    @Test
    void aWholeFileHasNoPartAndASliceHasOne() {
        var part = new FilePart(1, 2, 9);

        assertThat(Response.file(Status.OK, HEAD, Path.of("a")).body()).isEqualTo(new Body.File(Path.of("a"), null));
        assertThat(Response.file(Status.OK, HEAD, Path.of("a"), part).body())
                .isEqualTo(new Body.File(Path.of("a"), part));
    }

    @Test
    @SuppressWarnings("NullAway") // that is the test
    void refusesNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Response(null, HEAD, Bytes.EMPTY))
                .withMessage("status");
        assertThatNullPointerException()
                .isThrownBy(() -> new Response(Status.OK, null, Bytes.EMPTY))
                .withMessage("headers");
        assertThatNullPointerException()
                .isThrownBy(() -> new Response(Status.OK, HEAD, null))
                .withMessage("body");
        assertThatNullPointerException()
                .isThrownBy(() -> Response.file(Status.OK, HEAD, Path.of("a"), null))
                .withMessage("part");
        assertThatNullPointerException()
                .isThrownBy(() -> Response.stream(Status.OK, HEAD, null))
                .withMessage("writer");
    }

    private static Response raw(Response fallback) {
        return Response.raw(Status.SWITCHING_PROTOCOLS, HEAD, fallback, TALK);
    }

    private static Response fallback(Response response) {
        return response.body() instanceof Body.Raw raw ? raw.fallback() : response;
    }

    private static Headers cookies(List<String> values) {
        var headers = Headers.builder();
        values.forEach(value -> headers.add(SET_COOKIE, value));
        return headers.build();
    }

    private static Headers headers(Draw draw) {
        var builder = Headers.builder();
        draw.list(6, () -> builder.add(name(draw), "v" + draw.number(0, 2)));
        return builder.build();
    }

    private static HeaderName name(Draw draw) {
        return draw.oneOf(SET_COOKIE, VIA, SERVER, UPGRADE, HeaderName.of("via"));
    }

    private static Arguments body(String name, Response response) {
        return Arguments.of(name, response);
    }
}
