package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import wai.HeaderName;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.spi.Rule;

/// What a handler does that reads HTTP/1 itself: heads that are malformed, lengths that are ambiguous, limits.
final class HttpCases {
    private static final String HOST = "Host: tck.test";
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";
    private static final String BEHIND = "/behind";
    /// Stands in a request where the field is that names the run.
    private static final String RUN = "\u0000run\u0000";

    private static final int MUCH = 4 << 20;

    private HttpCases() {}

    static List<TckCase> all() {
        return Stream.of(requestLines(), fields(), framing(), limits(), List.of(brokenBody()))
                .flatMap(List::stream)
                .map(TckCase::onTheWire)
                .toList();
    }

    private static List<TckCase> requestLines() {
        return List.of(
                malformed(
                                "a request line of wrong parts",
                                List.of(400, 501),
                                "GET / x HTTP/1.1\r\n" + HOST,
                                " GET / HTTP/1.1\r\n" + HOST,
                                "G(T / HTTP/1.1\r\n" + HOST)
                        .unlessTaken(Departure.REQUEST_LINE),
                malformed(
                                "more blanks than one in a request line",
                                List.of(400),
                                "GET  / HTTP/1.1\r\n" + HOST,
                                "GET /  HTTP/1.1\r\n" + HOST,
                                "GET / HTTP/1.1 \r\n" + HOST,
                                "GET\t/ HTTP/1.1\r\n" + HOST)
                        .unlessTaken(Departure.REQUEST_LINE_BLANKS),
                malformed("request lines without a version", List.of(400, 505), "GET /\r\n" + HOST, "GET\r\n" + HOST)
                        .unlessTaken(Departure.HTTP_0_9),
                malformed(
                                "a version that is none",
                                List.of(400, 505),
                                "GET / http/1.1\r\n" + HOST,
                                "GET / HTTP/1,1\r\n" + HOST,
                                "GET / HTTP/11\r\n" + HOST,
                                "GET / FTP/1.1\r\n" + HOST)
                        .unlessTaken(Departure.VERSIONS),
                refused(
                                Rule.WIR_VERSION,
                                "refuses another major version",
                                List.of(505),
                                Stream.of("HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/9.1")
                                        .map(version -> whole("GET / " + version + "\r\n" + HOST))
                                        .toList())
                        .unlessTaken(Departure.VERSIONS),
                malformed(
                                "a target with what no target has",
                                List.of(400),
                                "GET /a\u007fb HTTP/1.1\r\n" + HOST,
                                "GET /\u00fc HTTP/1.1\r\n" + HOST)
                        .alwaysRefused(),
                malformed("a target with NUL", List.of(400), "GET /a\u0000b HTTP/1.1\r\n" + HOST)
                        .unlessTaken(Departure.TARGET_NUL),
                fragment());
    }

    private static List<TckCase> fields() {
        return List.of(
                malformed(
                                "a field line that is none",
                                List.of(400),
                                get("X-Tck"),
                                get(": 1"),
                                get("X-Tck : 1"),
                                get("X-Tck\t: 1"),
                                get("X Tck: 1"),
                                get("X(Tck): 1"),
                                get("X-Tck\u0000: 1"),
                                get("X-Tck\u00fc: 1"),
                                "GET / HTTP/1.1\r\n X-Tck: 1\r\n" + HOST)
                        .unlessTaken(Departure.FIELD_LINES),
                malformed(
                                "a folded line, as nobody can say whose it is",
                                List.of(400),
                                get("X-Tck: 1\r\n 2"),
                                get("X-Tck: 1\r\n\tContent-Length: 2"))
                        .unlessTaken(Departure.FOLDED_LINES, joinsFoldedLines()),
                malformed("a value with NUL", List.of(400), get("X-Tck: a\u0000b"))
                        .alwaysRefused(),
                malformed(
                                "a bare CR in a field",
                                List.of(400),
                                get("X-Tck: a\rX-Other: b"),
                                get("X-Tck: a\r\r\nX-Other: b"))
                        .unlessTaken(Departure.BARE_CR),
                malformed(
                                "no Host or two",
                                List.of(400),
                                "GET / HTTP/1.1\r\nX-Tck: 1",
                                get(HOST),
                                get("Host: other.test"))
                        .unlessTaken(Departure.HOST),
                malformed(
                                "a Host that is no host",
                                List.of(400),
                                "GET / HTTP/1.1\r\nHost: a b",
                                "GET / HTTP/1.1\r\nHost: a/b",
                                "GET / HTTP/1.1\r\nHost: user@a")
                        .unlessTaken(Departure.HOST),
                refused(
                                Rule.WIR_EXPECT,
                                "refuses an expectation that it does not know",
                                List.of(417),
                                Stream.of("200-ok", "100-continue, 200-ok", "100-continue=x")
                                        .map(expectation ->
                                                post("Content-Length: 5\r\nExpect: " + expectation, "hello"))
                                        .toList())
                        .unlessTaken(Departure.EXPECTATIONS, RefusalCases.expectation()));
    }

