package wai.tck.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.tck.compare.Verdict.Kind;

class ComparisonTest {
    private static final List<String> ALL = List.of("RAW", "RAW_TARGET");

    @Test
    void findsWhatDiffersAndSaysNothingOfTheRest() {
        var comparison = compare(
                handler("one", ALL, Map.of(), exchange("status 200", "field X-Stack: s", "body | a", "end whole")),
                handler("two", ALL, Map.of(), exchange("status 200", "field X-Stack: s", "body | b", "end whole")));

        assertThat(verdict(comparison, "one").kind()).isEqualTo(Kind.SAME);
        assertThat(verdict(comparison, "two").kind()).isEqualTo(Kind.DIFFERENT);
        assertThat(verdict(comparison, "two").difference()).containsExactly("- body | a", "+ body | b");
        assertThat(comparison.undeclared()).isEqualTo(1);
        assertThat(comparison.text())
                .contains("one: 1 requests, 1 the same, 0 as declared, 0 different", "GET /, measured by one");
    }

    @Test
    void tellsOrder() {
        var comparison = compare(
                handler("one", ALL, Map.of(), exchange("status 200", "field X-Stack: 1", "field B: 2", "end whole")),
                handler("two", ALL, Map.of(), exchange("status 200", "field B: 2", "field X-Stack: 1", "end whole")));

        assertThat(verdict(comparison, "two").difference()).contains("the same lines in another order");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("alike")
    void leavesOutWhatEveryHandlerHasOfItsOwn(String rule, List<String> one, List<String> two) {
        var comparison = compare(
                handler("one", ALL, Map.of(), exchange(one.toArray(String[]::new))),
                handler("two", ALL, Map.of(), exchange(two.toArray(String[]::new))));

        assertThat(verdict(comparison, "two").kind()).as(rule).isEqualTo(Kind.SAME);
    }

    static List<Arguments> alike() {
        return List.of(
                Arguments.of("CLOCK", ok("field Date: now"), ok("field date: then")),
                Arguments.of("SERVER", ok("field Server: one"), ok()),
                Arguments.of("CONNECTION", ok("field Transfer-Encoding: chunked"), ok("field Connection: close")),
                Arguments.of("CONNECTION", ok("body | field: TE: trailers"), ok("body | field: TE: trailers")),
                Arguments.of("BLANKS", ok("field X: a\tb"), ok("field X: a b")),
                Arguments.of("BLANKS", ok("body | field: X: a\\u0009b"), ok("body | field: X: a b")),
                Arguments.of(
                        "CUT", List.of("status 200", "field X-Stack: s", "body | half", "end cut"), List.of("end cut")),
                Arguments.of(
                        "OWN_ANSWER",
                        List.of("status 500", "field Content-Type: a/b", "body | oh", "end whole"),
                        List.of("status 500", "end whole")),
                Arguments.of("ANSWERED_FIRST", ok("field X-Answered: first"), answeredAfterContinue()),
                Arguments.of(
                        "BOUNDARY",
                        ok("field Content-Type: multipart/byteranges; boundary=one", "body | --one"),
                        ok("field Content-Type: multipart/byteranges; boundary=two", "body | --two")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("different")
    void leavesOutNothingElse(String what, List<String> one, List<String> two) {
        var comparison = compare(
                handler("one", ALL, Map.of(), exchange(one.toArray(String[]::new))),
                handler("two", ALL, Map.of(), exchange(two.toArray(String[]::new))));

        assertThat(verdict(comparison, "two").kind()).as(what).isEqualTo(Kind.DIFFERENT);
    }

    static List<Arguments> different() {
        return List.of(
                Arguments.of("the application's Date", ok("field Date: Thu, 02 Jan 2025 03:04:05 GMT"), ok()),
                Arguments.of("the application's Server", ok("field Server: the application's own"), ok()),
                Arguments.of("a field whose name begins like Date", ok("field Dated: now"), ok()),
                Arguments.of("names in another case", ok("field ETag: 1"), ok("field Etag: 1")),
                Arguments.of(
                        "100 Continue", ok(), List.of("interim 100", "status 200", "field X-Stack: s", "end whole")),
                Arguments.of(
                        "the status of an own answer",
                        List.of("status 500", "end whole"),
                        List.of("status 400", "end whole")),
                Arguments.of(
                        "an own answer that is cut",
                        List.of("status 500", "end whole"),
                        List.of("status 500", "end cut")),
                Arguments.of("the application's error page", error("a"), error("b")),
                Arguments.of("a target", ok("body | raw-path: /%41"), ok("body | raw-path: /A")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("declared")
    void takesADeclaredDepartureAsTheReason(String departure, List<String> one, List<String> two) {
        var comparison = compare(
                handler("one", ALL, Map.of(), exchange(one.toArray(String[]::new))),
                handler("two", ALL, Map.of(departure, "why"), exchange(two.toArray(String[]::new))),
                handler("three", ALL, Map.of(), exchange(two.toArray(String[]::new))));

        assertThat(verdict(comparison, "two").kind()).isEqualTo(Kind.DECLARED);
        assertThat(verdict(comparison, "two").reasons()).containsExactly(departure);
        assertThat(verdict(comparison, "three").kind()).isEqualTo(Kind.DIFFERENT);
    }

    static List<Arguments> declared() {
        return List.of(
                Arguments.of("EMPTY_QUERY", ok("body | raw-query: ?"), ok("body | raw-query: ")),
                Arguments.of("REQUEST_NAME_CASE", ok("body | field: X-ONE: A"), ok("body | field: X-One: A")),
                Arguments.of(
                        "REQUEST_DUPLICATES",
                        ok("body | field: A: 1", "body | field: B: 2", "body | field: a: 3: 4"),
                        ok("body | field: A: 1, 3: 4", "body | field: B: 2")),
                Arguments.of(
                        "REQUEST_DUPLICATES",
                        ok("body | field: Cookie: a=1", "body | field: Cookie: b=2"),
                        ok("body | field: Cookie: a=1; b=2")),
                Arguments.of(
                        "REQUEST_FIELD_ORDER",
                        ok("body | field: B: 1", "body | field: A: 2", "body | field: B: 3"),
                        ok("body | field: A: 2", "body | field: B: 1", "body | field: B: 3")),
                Arguments.of(
                        "REQUEST_BUFFERED",
                        ok("body | body-length: OptionalLong.empty"),
                        ok("body | body-length: OptionalLong[5]")),
                Arguments.of(
                        "RESPONSE_NAME_CASE",
                        ok("field ETag: A", "trailer X-A: B"),
                        ok("field Etag: A", "trailer x-a: B")),
                Arguments.of(
                        "RESPONSE_FIELD_ORDER",
                        ok("field B: 1", "field A: 2", "field B: 3"),
                        ok("field A: 2", "field B: 1", "field B: 3")),
                Arguments.of(
                        "CONTENT_TYPE_TEXT", ok("field Content-Type: a/B; c=\"d\""), ok("field Content-Type: a/b;c=d")),
                Arguments.of("DATE", ok("field Date: Thu, 02 Jan 2025 03:04:05 GMT"), ok("field Date: now")));
    }

    @Test
    void keepsTheOrderOfOneNameUnderADepartureOfOrder() {
        var comparison = compare(
                handler(
                        "one",
                        ALL,
                        Map.of(),
                        exchange(ok("field A: 1", "field A: 2").toArray(String[]::new))),
                handler(
                        "two",
                        ALL,
                        Map.of("RESPONSE_FIELD_ORDER", "why"),
                        exchange(ok("field A: 2", "field A: 1").toArray(String[]::new))));

        assertThat(verdict(comparison, "two").kind()).isEqualTo(Kind.DIFFERENT);
    }

    @Test
    void measuresHandlersWithoutACapabilityByOneAnother() {
        var raw = new RecordedExchange("GET /", List.of("RAW"), List.of(), List.of("status 101", "end whole"));
        var fallback = new RecordedExchange("GET /", List.of("RAW"), List.of(), List.of("status 426", "end whole"));
        var other = new RecordedExchange("GET /", List.of("RAW"), List.of(), List.of("status 200", "end whole"));

        var comparison = compare(
                handler("raw", ALL, Map.of(), raw),
                handler("plain", List.of("RAW_TARGET"), Map.of(), fallback),
                handler("same", List.of("RAW_TARGET"), Map.of(), fallback),
                handler("odd", List.of("RAW_TARGET"), Map.of(), other));

        assertThat(verdict(comparison, "plain").kind()).isEqualTo(Kind.DECLARED);
        assertThat(verdict(comparison, "same").reasons()).containsExactly("RAW");
        assertThat(verdict(comparison, "odd").kind()).isEqualTo(Kind.DIFFERENT);
        assertThat(verdict(comparison, "odd").measure()).isEqualTo("plain");
    }

    @Test
    void leavesOutExchangesThatTellNothingUnderADeparture() {
        var good = new RecordedExchange("GET /", List.of(), List.of("TARGETS"), List.of("status 200", "end whole"));
        var refused = new RecordedExchange("GET /", List.of(), List.of("TARGETS"), List.of("status 400", "end whole"));

        var comparison = compare(
                handler("strict", ALL, Map.of("TARGETS", "why"), refused),
                handler("one", ALL, Map.of(), good),
                handler("two", ALL, Map.of(), refused));

        assertThat(verdict(comparison, "strict").reasons()).containsExactly("TARGETS");
        assertThat(verdict(comparison, "one").kind()).isEqualTo(Kind.SAME);
        assertThat(verdict(comparison, "two").kind()).isEqualTo(Kind.DIFFERENT);
    }

    @Test
    void leavesTheRawTargetOutWhereItIsNotDeclared() {
        var comparison = compare(
                handler(
                        "one",
                        ALL,
                        Map.of(),
                        exchange(ok("body | raw-path: /%41").toArray(String[]::new))),
                handler(
                        "two",
                        List.of("RAW"),
                        Map.of(),
                        exchange(ok("body | raw-path: /A").toArray(String[]::new))));

        assertThat(verdict(comparison, "two").reasons()).containsExactly("RAW_TARGET");
    }

    @Test
    void refusesWhatCannotBeCompared() {
        var one = handler("one", ALL, Map.of(), exchange("end whole"));
        var other = new Recording(
                "other",
                ALL,
                Map.of(),
                List.of(new RecordedExchange("PUT /", List.of(), List.of(), List.of("end whole"))));

        assertThatIllegalArgumentException().isThrownBy(() -> Comparison.of(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.of(List.of(one, one)))
                .withMessageContaining("two handlers of the name one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.of(List.of(one, other)))
                .withMessageContaining("different kits");
    }

    @Test
    void theRecordingIsTheSameBehindAFile() {
        var recording = handler(
                "one",
                ALL,
                Map.of("DATE", "why"),
                new RecordedExchange(
                        "GET /", List.of("RAW"), List.of("TARGETS"), List.of("body | \"\\\u0001", "end whole")));

        assertThat(Recording.parse(recording.json())).isEqualTo(recording);
    }

    @Test
    void thePageSaysWhatIsDeclaredAndWhatIsNot() {
        var comparison = compare(
                handler("one", ALL, Map.of(), exchange(ok("field ETag: 1").toArray(String[]::new))),
                handler(
                        "two",
                        List.of("RAW"),
                        Map.of("RESPONSE_NAME_CASE", "it folds | them"),
                        exchange(ok("field Etag: 1").toArray(String[]::new))),
                handler("three", ALL, Map.of(), exchange(ok("field Etag: 1").toArray(String[]::new))));

        var page = PortabilityPage.of(comparison, "# Title");

        assertThat(page)
                .startsWith("# Title\n")
                .contains("| **two** | 1 | 0 | 1 | 0 |")
                .contains("| **three** | 1 | 0 | 0 | 1 |")
                .contains("- `RESPONSE_NAME_CASE`: it folds | them")
                .contains("1 × `RESPONSE_NAME_CASE`: `GET /`")
                .contains("**Undeclared**: `GET /`\n\n```diff\n- field ETag: 1\n+ field Etag: 1\n```")
                .endsWith("\n");
        assertThat(Leniency.values())
                .allSatisfy(rule -> assertThat(page).contains("| `" + rule + "` | " + rule.text()));
    }

    private static List<String> ok(String... lines) {
        var all = new java.util.ArrayList<>(List.of("status 200", "field X-Stack: s"));
        all.addAll(List.of(lines));
        all.add("end whole");
        return List.copyOf(all);
    }

    private static List<String> error(String text) {
        return List.of("status 500", "field X-Stack: s", "body | " + text, "end whole");
    }

    private static List<String> answeredAfterContinue() {
        return List.of("interim 100", "status 200", "field X-Stack: s", "field X-Answered: first", "end whole");
    }

    private static RecordedExchange exchange(String... lines) {
        return new RecordedExchange("GET /", List.of(), List.of(), List.of(lines));
    }

    private static Recording handler(
            String name, List<String> capabilities, Map<String, String> departures, RecordedExchange exchange) {
        return new Recording(name, capabilities, departures, List.of(exchange));
    }

    private static Comparison compare(Recording... recordings) {
        return Comparison.of(List.of(recordings));
    }

    private static Verdict verdict(Comparison comparison, String handler) {
        return comparison.verdicts(handler).getFirst();
    }
}
