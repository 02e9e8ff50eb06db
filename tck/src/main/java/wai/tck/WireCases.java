package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.noise;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.refusal;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.List;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.Rule;

/// What a client can do to a handler that listens on a port, byte by byte.
final class WireCases {
    private WireCases() {}

    static List<TckCase> all() {
        return List.of(
                        smuggledBody("Content-Length"),
                        smuggledBody("chunked").unless(Departure.LENGTH_REQUIRED),
                        largeUnreadBody().orElse(largeUnreadBodyOfAClient()),
                        pipelined(),
                        pipelinedBodies(),
                        byteByByte(),
                        chunkedByteByByte(),
                        endInsideBody("Content-Length: 10", "four"),
                        endInsideBody("Transfer-Encoding: chunked", "4\r\nfour\r\n"),
                        endInsideTrailers("4\r\nfour\r\n0\r\n"),
                        endInsideBody("Transfer-Encoding: chunked", "8\r\nfour"),
                        badChunk("4\r\nfour\r\nzz\r\n"),
                        badChunk("4\r\nfour!!\r\n0\r\n\r\n"),
                        badChunk("-4\r\nfour\r\n0\r\n\r\n"),
                        earlyBytesInOneSegment(),
                        noContinueOnHttp10(),
                        streamOnHttp10(),
                        cutStreamOnHttp10(),
                        noInformationalOnHttp10())
                .stream()
                .map(TckCase::onTheWire)
                .toList();
    }

    private static TckCase smuggledBody(String framing) {
        return staged(
                Rule.REQ_UNREAD_BODY,
                "never reads an unread body (" + framing + ") as a request, also in one packet with the next",
                (request, respond, scene) -> {
                    scene.note("request for " + request.rawPath());
                    return respond.with(ok("answer to " + request.rawPath()));
                },
                scene -> {
                    var smuggled = scene.head("GET /smuggled HTTP/1.1");
                    var body = framing.equals("chunked")
                            ? Integer.toHexString(smuggled.length()) + "\r\n" + smuggled + "\r\n0\r\n\r\n"
                            : smuggled;
                    var field = framing.equals("chunked")
                            ? "Transfer-Encoding: chunked"
                            : "Content-Length: " + body.length();
                    var wire = scene.wire()
                            .send(scene.head("POST /first HTTP/1.1", field)
                                    + body
                                    + scene.head("GET /second HTTP/1.1"));

                    wire.answer("POST").hasStatus(200).hasBody("answer to /first");
                    expectAnswerOrEnd(wire, "answer to /second");
                    expect(!scene.isNoted("request for /smuggled"), "the body was read as a request");
                });
    }

    private static TckCase largeUnreadBody() {
        var body = new String(noise(1 << 20), ISO_8859_1);
        return serving(
                Rule.REQ_UNREAD_BODY,
                "answers although a large body stays unread",
                (request, respond) -> respond.with(ok("answer to " + request.rawPath())),
                scene -> {
                    var wire = scene.wire();
                    var sender = Thread.ofVirtual().start(() -> {
                        try {
                            wire.send(scene.head("POST /first HTTP/1.1", "Content-Length: " + body.length()));
                            wire.send(body).send(scene.head("GET /second HTTP/1.1"));
                        } catch (IOException _) {
                            // the handler may close instead of draining
                        }
                    });
                    wire.answer("POST").hasStatus(200).hasBody("answer to /first");
                    expectAnswerOrEnd(wire, "answer to /second");
                    wire.close();
                    sender.join(scene.patience());
                });
    }

    private static TckCase largeUnreadBodyOfAClient() {
        return serving(
                        Rule.REQ_UNREAD_BODY,
                        "answers although a large body stays unread, and then others on the connection",
                        (request, respond) -> respond.with(ok("answer to " + request.rawPath())),
                        scene -> {
                            var call = scene.send(ClientRequest.of("POST", "/first")
                                    .with(new ClientRequest.Content.Declared(1 << 20)));
                            var sender = Thread.ofVirtual().start(() -> {
                                try {
                                    call.body().write(noise(1 << 20));
                                    call.endBody(Headers.EMPTY);
                                } catch (IOException _) {
                                    // the handler may reset the stream instead of draining
                                }
                            });
                            var answer = Answer.of(call).hasStatus(200).hasBody("answer to /first");
                            scene.expectNothingBehind(answer, "/second");
                            call.close();
                            sender.join(scene.patience());
                        })
                .listening();
    }