    private static List<TckCase> framing() {
        return List.of(
                ambiguous(
                                "a Content-Length that is no number",
                                "Content-Length: 5x",
                                "Content-Length: +5",
                                "Content-Length: -5",
                                "Content-Length: 0x5",
                                "Content-Length: 5 5",
                                "Content-Length: 5.0",
                                "Content-Length: \"5\"",
                                "Content-Length: ",
                                "Content-Length: 99999999999999999999",
                                "Content-Length: 18446744073709551621")
                        .alwaysRefused(),
                ambiguous(
                                "several lengths that differ",
                                "Content-Length: 5\r\nContent-Length: 6",
                                "Content-Length: 5, 6",
                                "Content-Length: 5,")
                        .alwaysRefused(),
                ambiguous(
                                "a length beside chunks",
                                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                                "Transfer-Encoding: chunked\r\nContent-Length: 0")
                        .unlessTaken(Departure.LENGTH_BESIDE_CHUNKS, takesTheChunks()),
                ambiguous(
                                "codings that do not end with chunked",
                                "Transfer-Encoding: gzip",
                                "Transfer-Encoding: identity",
                                "Transfer-Encoding: chunked, gzip",
                                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                                "Transfer-Encoding: xchunked",
                                "Transfer-Encoding: \"chunked\"",
                                "Transfer-Encoding: chunked;a=b")
                        .alwaysRefused(),
                ambiguous(
                                "codings beside chunked, or what only looks like it",
                                "Transfer-Encoding: chunked, chunked",
                                "Transfer-Encoding: gzip, chunked",
                                "Transfer-Encoding:\u000bchunked")
                        .unlessTaken(Departure.CODINGS),
                refused(
                                Rule.WIR_AMBIGUOUS_LENGTH,
                                "refuses chunks from a client of HTTP/1.0",
                                List.of(400, 411, 501),
                                List.of(whole("POST / HTTP/1.0\r\n" + HOST + "\r\nTransfer-Encoding: chunked")
                                        + CHUNKS))
                        .unlessTaken(Departure.CHUNKS_ON_HTTP_1_0));
    }

    private static List<TckCase> limits() {
        var line = "X-Tck: " + "v".repeat(1000) + "\r\n";
        return List.of(
                tooLarge(
                                "a header section of many megabytes",
                                431,
                                () -> get(line.repeat(MUCH / line.length()) + "X: 1"))
                        .alwaysRefused(RefusalCases.manyLargeFields()),
                tooLarge("a field of many megabytes", 431, () -> get("X-Tck: " + "v".repeat(MUCH)))
                        .alwaysRefused(RefusalCases.largeField()),
                tooLarge("a hundred thousand fields", 431, () -> get("a:\r\n".repeat(100_000) + "X: 1"))
                        .alwaysRefused(RefusalCases.manyFields()),
                tooLarge("a target of many megabytes", 414, () -> "GET /" + "p".repeat(MUCH) + " HTTP/1.1\r\n" + HOST)
                        .alwaysRefused(RefusalCases.longTarget()));
    }

    /// What must be refused, in several ways of sending it.
    ///
    /// @param statuses what it may be answered with
    /// @param requests text with [#RUN] where the field is that names the run
    private record Refused(Rule rule, String name, List<Integer> statuses, List<Supplier<String>> requests) {
        /// For all handlers: those that refuse in another way still do it.
        TckCase alwaysRefused() {
            return asRequired().unless(Departure.REFUSALS).orElse(inAnotherWay());
        }

