package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.noise;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.Rule;

/// How long connections live, and what clients do to theirs that others must not notice.
final class ConnectionCases {
    private static final int MANY = 40;

    /// More than the buffers of all sockets between a handler and its client hold.
    private static final int MOST_PIECES = 1024;

    private static final Bytes PIECE = Bytes.of(noise(64 * 1024));

    private ConnectionCases() {}

    static List<TckCase> all() {
        return List.of(
                        kept().orElse(everyKindOnOne()),
                        closedOnDemand(),
                        closedByTheApplication().unless(Departure.RESPONSE_RESERVED_FIELDS),
                        http10(),
                        http10KeepAlive(),
                        emptyLine(),
                        pipelinedBehindClose(),
                        manyPipelined(),
                        halfClose(),
                        stalledHeads(),
                        stalledBodies().orElse(stalledClients()),
                        resets().orElse(leavers()),
                        resetWhileWriting().orElse(leaverWhileWriting()),
                        garbage())
                .stream()
                .map(TckCase::onTheWire)
                .toList();
    }

    private static TckCase kept() {
        return serving(
                Rule.WIR_PERSISTENCE,
                "keeps a connection of HTTP/1.1 for every kind of whole response",
                ConnectionCases::everyKind,
                scene -> {
                    var wire = scene.wire();
                    for (var target : List.of("/memory", "/stream", "/length", "/empty", "/204", "/304", "/memory")) {
                        for (var method : List.of("GET", "HEAD", "POST")) {
                            var fields = method.equals("POST") ? new String[] {"Content-Length: 3"} : new String[0];
                            wire.send(scene.head(method + " " + target + " HTTP/1.1", fields)
                                    + (method.equals("POST") ? "abc" : ""));
                            var answer = wire.answer(method).isWhole();
                            answer.holds(
                                    answer.values("Connection").stream()
                                            .noneMatch(value -> value.toLowerCase(Locale.ROOT)
                                                    .contains("close")),
                                    "the connection is to be closed behind " + method + " " + target);
                        }
                    }
                });
    }

    private static TckCase everyKindOnOne() {
        return serving(
                        Rule.WIR_PERSISTENCE,
                        "sends every kind of whole response over one connection",
                        ConnectionCases::everyKind,
                        scene -> {
                            var last = scene.get("/memory").hasBody("body");
                            for (var target :
                                    List.of("/memory", "/stream", "/length", "/empty", "/204", "/304", "/500")) {
                                for (var method : List.of("GET", "HEAD", "PUT")) {
                                    var request =
                                            ClientRequest.of(method, target).with(Scene.RUN.toString(), scene.id());
                                    last = Answer.of(last.call().next(request).orElseThrow())
                                            .isWhole();
                                    last.holds(last.head().status() != 404, "the request went astray");
                                }
                            }
                        })
                .listening();
    }

    private static ResponseReceived everyKind(Request request, Respond respond) throws Exception {
        request.body().readAllBytes();
        return respond.with(
                switch (request.path().getFirst()) {
                    case "stream" -> streaming(out -> out.writeUtf8("body"));
                    case "flushed" ->
                        streaming(out -> {
                            out.writeUtf8("bo");
                            out.flush();
                            out.writeUtf8("dy");
                        });
                    case "length" -> streaming(4, out -> out.writeUtf8("body"));
                    case "empty" -> Response.of(Status.OK, Headers.EMPTY, Bytes.EMPTY);
                    case "204" -> Response.of(Status.NO_CONTENT, Headers.EMPTY, Bytes.EMPTY);
                    case "304" -> Response.of(Status.NOT_MODIFIED, Headers.EMPTY, Bytes.EMPTY);
                    case "500" -> Response.text(Status.INTERNAL_SERVER_ERROR, "body");
                    default -> ok("body");
                });
    }