    /// What follows is the answer to the next request, or the end of the connection; nothing else.
    private static void expectAnswerOrEnd(Wire wire, String body) throws IOException {
        var answer = wire.answer("GET");
        try {
            answer.head();
        } catch (CaseFailure _) {
            return; // closed, or reset as bytes were left unread
        }
        answer.hasStatus(200).hasBody(body);
    }

    private static TckCase pipelined() {
        return serving(
                Rule.REQ_UNREAD_BODY,
                "answers five requests of one packet in order",
                (request, respond) -> respond.with(ok("answer to " + request.rawPath())),
                scene -> {
                    var requests = new StringBuilder();
                    for (int i = 0; i < 5; i++) {
                        requests.append(scene.head("GET /" + i + " HTTP/1.1"));
                    }
                    var wire = scene.wire().send(requests.toString());
                    for (int i = 0; i < 5; i++) {
                        wire.answer("GET").hasStatus(200).hasBody("answer to /" + i);
                    }
                });
    }

    private static TckCase pipelinedBodies() {
        return serving(Rule.REQ_BODY, "keeps the bodies of pipelined requests apart", WireCases::echo, scene -> {
                    var wire = scene.wire()
                            .send(scene.head("POST / HTTP/1.1", "Content-Length: 5")
                                    + "first"
                                    + scene.head("POST / HTTP/1.1", "Transfer-Encoding: Chunked")
                                    + "4;extension=1\r\nsec\n\r\n3\r\nond\r\n0\r\nX-Trailer: 1\r\n\r\n"
                                    + scene.head("POST / HTTP/1.1", "Content-Length: 5")
                                    + "third");
                    wire.answer("POST").hasBody("first");
                    wire.answer("POST").hasBody("sec\nond");
                    wire.answer("POST").hasBody("third");
                })
                .unless(Departure.LENGTH_REQUIRED, Departure.TRAILER_SECTION);
    }

    private static TckCase byteByByte() {
        return serving(Rule.REQ_BODY, "takes a request that comes byte by byte", WireCases::echo, scene -> {
            var wire = scene.wire().sendByteByByte(scene.head("POST / HTTP/1.1", "Content-Length: 5") + "hello");
            wire.answer("POST").hasStatus(200).hasBody("hello");
        });
    }

    private static TckCase chunkedByteByByte() {
        return serving(Rule.REQ_BODY, "takes a chunked request that comes byte by byte", WireCases::echo, scene -> {
                    var wire = scene.wire()
                            .sendByteByByte(scene.head("POST / HTTP/1.1", "Transfer-Encoding: chunked")
                                    + "5\r\nhello\r\n00A\r\n, \r\nworld\n\r\n0\r\n\r\n");
                    wire.answer("POST").hasStatus(200).hasBody("hello, \r\nworld\n");
                })
                .unless(Departure.LENGTH_REQUIRED);
    }

    private static TckCase endInsideBody(String framing, String body) {
        var name = "ends a body with an exception when the client ends its direction after " + shown(framing, body);
        return cutBody(name, framing, body, true)
                .unless(Departure.REQUEST_BUFFERED)
                .orElse(noWholeBody(framing, body));
    }

    /// The bytes are all there; some parsers are content with that.
    private static TckCase endInsideTrailers(String body) {
        var framing = "Transfer-Encoding: chunked";
        var name = "ends a body with an exception when the client ends its direction after " + shown(framing, body);
        return cutBody(name, framing, body, true)
                .unless(Departure.REQUEST_BUFFERED, Departure.LAST_LINE)
                .orElse(noWholeBody(framing, body).unless(Departure.LAST_LINE));
    }

    private static TckCase badChunk(String body) {
        var framing = "Transfer-Encoding: chunked";
        var name = "ends a body with an exception when its framing is broken: " + shown(framing, body);
        return cutBody(name, framing, body, false)
                .unless(Departure.REQUEST_BUFFERED, Departure.BROKEN_CHUNKS)
                .orElse(noWholeBody(framing, body).unless(Departure.BROKEN_CHUNKS));
    }

    private static TckCase cutBody(String name, String framing, String body, boolean ended) {
        return staged(Rule.REQ_CUT_BODY, name, WireCases::readToTheEnd, scene -> {
            var wire = scene.wire().send(scene.head("POST / HTTP/1.1", framing) + body);
            if (ended) {
                wire.endOutput();
            }
            expect(
                    !"allowed".equals(scene.noted("reading to the end")),
                    "the body that was cut ended like a whole one");
        });
    }