        /// As above, with how clients of other versions of HTTP see it.
        TckCase alwaysRefused(TckCase byAnyVersion) {
            return asRequired().unless(Departure.REFUSALS).orElse(inAnotherWay().orElse(byAnyVersion));
        }

        /// For all but those that take it.
        TckCase unlessTaken(Departure departure) {
            return asRequired()
                    .unless(Departure.REFUSALS, departure)
                    .orElse(inAnotherWay().unless(departure));
        }

        /// As above, with what is demanded of all others.
        TckCase unlessTaken(Departure departure, TckCase taken) {
            return asRequired()
                    .unless(Departure.REFUSALS, departure)
                    .orElse(inAnotherWay().unless(departure).orElse(taken));
        }

        private TckCase asRequired() {
            return staged(rule, name, HttpCases::called, scene -> {
                for (var request : requests) {
                    expectRefusal(scene, request.get().replace(RUN, run(scene)), statuses);
                }
            });
        }

        private TckCase inAnotherWay() {
            return staged(rule, name + ", in whatever way", HttpCases::called, scene -> {
                        for (var request : requests) {
                            var _ = expectNoEffect(scene, request.get().replace(RUN, run(scene)));
                        }
                    })
                    .onTheWire();
        }
    }

    private static Refused malformed(String what, List<Integer> statuses, String... heads) {
        return refused(
                Rule.WIR_MALFORMED,
                "refuses " + what,
                statuses,
                Arrays.stream(heads).map(HttpCases::whole).toList());
    }

    private static Refused ambiguous(String what, String... fields) {
        return refused(
                Rule.WIR_AMBIGUOUS_LENGTH,
                "refuses " + what,
                List.of(400, 411, 501),
                Arrays.stream(fields)
                        .map(field -> post(field, field.contains("Transfer-Encoding") ? CHUNKS : "hello"))
                        .toList());
    }

    private static Refused tooLarge(String what, int status, Supplier<String> head) {
        return new Refused(Rule.WIR_LIMITS, "refuses " + what, List.of(status), List.of(() -> whole(head.get())));
    }

    private static Refused refused(Rule rule, String name, List<Integer> statuses, List<String> requests) {
        return new Refused(
                rule,
                name,
                statuses,
                requests.stream()
                        .map(request -> (Supplier<String>) () -> request)
                        .toList());
    }

    /// Nobody can be in doubt where the request ends, so the connection may be kept.
    private static TckCase fragment() {
        return staged(Rule.WIR_MALFORMED, "refuses a target with a fragment", HttpCases::called, scene -> {
            var answer =
                    expectNoEffect(scene, whole("GET /a#f HTTP/1.1\r\n" + HOST).replace(RUN, run(scene)));
            answer.hasStatus(400);
        });
    }

    /// RFC 9112 §5.2: blanks stand for the fold.
    private static TckCase joinsFoldedLines() {
        return staged(
                        Rule.WIR_MALFORMED,
                        "joins a folded line with the field in front of it",
                        (request, respond, _) ->
                                respond.with(ok(request.headers().all(HeaderName.of("X-Tck")) + " "
                                        + request.headers().contains(HeaderName.CONTENT_LENGTH))),
                        scene -> {
                            var wire = scene.wire();
                            wire.send(scene.head("GET / HTTP/1.1", "X-Tck: 1\r\n\tContent-Length: 2"));
                            var answer = wire.answer("GET").hasStatus(200);
                            expectEqual(
                                    "fields",
                                    "[1 Content-Length: 2] false",
                                    answer.text().replaceAll("[ \t]+", " "));
                        })
                .unless(Departure.REQUEST_RESERVED_FIELDS)
                .onTheWire();
    }

    /// RFC 9112 §6.3: the chunks override the length, and the connection ends behind it, or at least is not confused.
    private static TckCase takesTheChunks() {
        return staged(
                        Rule.WIR_AMBIGUOUS_LENGTH,
                        "takes the chunks for the body where a length stands beside them",
                        (request, respond, _) ->
                                respond.with(ok(new String(request.body().readAllBytes(), ISO_8859_1))),
                        scene -> {
                            for (var length : List.of("5", "0", "25")) {
                                var wire = scene.wire()
                                        .send(scene.head(
                                                        "POST / HTTP/1.1",
                                                        "Content-Length: " + length,
                                                        "Transfer-Encoding: chunked")
                                                + CHUNKS.replace("hello", "GET /")
                                                + scene.head("GET /behind HTTP/1.1"));
                                wire.answer("POST").hasStatus(200).hasBody("GET /");
                            }
                        })
                .onTheWire();
    }