    private static TckCase closedOnDemand() {
        return serving(
                Rule.WIR_PERSISTENCE,
                "closes a connection whose client says close, and says so itself",
                ConnectionCases::everyKind,
                scene -> {
                    for (var target : List.of("/memory", "/stream", "/204", "/500")) {
                        for (var method : List.of("GET", "HEAD")) {
                            var wire = scene.wire();
                            wire.send(scene.head(method + " " + target + " HTTP/1.1", "Connection: Close"));
                            expectClosed(wire, wire.answer(method).isWhole());
                        }
                    }
                });
    }

    private static void expectClosed(Wire wire, Answer answer) throws IOException {
        answer.holds(
                answer.values("Connection").stream()
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("close")),
                "the response does not say that the connection is closed");
        expect(wire.isAtEnd(), "the connection was kept\n" + answer.shown());
    }

    private static TckCase closedByTheApplication() {
        return serving(
                Rule.WIR_PERSISTENCE,
                "closes a connection whose application says close",
                (_, respond) -> respond.with(ok("last").withHeader(HeaderName.CONNECTION, "close")),
                scene -> {
                    var wire = scene.wire().send(scene.head("GET / HTTP/1.1"));
                    expectClosed(wire, wire.answer("GET").hasStatus(200).hasBody("last"));
                });
    }

    private static TckCase http10() {
        return serving(Rule.WIR_PERSISTENCE, "closes a connection of HTTP/1.0", ConnectionCases::everyKind, scene -> {
            for (var target : List.of("/memory", "/stream", "/length", "/204")) {
                var wire = scene.wire().send(scene.head("GET " + target + " HTTP/1.0"));
                wire.answer("GET").hasNo("Transfer-Encoding").isWhole();
                expect(wire.isAtEnd(), "the connection was kept behind " + target);
            }
        });
    }

    private static TckCase http10KeepAlive() {
        return serving(
                Rule.WIR_PERSISTENCE,
                "keeps a connection of HTTP/1.0 only when both sides say so and the length is known",
                ConnectionCases::everyKind,
                scene -> {
                    var wire = scene.wire();
                    wire.send(scene.head("GET /memory HTTP/1.0", "Connection: keep-alive"));
                    var answer = wire.answer("GET").hasStatus(200).hasBody("body");
                    boolean kept = answer.values("Connection").stream()
                            .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("keep-alive"));
                    if (kept) {
                        // flushed: whoever gathers a short stream as a whole knows its length, and may go on
                        wire.send(scene.head("GET /flushed HTTP/1.0", "Connection: keep-alive"));
                        answer = wire.answer("GET")
                                .hasStatus(200)
                                .hasNo("Transfer-Encoding")
                                .hasBody("body");
                    }
                    expect(wire.isAtEnd(), "the connection was kept\n" + answer.shown());
                });
    }

    private static TckCase emptyLine() {
        return serving(
                        Rule.WIR_PERSISTENCE,
                        "takes an empty line before a request for nothing",
                        (request, respond) -> respond.with(ok("answer to " + request.rawPath())),
                        scene -> {
                            var wire = scene.wire();
                            for (var target : List.of("/1", "/2")) {
                                wire.send("\r\n" + scene.head("GET " + target + " HTTP/1.1"));
                                wire.answer("GET").hasStatus(200).hasBody("answer to " + target);
                            }
                        })
                .unless(Departure.EMPTY_LINE);
    }

    private static TckCase pipelinedBehindClose() {
        return staged(
                Rule.WIR_PERSISTENCE,
                "runs no request that stands behind one with close",
                (request, respond, scene) -> {
                    scene.note("request for " + request.rawPath());
                    return respond.with(ok("answer to " + request.rawPath()));
                },
                scene -> {
                    var wire = scene.wire()
                            .send(scene.head("GET /1 HTTP/1.1", "Connection: close") + scene.head("GET /2 HTTP/1.1"));
                    var answer = wire.answer("GET").hasStatus(200).hasBody("answer to /1");
                    expect(wire.isAtEnd(), "something follows the last response\n" + answer.shown());
                    expect(!scene.isNoted("request for /2"), "the request behind was run");
                });
    }

    private static TckCase manyPipelined() {
        var order = " requests in order that were all sent before the first answer was read";
        return pipelined("answers two hundred" + order, 200)
                .unless(Departure.PROCESS_PER_REQUEST)
                .orElse(pipelined("answers twenty" + order, 20).onTheWire());
    }

    private static TckCase pipelined(String name, int many) {
        return serving(
                Rule.REQ_UNREAD_BODY,
                name,
                (request, respond) -> respond.with(
                        request.path().getFirst().endsWith("5")
                                ? streaming(out -> out.writeUtf8("answer to " + request.rawPath()))
                                : ok("answer to " + request.rawPath())),
                scene -> {
                    var requests = new StringBuilder();
                    for (int i = 0; i < many; i++) {
                        requests.append(scene.head("GET /" + i + " HTTP/1.1"));
                    }
                    var wire = scene.wire().send(requests.toString());
                    for (int i = 0; i < many; i++) {
                        wire.answer("GET").hasStatus(200).hasBody("answer to /" + i);
                    }
                });
    }

    private static TckCase halfClose() {
        return serving(
                        Rule.WIR_HOSTILE,
                        "sends the whole response to a client that has ended its direction",
                        (request, respond) -> {
                            int length = request.body().readAllBytes().length;
                            return respond.with(streaming(out -> {
                                out.writeUtf8("read " + length + ", ");
                                out.flush();
                                out.write(noise(300_000));
                            }));
                        },
                        scene -> {
                            var wire = scene.wire().send(scene.head("POST / HTTP/1.1", "Content-Length: 5") + "hello");
                            wire.endOutput();
                            var answer = wire.answer("POST").hasStatus(200).isWhole();
                            expectEqual("length of the body", 8 + 300_000, answer.bytes().length);
                        })
                .unless(Departure.CLIENT_HALF_CLOSE);
    }

    private static TckCase stalledHeads() {
        return stalled("serves others while many clients stall inside the head of a request", "GET /stalled HTT");
    }

    private static TckCase stalledBodies() {
        return stalled("serves others while many clients stall inside the body of a request", null);
    }

    private static TckCase stalled(String name, @org.jspecify.annotations.Nullable String begin) {
        return serving(Rule.WIR_HOSTILE, name, ConnectionCases::echo, scene -> {
            var stalled = new ArrayList<Wire>();
            var head = scene.head("POST /stalled HTTP/1.1", "Content-Length: 10") + "begin";
            for (int i = 0; i < MANY; i++) {
                stalled.add(scene.wire().send(begin == null ? head : begin));
            }
            scene.post("/", noise(1000)).hasStatus(200).hasBody(noise(1000));
            // those who go on are served as well
            var last = stalled.getLast();
            var rest = begin == null ? "ended" : head.replaceFirst("POST /stalled HTT", "") + "ended";
            var method = begin == null ? "POST" : "GET";
            last.send(rest).answer(method).hasStatus(200).hasBody("beginended");
        });
    }

    private static TckCase stalledClients() {
        return serving(
                        Rule.WIR_HOSTILE,
                        "serves others while many clients stall inside the body of their requests, and then them",
                        ConnectionCases::echo,
                        scene -> {
                            var stalled = new ArrayList<ClientCall>();
                            for (int i = 0; i < MANY; i++) {
                                stalled.add(begun(scene));
                            }
                            scene.post("/", noise(1000)).hasStatus(200).hasBody(noise(1000));
                            for (var each : stalled) {
                                each.body().write("ended".getBytes(ISO_8859_1));
                                each.endBody(Headers.EMPTY);
                                Answer.of(each).hasStatus(200).hasBody("beginended");
                            }
                        })
                .listening();
    }

    /// A request of which half of the body was sent.
    private static ClientCall begun(Scene scene) throws IOException {
        var call = scene.send(ClientRequest.of("POST", "/stalled").with(new ClientRequest.Content.Declared(10)));
        call.body().write("begin".getBytes(ISO_8859_1));
        call.body().flush();
        return call;
    }

    private static TckCase leavers() {
        return serving(
                        Rule.WIR_HOSTILE,
                        "serves others when clients leave behind the head, inside the body and behind it",
                        ConnectionCases::echo,
                        scene -> {
                            for (int i = 0; i < MANY; i++) {
                                var call = begun(scene);
                                if (i % 2 == 0) {
                                    call.body().write("ended".getBytes(ISO_8859_1));
                                    call.endBody(Headers.EMPTY);
                                }
                                call.disconnect();
                                scene.send(ClientRequest.of("GET", "/left")).disconnect();
                            }
                            scene.post("/", noise(1000)).hasStatus(200).hasBody(noise(1000));
                        })
                .listening();
    }

    private static TckCase resets() {
        return serving(
                Rule.WIR_HOSTILE,
                "serves others when clients break their connections anywhere",
                ConnectionCases::echo,
                scene -> {
                    var request = scene.head("POST /reset HTTP/1.1", "Content-Length: 10") + "0123456789";
                    for (int i = 0; i <= request.length(); i += 3) {
                        scene.wire().send(request.substring(0, i)).reset();
                    }
                    for (int i = 0; i <= request.length(); i += 7) {
                        scene.wire().send(request.substring(0, i)).close();
                    }
                    scene.post("/", noise(1000)).hasStatus(200).hasBody(noise(1000));
                });
    }

    private static ResponseReceived endless(Request request, Respond respond, Backstage scene) throws Exception {
        if (request.path().contains("other")) {
            return respond.with(ok("well"));
        }
        return respond.with(streaming(out -> {
            try {
                for (int i = 0; i < MOST_PIECES; i++) {
                    out.write(PIECE);
                    out.flush();
                    scene.note("begun");
                }
            } catch (IOException e) {
                scene.note("the stream ended");
                throw e;
            }
        }));
    }

    private static TckCase leaverWhileWriting() {
        return staged(
                        Rule.WIR_HOSTILE,
                        "ends a long stream whose client has left, and serves others",
                        ConnectionCases::endless,
                        scene -> {
                            var call = scene.send(ClientRequest.of("GET", "/endless"));
                            expectEqual("status", 200, call.nextHead().status());
                            call.disconnect();
                            scene.noted("the stream ended");
                            scene.get("/other").hasStatus(200).hasBody("well");
                        })
                .listening();
    }

    private static TckCase resetWhileWriting() {
        return staged(
                Rule.WIR_HOSTILE,
                "ends a long stream whose client has broken the connection",
                ConnectionCases::endless,
                scene -> {
                    var wire = scene.wire().send(scene.head("GET /endless HTTP/1.1"));
                    scene.noted("begun");
                    wire.reset();
                    scene.noted("the stream ended");
                    scene.get("/other").hasStatus(200).hasBody("well");
                });
    }

    private static TckCase garbage() {
        return serving(
                Rule.WIR_HOSTILE,
                "serves others when clients speak something else than HTTP",
                ConnectionCases::echo,
                scene -> {
                    for (var first : List.of(
                            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                            "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                            "\r\n\r\n\u0000\r\nQUIT\n",
                            "SSH-2.0-tck\r\n",
                            new String(noise(5000), ISO_8859_1))) {
                        var wire = scene.wire();
                        try {
                            wire.send(first).endOutput();
                            wire.input().readAllBytes();
                        } catch (java.net.SocketTimeoutException e) {
                            throw new CaseFailure("neither an answer nor an end after " + first.length() + " bytes", e);
                        } catch (IOException _) {
                            // closed, or reset: both are answers
                        }
                    }
                    scene.post("/", noise(1000)).hasStatus(200).hasBody(noise(1000));
                });
    }

    private static ResponseReceived echo(Request request, Respond respond) throws Exception {
        return respond.with(
                Response.of(Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));
    }
}