    private static TckCase noWholeBody(String framing, String body) {
        return staged(
                        Rule.REQ_CUT_BODY,
                        "gives the application no whole body after " + shown(framing, body),
                        WireCases::readToTheEnd,
                        scene -> {
                            var wire = scene.wire().send(scene.head("POST / HTTP/1.1", framing) + body);
                            wire.endOutput();
                            var answer = wire.answer("POST");
                            expect(
                                    !answer.text().equals("read allowed"),
                                    "the body that was cut ended like a whole one\n" + answer.shown());
                        })
                .onTheWire();
    }

    private static ResponseReceived readToTheEnd(Request request, Respond respond, Backstage scene) throws Exception {
        var end = refusal(() -> request.body().readAllBytes());
        scene.note("reading to the end", end);
        return respond.with(ok("read " + end));
    }

    private static String shown(String framing, String body) {
        return framing + " " + body.replace("\r", "\\r").replace("\n", "\\n");
    }

    private static TckCase earlyBytesInOneSegment() {
        return serving(
                        Rule.RAW_EARLY_BYTES,
                        "gives the application bytes that came in one segment with the head",
                        (_, respond) -> respond.with(wai.Response.raw(
                                Status.SWITCHING_PROTOCOLS,
                                Headers.of(wai.HeaderName.UPGRADE, "tck", wai.HeaderName.CONNECTION, "Upgrade"),
                                ok("fallback"),
                                connection -> connection
                                        .output()
                                        .write(connection.input().readNBytes(5)))),
                        scene -> {
                            var wire = scene.wire()
                                    .send(scene.head("GET / HTTP/1.1", "Connection: Upgrade", "Upgrade: tck")
                                            + "early");
                            expectEqual("status", 101, wire.readHead().status());
                            expectEqual("echo", "early", new String(wire.input().readNBytes(5), ISO_8859_1));
                        })
                .needing(wai.Capability.RAW);
    }

    private static TckCase noContinueOnHttp10() {
        return serving(Rule.REQ_CONTINUE, "sends no 100 to a client of HTTP/1.0", WireCases::echo, scene -> {
                    var wire = scene.wire()
                            .send(scene.head("POST / HTTP/1.0", "Content-Length: 5", "Expect: 100-continue") + "hello");
                    var answer = wire.answer("POST").hasStatus(200).hasBody("hello");
                    expect(answer.informational().isEmpty(), "100 was sent\n" + answer.shown());
                })
                .unless(Departure.OWN_CONTINUE);
    }

    private static TckCase streamOnHttp10() {
        return serving(
                Rule.STR_BYTES,
                "ends a stream by closing on HTTP/1.0",
                (_, respond) -> respond.with(streaming(out -> {
                    out.writeUtf8("one, ");
                    out.flush();
                    out.writeUtf8("two");
                })),
                scene -> {
                    var wire = scene.wire().send(scene.head("GET / HTTP/1.0"));
                    wire.answer("GET").hasStatus(200).hasNo("Transfer-Encoding").hasBody("one, two");
                });
    }

    private static TckCase cutStreamOnHttp10() {
        return serving(
                        Rule.RSP_ABORT,
                        "breaks the connection under a failed stream on HTTP/1.0, where closing it would mean the end",
                        (_, respond) -> respond.with(streaming(out -> {
                            out.writeUtf8("half");
                            out.flush();
                            throw new IllegalStateException("thrown by a case of the kit, on purpose");
                        })),
                        scene -> {
                            var wire = scene.wire().send(scene.head("GET / HTTP/1.0"));
                            wire.answer("GET").isCut();
                        })
                .unless(Departure.CUT_ON_HTTP_1_0, Departure.CUT_STREAM);
    }

    private static TckCase noInformationalOnHttp10() {
        return serving(
                Rule.REQ_INFORMATIONAL,
                "sends no informational response to a client of HTTP/1.0",
                (request, respond) -> {
                    request.sendEarlyHints(Headers.of(wai.HeaderName.LINK, "</a.css>; rel=preload"));
                    return respond.with(ok("final"));
                },
                scene -> {
                    var answer = scene.wire()
                            .send(scene.head("GET / HTTP/1.0"))
                            .answer("GET")
                            .hasStatus(200)
                            .hasBody("final");
                    expect(answer.informational().isEmpty(), "an informational response was sent\n" + answer.shown());
                });
    }

    private static ResponseReceived echo(Request request, Respond respond) throws Exception {
        return respond.with(wai.Response.of(
                Status.OK, Headers.EMPTY, wai.Bytes.of(request.body().readAllBytes())));
    }
}