    private static TckCase brokenBody() {
        return brokenBody(
                        "answers 400 when the framing of a body breaks while the application reads", (answer, wire) -> {
                            answer.hasStatus(400);
                            expect(wire.isAtEnd(), "the connection was kept behind a broken body");
                        })
                .unless(Departure.REFUSALS, Departure.BROKEN_CHUNKS)
                .orElse(brokenBody("answers no broken body as if it were whole", (answer, _) -> {
                            if (answer.isAnswered()) {
                                answer.holds(answer.head().status() >= 400, "the broken body was taken");
                            }
                        })
                        .unless(Departure.BROKEN_CHUNKS));
    }

    private static TckCase brokenBody(String name, BrokenBodyCheck check) {
        return staged(
                        Rule.WIR_BROKEN_BODY,
                        name,
                        (request, respond, _) ->
                                respond.with(ok("read " + request.body().readAllBytes().length)),
                        scene -> {
                            for (var body : List.of(
                                    "zz\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "fffffffffffffffff\r\n", "5 5\r\nhello")) {
                                var wire = scene.wire()
                                        .send(scene.head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + body);
                                check.of(wire.answer("POST"), wire);
                            }
                        })
                .onTheWire();
    }

    /// What the answer to a broken body must be.
    @FunctionalInterface
    private interface BrokenBodyCheck {
        void of(Answer answer, Wire wire) throws IOException;
    }

    private static ResponseReceived called(Request request, Respond respond, Backstage scene) throws Exception {
        scene.note(request.rawPath().equals(BEHIND) ? "what stands behind was run" : "the application was called");
        return respond.with(ok("the application was called"));
    }

    private static String get(String field) {
        return "GET / HTTP/1.1\r\n" + HOST + "\r\n" + field;
    }

    private static String post(String field, String body) {
        return whole("POST / HTTP/1.1\r\n" + HOST + "\r\n" + field) + body;
    }

    /// A head with its end.
    private static String whole(String head) {
        return head + RUN + "\r\n\r\n";
    }

    private static String run(Scene scene) {
        return "\r\n" + Scene.RUN + ": " + scene.id();
    }

    /// Sends what must be refused, with another request behind it that must not be answered.
    private static void expectRefusal(Scene scene, String request, List<Integer> statuses) throws IOException {
        var wire = scene.wire();
        boolean sent = sentWhole(wire, request + scene.head("GET " + BEHIND + " HTTP/1.1"));
        var answer = wire.answer("GET");
        var shown = shown(request);
        if (sent || answer.isAnswered()) {
            int status = answer.head().status();
            expect(statuses.contains(status), shown + " was answered with " + status + ", expected one of " + statuses);
        }
        expect(wire.isAtEnd(), "behind " + shown + " the connection was kept\n" + answer.shown());
        expect(!scene.isNoted("the application was called"), shown + " reached the application");
        expect(!scene.isNoted("what stands behind was run"), "behind " + shown + " a request was run");
    }

    /// Sends what must be refused by whatever status, or by the end of the connection. Only what stands behind it may
    /// be a request.
    private static Answer expectNoEffect(Scene scene, String request) throws IOException {
        var wire = scene.wire();
        boolean _ = sentWhole(wire, request + scene.head("GET " + BEHIND + " HTTP/1.1", "Connection: close"));
        var answer = wire.answer("GET");
        var shown = shown(request);
        if (answer.isAnswered()) {
            answer.holds(answer.head().status() >= 400, shown + " was taken");
        }
        answer.holds(!answer.isHeadless(), shown + " was answered with something else than HTTP/1");
        expect(!scene.isNoted("the application was called"), shown + " reached the application");
        return answer;
    }

    /// Whether the server took all of it; one that has seen enough may close before.
    private static boolean sentWhole(Wire wire, String text) {
        try {
            wire.output().write(text.getBytes(ISO_8859_1));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static String shown(String request) {
        var text = request.length() > 200 ? request.substring(0, 200) + "…" : request;
        return "\"" + text.replace("\r", "\\r").replace("\n", "\\n").replace("\u0000", "\\0") + "\"";
    }
}
