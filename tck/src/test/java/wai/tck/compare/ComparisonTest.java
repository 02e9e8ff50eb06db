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
                handler("one", ALL, Map.of(), exchange("status 200", "field X-Outermost: s", "body | a", "end whole")),
                handler("two", ALL, Map.of(), exchange("status 200", "field X-Outermost: s", "body | b", "end whole")));

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
                handler(
                        "one",
                        ALL,
                        Map.of(),
                        exchange("status 200", "field X-Outermost: 1", "field B: 2", "end whole")),
                handler(
                        "two",
                        ALL,
                        Map.of(),
                        exchange("status 200", "field B: 2", "field X-Outermost: 1", "end whole")));

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
                        "CUT",
                        List.of("status 200", "field X-Outermost: s", "body | half", "end cut"),
                        List.of("end cut")),
                Arguments.of(
                        "OWN_ANSWER",
                        List.of("status 500", "field Content-Type: a/b", "body | oh", "end whole"),
                        List.of("status 500", "end whole")),
                Arguments.of("CUT", List.of("status 200", "end cut"), List.of("status 502", "end whole")),
                Arguments.of(
                        "STREAM_LENGTH",
                        ok("field X-Length: not told"),
                        ok("field X-Length: not told", "field Content-Length: that of the body")),
                Arguments.of(
                        "OWN_FIELDS",
                        ok("field Content-Length: 7", "field X: 1", "field Date: Thu, 02 Jan 2025 03:04:05 GMT"),
                        ok("field Date: Thu, 02 Jan 2025 03:04:05 GMT", "field X: 1", "field Content-Length: 7")),
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
                Arguments.of(
                        "a length of a body in memory", ok("field Content-Length: that of the body"), ok("field X: 1")),
                Arguments.of(
                        "a cut in place of an error",
                        List.of("status 500", "end whole"),
                        List.of("status 200", "field X-Outermost: s", "end cut")),
                Arguments.of(
                        "an error of the application in place of a cut", List.of("status 200", "end cut"), error("oh")),
                Arguments.of(
                        "the place of Content-Type",
                        ok("field A: 1", "field Content-Type: b"),
                        ok("field Content-Type: b", "field A: 1")),
                Arguments.of("names in another case", ok("field ETag: 1"), ok("field Etag: 1")),
                Arguments.of(
                        "100 Continue",
                        ok(),
                        List.of("interim 100", "status 200", "field X-Outermost: s", "end whole")),
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
                Arguments.of("EMPTY_FIELDS", ok("body | field: A: ", "field B: 1"), ok("field B: 1")),
                Arguments.of("FIELD_WHITE_SPACE", ok("body | field: A: b  c"), ok("body | field: A: b c")),
                Arguments.of("FIELD_BYTES", ok("field A: caf\u00e9!"), ok("field A: caf?!")),
                Arguments.of("FIELD_BYTES", ok("body | field: A: caf\\u00e9!"), ok("body | field: A: caf?!")),
                Arguments.of(
                        "REQUEST_RESERVED_FIELDS",
                        ok("body | field: Proxy: a", "body | field: X-Under_Score: 1", "body | field: B: 2"),
                        ok("body | field: x-under-score: 1", "body | field: B: 2")),
                Arguments.of(
                        "REQUEST_RESERVED_FIELDS",
                        ok("body | upgrades: []", "body | field: Upgrade: a"),
                        ok("body | upgrades: []")),
                Arguments.of(
                        "REQUEST_COOKIES",
                        ok("body | field: Cookie: a=1", "body | field: Cookie: b=2"),
                        ok("body | field: Cookie: a=1, b=2")),
                Arguments.of(
                        "OWN_CONTINUE",
                        ok("body | field: Expect: 100-continue"),
                        List.of("interim 100", "status 200", "field X-Outermost: s", "end whole")),
                Arguments.of(
                        "REQUEST_BUFFERED",
                        ok("body | field: Content-Length: 5"),
                        List.of("interim 100", "status 200", "field X-Outermost: s", "end whole")),
                Arguments.of(
                        "TRAILER_DUPLICATES",
                        ok("body | trailer: b: 1", "body | trailer: a: 2"),
                        ok("body | trailer: a: 2", "body | trailer: b: 1")),
                Arguments.of("RESPONSE_RESERVED_FIELDS", ok("field Status: 404", "field A: 1"), ok("field A: 1")),
                Arguments.of(
                        "RESPONSE_DUPLICATES",
                        ok("field Vary: A", "field Vary: B, C", "field D: 1", "field D: 2"),
                        ok("field Vary: A,B,C", "field D: 1, 2")),
                Arguments.of("HEAD_LENGTH", ok("field Content-Length: that of the body"), ok()),
                Arguments.of(
                        "CONTENT_FIELDS_PLACE",
                        ok(
                                "field A: 1",
                                "field Content-Type: b",
                                "body | field: Content-Type: c",
                                "body | field: D: 2"),
                        ok(
                                "field Content-Type: b",
                                "field A: 1",
                                "body | field: D: 2",
                                "body | field: Content-Type: c")),
                Arguments.of(
                        "RESPONSE_FIELD_ORDER", ok("trailer B: 1", "trailer A: 2"), ok("trailer A: 2", "trailer B: 1")),
                Arguments.of(
                        "CONTENT_TYPE_TEXT",
                        List.of("status 205", "field X-Outermost: s", "field Content-Type: a/b", "end whole"),
                        List.of("status 205", "field X-Outermost: s", "end whole")),
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("exempt")
    void takesAnotherAnswerToRequestsThatADepartureIsAbout(
            String departure, List<String> usual, List<String> other, List<String> wrong) {
        var comparison = compare(
                handler("one", ALL, Map.of(), about(departure, usual)),
                handler("strict", ALL, Map.of(departure, "why"), about(departure, other)),
                handler("lenient", ALL, Map.of(departure, "why"), about(departure, usual)),
                handler("wrong", ALL, Map.of(departure, "why"), about(departure, wrong)),
                handler("silent", ALL, Map.of(), about(departure, other)));

        assertThat(verdict(comparison, "strict").reasons()).containsExactly(departure);
        assertThat(verdict(comparison, "lenient").kind()).isEqualTo(Kind.SAME);
        assertThat(verdict(comparison, "wrong").kind()).isEqualTo(Kind.DIFFERENT);
        assertThat(verdict(comparison, "silent").kind()).isEqualTo(Kind.DIFFERENT);
    }

    static List<Arguments> exempt() {
        var refused = List.of("status 400", "end whole");
        var cut = List.of("status 200", "end cut");
        return List.of(
                Arguments.of("METHODS", ok(), refused, ok("body | another")),
                Arguments.of("TARGETS", ok(), refused, error("of the application")),
                Arguments.of("UNNAMED_UPGRADE", ok(), refused, cut),
                Arguments.of("LENGTH_REQUIRED", ok(), refused, ok("body | another")),
                Arguments.of("TRAILER_SECTION", ok(), cut, ok("body | another")),
                Arguments.of("RESPONSE_RESERVED_FIELDS", ok(), refused, ok("body | another")),
                Arguments.of("OWN_CONTINUE", ok(), List.of("end not HTTP: status 100 with a length"), cut));
    }

    @Test
    void aResponseThatIsToBeCutMayLookWholeWhereThatIsDeclared() {
        var cut = List.of("status 200", "end cut");
        var comparison = compare(
                handler("one", ALL, Map.of(), about("CUT_STREAM", cut)),
                handler("two", ALL, Map.of("CUT_STREAM", "why"), about("CUT_STREAM", ok("body | half"))),
                handler("three", ALL, Map.of(), about("CUT_STREAM", ok("body | half"))));

        assertThat(verdict(comparison, "two").reasons()).containsExactly("CUT_STREAM");
        assertThat(verdict(comparison, "three").kind()).isEqualTo(Kind.DIFFERENT);
    }

    @Test
    void comparesOneThatHasOnlySomeOfTheRequests() {
        var first = new RecordedExchange("GET /1", List.of(), List.of(), ok("body | 1"));
        var second = new RecordedExchange("GET /2", List.of(), List.of(), ok("body | 2"));
        var whole = new Recording("whole", ALL, Map.of(), List.of(first, second));
        var part = new Recording("part", ALL, Map.of(), List.of(second));

        var comparison = compare(whole, part);

        assertThat(comparison.verdicts("part")).extracting(Verdict::kind).containsExactly(Kind.SAME);
        assertThat(comparison.text()).contains("part: 1 requests, 1 the same");
    }

    @Test
    void findsRulesThatNobodyNeeds() {
        var now = handler("one", ALL, Map.of(), exchange(ok("field Date: now").toArray(String[]::new)));
        var then = handler(
                "two",
                ALL,
                Map.of("EMPTY_QUERY", "why"),
                exchange(ok("field Date: then").toArray(String[]::new)));

        assertThat(compare(now, then).needlessRules())
                .contains("EMPTY_QUERY", "SERVER")
                .doesNotContain("CLOCK", "DATE", "TARGETS");
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

        var page = PortabilityPage.of(comparison, "# Title", Map.of("RESPONSE_NAME_CASE", "Names change."));

        assertThat(page)
                .startsWith("# Title\n")
                .contains("| [two](#two) | 1 | 0 | 1 | 0 |")
                .contains("| [three](#three) | 1 | 0 | 0 | 1 |")
                .contains("| `RESPONSE_NAME_CASE` | it folds \\| them | 1 | `GET /` |")
                .contains("| `RESPONSE_NAME_CASE` | Names change. |")
                .contains("**Undeclared**: `GET /`\n\n```diff\n- field ETag: 1\n+ field Etag: 1\n```")
                .endsWith("\n");
        assertThat(Leniency.values())
                .allSatisfy(rule -> assertThat(page).contains("| `" + rule + "` | " + rule.text()));
    }

    private static List<String> ok(String... lines) {
        var all = new java.util.ArrayList<>(List.of("status 200", "field X-Outermost: s"));
        all.addAll(List.of(lines));
        all.add("end whole");
        return List.copyOf(all);
    }

    private static List<String> error(String text) {
        return List.of("status 500", "field X-Outermost: s", "body | " + text, "end whole");
    }

    private static RecordedExchange exchange(String... lines) {
        return new RecordedExchange("GET /", List.of(), List.of(), List.of(lines));
    }

    private static RecordedExchange about(String departure, List<String> lines) {
        return new RecordedExchange("GET /", List.of(), List.of(departure), lines);
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
