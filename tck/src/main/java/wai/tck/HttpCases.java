package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.tck.CaseFailure.expect;
import static wai.tck.Replies.ok;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.spi.Rule;

/// What a handler does that reads HTTP/1 itself: heads that are malformed, lengths that are ambiguous, limits.
final class HttpCases {
    private static final String HOST = "Host: tck.test";
    private static final int MUCH = 4 << 20;

    private HttpCases() {}

    static List<TckCase> all() {
        return List.of(
                        malformed(
                                "a request line of wrong parts",
                                "GET /\r\n" + HOST,
                                "GET\r\n" + HOST,
                                "GET  / HTTP/1.1\r\n" + HOST,
                                "GET /  HTTP/1.1\r\n" + HOST,
                                "GET / HTTP/1.1 \r\n" + HOST,
                                "GET / x HTTP/1.1\r\n" + HOST,
                                "GET\t/ HTTP/1.1\r\n" + HOST,
                                " GET / HTTP/1.1\r\n" + HOST,
                                "G(T / HTTP/1.1\r\n" + HOST,
                                "GET / http/1.1\r\n" + HOST,
                                "GET / HTTP/1,1\r\n" + HOST,
                                "GET / HTTP/11\r\n" + HOST,
                                "GET / FTP/1.1\r\n" + HOST),
                        malformed(
                                "a target with what no target has",
                                "GET /a\u0000b HTTP/1.1\r\n" + HOST,
                                "GET /a\u007fb HTTP/1.1\r\n" + HOST,
                                "GET /\u00fc HTTP/1.1\r\n" + HOST,
                                "GET /a#f HTTP/1.1\r\n" + HOST),
                        malformed(
                                "a field line that is none",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\n: 1",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck : 1",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck\t: 1",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX Tck: 1",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX(Tck): 1",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck\u0000: 1",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck\u00fc: 1",
                                "GET / HTTP/1.1\r\n X-Tck: 1\r\n" + HOST),
                        malformed(
                                "a folded line, as nobody can say whose it is",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck: 1\r\n 2",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck: 1\r\n\tContent-Length: 2"),
                        malformed(
                                "a value with NUL or a bare CR",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck: a\u0000b",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck: a\rX-Other: b",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nX-Tck: a\r\r\nX-Other: b"),
                        malformed(
                                "no Host or two",
                                "GET / HTTP/1.1\r\nX-Tck: 1",
                                "GET / HTTP/1.1\r\n" + HOST + "\r\n" + HOST,
                                "GET / HTTP/1.1\r\n" + HOST + "\r\nHost: other.test"),
                        malformed(
                                "a Host that is no host",
                                "GET / HTTP/1.1\r\nHost: a b",
                                "GET / HTTP/1.1\r\nHost: a/b",
                                "GET / HTTP/1.1\r\nHost: user@a"),
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
                                "Content-Length: 18446744073709551621"),
                        ambiguous(
                                "several lengths that differ",
                                "Content-Length: 5\r\nContent-Length: 6",
                                "Content-Length: 5, 6",
                                "Content-Length: 5,"),
                        ambiguous(
                                "a length beside chunks",
                                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                                "Transfer-Encoding: chunked\r\nContent-Length: 0"),
                        ambiguous(
                                "codings that do not end with chunked, or that nobody knows",
                                "Transfer-Encoding: gzip",
                                "Transfer-Encoding: identity",
                                "Transfer-Encoding: chunked, gzip",
                                "Transfer-Encoding: chunked, chunked",
                                "Transfer-Encoding: gzip, chunked",
                                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                                "Transfer-Encoding: xchunked",
                                "Transfer-Encoding: \"chunked\"",
                                "Transfer-Encoding: chunked;a=b",
                                "Transfer-Encoding:\u000bchunked"),
                        chunkedOnHttp10(),
                        headerTooLarge()
                                .orElse(oversized("a header section of megabytes", HttpCases::manyLargeFields, 431)),
                        fieldTooLarge().orElse(oversized("a field of megabytes", HttpCases::largeField, 431)),
                        tooManyFields().orElse(oversized("twenty thousand fields", HttpCases::manyFields, 431)),
                        targetTooLong().orElse(oversized("a target of megabytes", HttpCases::longTarget, 414, 431)),
                        version(),
                        expectation().orElse(otherExpectation()),
                        brokenBody())
                .stream()
                .map(each -> each.unless(Departure.HTTP_PARSER).onTheWire())
                .toList();
    }

