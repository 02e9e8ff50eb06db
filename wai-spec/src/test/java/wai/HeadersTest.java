package wai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static wai.HeaderName.ACCEPT;
import static wai.HeaderName.AUTHORIZATION;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.COOKIE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.HOST;
import static wai.HeaderName.PROXY_AUTHORIZATION;
import static wai.HeaderName.SET_COOKIE;
import static wai.HeaderName.VARY;
import static wai.HeaderName.VIA;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.testing.Draw;
import wai.testing.Property;

class HeadersTest {
    private static final HeaderName OWN = HeaderName.of("X-Own");

    static IntStream bytes() {
        return IntStream.range(0, 256);
    }

    // --- laws

    @Test
    void withLeavesExactlyOneValueWhereTheFirstStood() {
        Property.holds(draw -> {
            var headers = headers(draw);
            var name = name(draw);

            var changed = headers.with(name, "new");

            assertThat(changed.all(name)).containsExactly("new");
            assertThat(changed.without(name)).isEqualTo(headers.without(name));
            assertThat(place(changed, name)).isEqualTo(headers.contains(name) ? place(headers, name) : headers.size());
        });
    }

    @Test
    void addingAppendsAndKeepsAllElse() {
        Property.holds(draw -> {
            var headers = headers(draw);
            var name = name(draw);

            var changed = headers.adding(name, "new");

            assertThat(changed.size()).isEqualTo(headers.size() + 1);
            var values = new ArrayList<>(headers.all(name));
            values.add("new");
            assertThat(changed.all(name)).isEqualTo(values);
            assertThat(lines(changed).subList(0, headers.size())).isEqualTo(lines(headers));
        });
    }

    @Test
    void addingHeadersJoinsThemInOrder() {
        Property.holds(draw -> {
            var a = headers(draw);
            var b = headers(draw);

            var joined = new ArrayList<>(lines(a));
            joined.addAll(lines(b));

            assertThat(lines(a.adding(b))).isEqualTo(joined);
        });
    }

    @Test
    void withoutRemovesEveryFieldOfTheNameAndNoOther() {
        Property.holds(draw -> {
            var headers = headers(draw);
            var name = name(draw);

            var changed = headers.without(name);

            assertThat(changed.contains(name)).isFalse();
            assertThat(changed.size())
                    .isEqualTo(headers.size() - headers.all(name).size());
            assertThat(lines(changed)).isSubsetOf(lines(headers));
        });
    }

    @Test
    void firstIsTheFirstOfAll() {
        Property.holds(draw -> {
            var headers = headers(draw);
            var name = name(draw);

            assertThat(headers.first(name)).isEqualTo(headers.all(name).stream().findFirst());
            assertThat(headers.first(name, "other"))
                    .isEqualTo(headers.first(name).orElse("other"));
            assertThat(headers.contains(name)).isEqualTo(headers.first(name).isPresent());
        });
    }

    @Test
    void aBuilderGivesTheSameFieldsBack() {
        Property.holds(draw -> {
            var headers = headers(draw);

            assertThat(headers.toBuilder().build()).isEqualTo(headers).hasSameHashCodeAs(headers);
        });
    }

    @Test
    void noChangeTouchesTheHeadersItBeganWith() {
        Property.holds(draw -> {
            var headers = headers(draw);
            var before = lines(headers);
            var name = name(draw);

            var changed = List.of(
                    headers.with(name, "x"),
                    headers.adding(name, "y"),
                    headers.without(name),
                    headers.toBuilder().add(name, "z").build());

            assertThat(changed).hasSize(4);
            assertThat(lines(headers)).isEqualTo(before);
        });
    }

    // --- values

    @ParameterizedTest(name = "byte {0}")
    @MethodSource("bytes")
    void takesOrRefusesAByteTheSameWayByTextAndByBytes(int value) {
        var bytes = new byte[] {'a', (byte) value, 'b'};
        var text = new String(bytes, ISO_8859_1);
        boolean allowed = value == '\t' || (value >= ' ' && value != 0x7f);

        if (allowed) {
            assertThat(Headers.of(OWN, text).value(0)).isEqualTo(text);
            assertThat(Headers.builder().add(OWN, bytes, 0, 3).build()).isEqualTo(Headers.of(OWN, text));
        } else {
            var message =
                    "value of X-Own has U+%04X at 1: expected U+0020 to U+00FF or tab, without U+007F (RFC 9110 §5.5)"
                            .formatted(value);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Headers.of(OWN, text))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Headers.EMPTY.adding(OWN, text))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Headers.of(OWN, "x").with(OWN, text))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Headers.builder().add(OWN, bytes, 0, 3))
                    .withMessage(message);
        }
    }

    @Test
    void textAndBytesGiveTheSameVerdictAndTheSameValue() {
        Property.holds(draw -> {
            var bytes = draw.coin() ? draw.bytes(6) : draw.text(6).getBytes(ISO_8859_1);
            int from = draw.number(0, bytes.length);
            int to = draw.number(from, bytes.length);

            var byText = outcome(() -> Headers.of(OWN, new String(bytes, from, to - from, ISO_8859_1)));
            var byBytes =
                    outcome(() -> Headers.builder().add(OWN, bytes, from, to).build());

            assertThat(byBytes).isEqualTo(byText);
        });
    }

    @Test
    void refusesCharactersAboveOneByte() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of(OWN, "price €"))
                .withMessageContaining("U+20AC at 6");
    }

    static Stream<Arguments> trimmed() {
        return Stream.of(
                Arguments.of("", ""),
                Arguments.of("  ", ""),
                Arguments.of("\t \t", ""),
                Arguments.of(" a", "a"),
                Arguments.of("a\t", "a"),
                Arguments.of(" \ta b\tc \t", "a b\tc"),
                Arguments.of("\u00a0a\u00a0", "\u00a0a\u00a0"));
    }

    @ParameterizedTest(name = "[{0}] is [{1}]")
    @MethodSource("trimmed")
    void dropsSpacesAndTabsAroundAValue(String given, String expected) {
        var bytes = given.getBytes(ISO_8859_1);

        assertThat(Headers.of(OWN, given).value(0)).isEqualTo(expected);
        assertThat(Headers.builder().add(OWN, bytes, 0, bytes.length).build().value(0))
                .isEqualTo(expected);
    }

    @Test
    void refusesASliceOutsideItsArray() {
        var array = new byte[] {'a', ' ', 'b'};

        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Headers.builder().add(OWN, array, 0, 4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Headers.builder().add(OWN, array, -1, 2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Headers.builder().add(OWN, array, 2, 1));
    }

    // --- lists

    static Stream<Arguments> lists() {
        return Stream.of(
                Arguments.of(List.of("close, TE"), List.of("close", "TE")),
                Arguments.of(List.of("a,b", "c"), List.of("a", "b", "c")),
                Arguments.of(List.of(" a ,\tb\t"), List.of("a", "b")),
                Arguments.of(List.of("", ",", " , ,"), List.of()),
                Arguments.of(List.of(",a,,b,"), List.of("a", "b")),
                Arguments.of(List.of("\"a,b\", c"), List.of("\"a,b\"", "c")),
                Arguments.of(List.of("W/\"x,y\",\"z\""), List.of("W/\"x,y\"", "\"z\"")),
                Arguments.of(List.of("\"a\\\",b\", c"), List.of("\"a\\\",b\"", "c")),
                Arguments.of(List.of("\"a\\\\\",b"), List.of("\"a\\\\\"", "b")),
                Arguments.of(List.of("a\\,b"), List.of("a\\", "b")),
                Arguments.of(List.of("\"open, c", "d"), List.of("\"open, c", "d")),
                Arguments.of(List.of("\"end\\"), List.of("\"end\\")));
    }

    @ParameterizedTest(name = "{0} has {1}")
    @MethodSource("lists")
    void splitsListsAtCommasOutsideQuotes(List<String> values, List<String> expected) {
        var builder = Headers.builder().add(HOST, "x,y");
        values.forEach(value -> builder.add(ACCEPT, value));

        assertThat(builder.build().elements(ACCEPT)).isEqualTo(expected);
    }

    @Test
    void aNameThatIsNotThereHasNoElementsAndNoValues() {
        assertThat(Headers.EMPTY.elements(ACCEPT)).isEmpty();
        assertThat(Headers.EMPTY.all(ACCEPT)).isEmpty();
        assertThat(Headers.EMPTY.first(ACCEPT)).isEmpty();
    }

    // --- the rest

    @Test
    void keepsOrderDuplicatesAndSpelling() {
        var headers = Headers.of(SET_COOKIE, "a=1", HeaderName.of("x-OWN"), "2", SET_COOKIE, "b=3");

        assertThat(lines(headers)).containsExactly("Set-Cookie: a=1", "x-OWN: 2", "Set-Cookie: b=3");
        assertThat(headers.all(SET_COOKIE)).containsExactly("a=1", "b=3");
        assertThat(headers.first(OWN)).contains("2");
    }

    @Test
    void comparesNamesByFoldingAndValuesExactly() {
        assertThat(Headers.of(HeaderName.of("x-own"), "v")).isEqualTo(Headers.of(OWN, "v"));
        assertThat(Headers.of(OWN, "V")).isNotEqualTo(Headers.of(OWN, "v"));
        assertThat(Headers.of(VIA, "1", VARY, "2")).isNotEqualTo(Headers.of(VARY, "2", VIA, "1"));
    }

    @Test
    void withPutsTheNewSpellingInTheOldPlace() {
        var headers =
                Headers.of(HeaderName.of("x-own"), "1", HOST, "h", OWN, "2").with(OWN, "3");

        assertThat(lines(headers)).containsExactly("X-Own: 3", "Host: h");
    }

    @Test
    void changesThatChangeNothingAnswerTheSameObject() {
        var headers = Headers.of(HOST, "h");

        assertThat(headers.without(VIA)).isSameAs(headers);
        assertThat(headers.adding(Headers.EMPTY)).isSameAs(headers);
        assertThat(Headers.EMPTY.adding(headers)).isSameAs(headers);
        assertThat(headers.with(HOST, "h")).isSameAs(headers);
        assertThat(headers.without(HOST)).isEqualTo(Headers.EMPTY);
    }

    @Test
    void aBuilderCanBeUsedAgainWithoutTouchingWhatItBuilt() {
        var builder = Headers.builder().add(HOST, "1").add(VIA, "2");
        assertThat(builder.size()).isEqualTo(2);

        var first = builder.build();
        assertThat(builder.size()).isZero();
        var second = builder.add(ETAG, "3").build();

        assertThat(lines(first)).containsExactly("Host: 1", "Via: 2");
        assertThat(lines(second)).containsExactly("ETag: 3");
        assertThat(builder.build()).isSameAs(Headers.EMPTY);
    }

    @Test
    void aBuilderThatRefusedAFieldGoesOnWithoutIt() {
        var builder = Headers.builder().add(HOST, "h");

        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(VIA, "a\r\nb"));

        assertThat(lines(builder.build())).containsExactly("Host: h");
    }

    @Test
    void showsNoSecrets() {
        var headers = Headers.of(CONTENT_TYPE, "text/plain")
                .adding(HeaderName.of("authorization"), "s3cret")
                .adding(PROXY_AUTHORIZATION, "s3cret")
                .adding(COOKIE, "s3cret")
                .adding(SET_COOKIE, "s3cret");

        assertThat(headers)
                .hasToString("Headers[Content-Type: text/plain, authorization: …, Proxy-Authorization: …, Cookie: …, "
                        + "Set-Cookie: …]");
        assertThat(headers.first(AUTHORIZATION)).contains("s3cret");
    }

    @Test
    void refusesAPlaceThatIsNotThere() {
        var headers = Headers.of(HOST, "h");

        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> headers.name(1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> headers.value(-1));
    }

    private static Headers headers(Draw draw) {
        var builder = Headers.builder();
        draw.list(12, () -> builder.add(name(draw), "v" + draw.number(0, 3)));
        return builder.build();
    }

    private static HeaderName name(Draw draw) {
        return draw.oneOf(HOST, VIA, OWN, HeaderName.of("via"), HeaderName.of("x-own"), HeaderName.of("X-OWN"));
    }

    private static int place(Headers headers, HeaderName name) {
        int at = 0;
        while (!headers.name(at).equals(name)) {
            at++;
        }
        return at;
    }

    private static List<String> lines(Headers headers) {
        var lines = new ArrayList<String>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }

    private static String outcome(Supplier<Headers> making) {
        try {
            return "value " + making.get().value(0);
        } catch (IllegalArgumentException e) {
            return "refused: " + e.getMessage();
        }
    }
}