    /// Each head is refused; what stands behind it is no request any more.
    private static TckCase malformed(String what, String... heads) {
        return staged(Rule.WIR_MALFORMED, "refuses " + what, HttpCases::called, scene -> {
            for (var head : heads) {
                expectRefusal(scene, head + run(scene) + "\r\n\r\n", 400);
            }
        });
    }

    private static TckCase ambiguous(String what, String... fields) {
        return staged(Rule.WIR_AMBIGUOUS_LENGTH, "refuses " + what, HttpCases::called, scene -> {
            for (var field : fields) {
                var body = field.contains("Transfer-Encoding") ? "5\r\nhello\r\n0\r\n\r\n" : "hello";
                expectRefusal(scene, scene.head("POST / HTTP/1.1", field) + body, 400, 501);
            }
        });
    }

    private static TckCase chunkedOnHttp10() {
        return staged(
                Rule.WIR_AMBIGUOUS_LENGTH,
                "refuses chunks from a client of HTTP/1.0",
                HttpCases::called,
                scene -> expectRefusal(
                        scene,
                        scene.head("POST / HTTP/1.0", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n",
                        400,
                        501));
    }

    private static TckCase headerTooLarge() {
        return staged(Rule.WIR_LIMITS, "refuses a header section of many megabytes", HttpCases::called, scene -> {
            var line = "X-Tck: " + "v".repeat(1000) + "\r\n";
            expectRefusal(scene, begin(scene) + line.repeat(MUCH / line.length()) + "\r\n", 431);
        });
    }

    private static TckCase fieldTooLarge() {
        return staged(
                Rule.WIR_LIMITS,
                "refuses a field of many megabytes",
                HttpCases::called,
                scene -> expectRefusal(scene, begin(scene) + "X-Tck: " + "v".repeat(MUCH) + "\r\n\r\n", 431));
    }

    private static TckCase tooManyFields() {
        return staged(
                Rule.WIR_LIMITS,
                "refuses a hundred thousand fields",
                HttpCases::called,
                scene -> expectRefusal(scene, begin(scene) + "a:\r\n".repeat(100_000) + "\r\n", 431));
    }

    private static TckCase targetTooLong() {
        return staged(
                Rule.WIR_LIMITS,
                "refuses a target of many megabytes",
                HttpCases::called,
                scene -> expectRefusal(scene, scene.head("GET /" + "p".repeat(MUCH) + " HTTP/1.1"), 414));
    }

    private static TckCase version() {
        return staged(Rule.WIR_VERSION, "refuses another major version", HttpCases::called, scene -> {
            for (var version : List.of("HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/9.1")) {
                expectRefusal(scene, scene.head("GET / " + version), 505);
            }
        });
    }

    private static TckCase expectation() {
        return staged(Rule.WIR_EXPECT, "refuses an expectation that it does not know", HttpCases::called, scene -> {
            for (var expectation : List.of("200-ok", "100-continue, 200-ok", "100-continue=x")) {
                var request = scene.head("POST / HTTP/1.1", "Content-Length: 5", "Expect: " + expectation);
                expectRefusal(scene, request + "hello", 417);
            }
        });
    }

    /// A head that nobody should read to its end: is answered, or the connection is ended over it.
    private static TckCase oversized(String what, Supplier<ClientRequest> request, int... statuses) {
        return staged(
                        Rule.WIR_LIMITS,
                        "answers " + what + " as too large, or ends the connection, and serves others",
                        HttpCases::called,
                        scene -> {
                            var answer = Answer.of(scene.send(request.get()));
                            answer.holds(
                                    !answer.isAnswered()
                                            || Arrays.stream(statuses)
                                                    .anyMatch(allowed -> allowed
                                                            == answer.head().status()),
                                    what + " was not refused");
                            expect(!scene.isNoted("the application was called"), what + " reached the application");
                            scene.get("/").hasStatus(200);
                        })
                .unless(Departure.HTTP_PARSER)
                .listening();
    }

    private static ClientRequest manyLargeFields() {
        return repeated(MUCH / 1000, "v".repeat(1000));
    }

    private static ClientRequest manyFields() {
        return repeated(20_000, "");
    }

    private static ClientRequest repeated(int times, String value) {
        var fields = Headers.builder();
        for (int i = 0; i < times; i++) {
            fields.add(HeaderName.of("X-Tck"), value);
        }
        return new ClientRequest("GET", "/", fields.build(), new ClientRequest.Content.None());
    }

    private static ClientRequest largeField() {
        return ClientRequest.of("GET", "/").with("X-Tck", "v".repeat(MUCH));
    }

    private static ClientRequest longTarget() {
        return ClientRequest.of("GET", "/" + "p".repeat(MUCH));
    }

    private static TckCase otherExpectation() {
        return staged(
                        Rule.WIR_EXPECT,
                        "refuses an expectation that it does not know, and answers the next request",
                        HttpCases::called,
                        scene -> {
                            for (var expectation : List.of("200-ok", "100-continue, 200-ok", "100-continue=x")) {
                                var call = scene.send(ClientRequest.of("POST", "/")
                                        .with("Expect", expectation)
                                        .with(new ClientRequest.Content.Declared(5)));
                                Answer.of(call).hasStatus(417).isWhole();
                                expect(!scene.isNoted("the application was called"), expectation + " was let through");
                            }
                            scene.get("/").hasStatus(200);
                        })
                .unless(Departure.HTTP_PARSER)
                .listening();
    }

    private static TckCase brokenBody() {
        return staged(
                Rule.WIR_BROKEN_BODY,
                "answers 400 when the framing of a body breaks while the application reads",
                (request, respond, _) ->
                        respond.with(ok("read " + request.body().readAllBytes().length)),
                scene -> {
                    for (var body :
                            List.of("zz\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "fffffffffffffffff\r\n", "5 5\r\nhello")) {
                        var wire =
                                scene.wire().send(scene.head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + body);
                        wire.answer("POST").hasStatus(400);
                        expect(wire.isAtEnd(), "the connection was kept behind a broken body");
                    }
                });
    }

    private static ResponseReceived called(Request request, Respond respond, Backstage scene) throws Exception {
        scene.note("the application was called");
        return respond.with(ok("the application was called"));
    }

    private static String begin(Scene scene) {
        return "GET / HTTP/1.1\r\n" + HOST + run(scene) + "\r\n";
    }

    private static String run(Scene scene) {
        return "\r\n" + Scene.RUN + ": " + scene.id();
    }

    /// Sends what must be refused, with another request behind it that must not be answered.
    private static void expectRefusal(Scene scene, String request, int... statuses) throws IOException {
        var wire = scene.wire();
        boolean sent = sentWhole(wire, request + scene.head("GET /behind HTTP/1.1"));
        var answer = wire.answer("GET");
        var shown = shown(request);
        if (sent || answer.isAnswered()) {
            int status = answer.head().status();
            expect(
                    Arrays.stream(statuses).anyMatch(allowed -> allowed == status),
                    shown + " was answered with " + status + ", expected " + Arrays.toString(statuses));
        }
        expect(wire.isAtEnd(), "behind " + shown + " the connection was kept\n" + answer.shown());
        expect(!scene.isNoted("the application was called"), shown + " reached the application");
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
