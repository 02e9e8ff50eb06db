package wai.tck;

import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.noise;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.refusal;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.Rule;
import wai.tck.ClientRequest.Content;

/// What a handler gives as the body of a request.
final class RequestBodyCases {
    private static final HeaderName CHECKSUM = HeaderName.of("X-Tck-Checksum");

    private RequestBodyCases() {}

    static List<TckCase> all() {
        return List.of(
                lateRead(),
                declaredBody(),
                chunkedBody(),
                endOfBody(),
                bodyLength(),
                noContinueUnasked(),
                continueAtTheFirstRead(),
                continueInsideAStream(),
                noContinueBehindTheHead(),
                trailers(),
                repeatedTrailers(),
                earlyTrailers(),
                unreadBody(),
                cutBody(new Content.Declared(10), "declared"),
                cutBody(new Content.Chunked(), "chunked"),
                readWhileWriting(),
                bodyClose(),
                noBody(),
                tooLarge());
    }

    private static TckCase tooLarge() {
        return serving(
                        Rule.REQ_TOO_LARGE,
                        "answers 413 to a body that the application finds too large",
                        (request, respond) ->
                                respond.with(ok(request.readBody(100).utf8())),
                        scene -> {
                            var text = "x".repeat(100);
                            scene.post("/", text.getBytes(StandardCharsets.UTF_8))
                                    .hasStatus(200)
                                    .hasBody(text);
                            scene.post("/", noise(101)).hasStatus(413);
                            var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
                            call.body().write(noise(101));
                            call.endBody(Headers.EMPTY);
                            Answer.of(call).hasStatus(413);
                        })
                .unless(Departure.LENGTH_REQUIRED);
    }

    private static TckCase lateRead() {
        return staged(
                        Rule.REQ_LATE_READ,
                        "refuses to read the body after the exchange",
                        (request, _, scene) -> {
                            var body = request.body();
                            Replies.afterwards(() -> {
                                scene.noted("answered");
                                scene.note("late read", refusal(body::read));
                                scene.note("late read of many", refusal(body::readAllBytes));
                            });
                            throw new IllegalStateException("thrown by a case of the kit, on purpose");
                        },
                        scene -> {
                            scene.post("/", noise(5)).hasStatus(500);
                            scene.note("answered");

                            scene.expectNoted("late read", Rule.REQ_LATE_READ.id());
                            scene.expectNoted("late read of many", Rule.REQ_LATE_READ.id());
                        })
                .unless(Departure.PROCESS_PER_REQUEST);
    }

    private static TckCase declaredBody() {
        return serving(
                Rule.REQ_BODY, "gives the bytes of a body with a Content-Length", RequestBodyCases::echo, scene -> {
                    for (int size : new int[] {0, 1, 8192, 65_537, 1_000_003}) {
                        scene.post("/", noise(size)).hasStatus(200).hasBody(noise(size));
                    }
                });
    }

    private static TckCase chunkedBody() {
        return serving(Rule.REQ_BODY, "gives the bytes of a body of unknown length", RequestBodyCases::echo, scene -> {
                    var expected = new java.io.ByteArrayOutputStream();
                    var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
                    for (int size : new int[] {1, 0, 17, 5000, 100_000, 3}) {
                        call.body().write(noise(size));
                        call.body().flush();
                        expected.writeBytes(noise(size));
                    }
                    call.endBody(Headers.EMPTY);
                    Answer.of(call).hasStatus(200).hasBody(expected.toByteArray());
                })
                .unless(Departure.LENGTH_REQUIRED);
    }

    private static TckCase endOfBody() {
        return serving(
                        Rule.REQ_BODY,
                        "stays at the end of the body",
                        (request, respond) -> {
                            var text = new String(request.body().readAllBytes(), StandardCharsets.ISO_8859_1);
                            var buffer = new byte[8];
                            int first = request.body().read();
                            int second = request.body().read(buffer, 0, buffer.length);
                            int third = request.body().read();
                            return respond.with(ok(text + " " + first + " " + second + " " + third));
                        },
                        scene -> {
                            scene.post("/", "twelve bytes".getBytes(StandardCharsets.UTF_8))
                                    .hasBody("twelve bytes -1 -1 -1");
                            var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
                            call.body().write("chunks".getBytes(StandardCharsets.UTF_8));
                            call.endBody(Headers.EMPTY);
                            Answer.of(call).hasBody("chunks -1 -1 -1");
                        })
                .unless(Departure.LENGTH_REQUIRED);
    }

    private static TckCase bodyLength() {
        return staged(
                        Rule.REQ_BODY_LENGTH,
                        "tells the length of the body when it is known",
                        RequestBodyCases::length,
                        scene -> expectLengths(scene, "OptionalLong.empty"))
                .unless(Departure.REQUEST_BUFFERED, Departure.LENGTH_REQUIRED)
                .orElse(staged(
                                Rule.REQ_BODY_LENGTH,
                                "tells the length of the body that came to its end before",
                                RequestBodyCases::length,
                                scene -> expectLengths(scene, "OptionalLong[5]"))
                        .unless(Departure.LENGTH_REQUIRED));
    }

    private static wai.ResponseReceived length(Request request, wai.Respond respond, Backstage scene) throws Exception {
        var length = request.bodyLength().toString();
        request.body().readAllBytes();
        return respond.with(ok(length));
    }

    private static void expectLengths(Scene scene, String ofChunks) throws IOException {
        scene.get("/").hasBody("OptionalLong[0]");
        scene.post("/", noise(321)).hasBody("OptionalLong[321]");
        var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
        call.body().write(noise(5));
        call.endBody(Headers.EMPTY);
        var answer = Answer.of(call).hasStatus(200).isWhole();
        expect(
                answer.text().equals(ofChunks) || answer.text().equals("OptionalLong.empty"),
                "length " + answer.text() + " of five chunked bytes");
    }

    private static TckCase noContinueUnasked() {
        return serving(
                        Rule.REQ_CONTINUE,
                        "sends no 100 to a client whose body the application does not want",
                        (request, respond) -> respond.with(Response.text(Status.CONTENT_TOO_LARGE, "no, thank you")),
                        scene -> {
                            var call = scene.send(ClientRequest.of("POST", "/")
                                    .with("Expect", "100-continue")
                                    .with(new Content.Declared(1_000_000)));
                            var answer = Answer.of(call).hasStatus(413).hasBody("no, thank you");
                            expect(answer.informational().isEmpty(), "100 was sent unasked\n" + answer.shown());
                        })
                .unless(Departure.OWN_CONTINUE, Departure.REQUEST_BUFFERED);
    }

    private static TckCase continueAtTheFirstRead() {
        return serving(Rule.REQ_CONTINUE, "sends 100 at the first read of the body", RequestBodyCases::echo, scene -> {
                    var call = scene.send(ClientRequest.of("POST", "/")
                            .with("Expect", "100-continue")
                            .with(new Content.Declared(5)));
                    expectEqual("status of the first head", 100, call.nextHead().status());
                    call.body().write("hello".getBytes(StandardCharsets.UTF_8));
                    call.endBody(Headers.EMPTY);
                    var answer = Answer.of(call).hasStatus(200).hasBody("hello");
                    expect(answer.informational().isEmpty(), "100 was sent twice\n" + answer.shown());
                })
                .unless(Departure.OWN_CONTINUE)
                .orElse(continueBySomebodyElse());
    }

    private static TckCase continueInsideAStream() {
        return serving(
                        Rule.REQ_CONTINUE,
                        "sends 100 inside a streaming body that reads before it sends",
                        (request, respond) ->
                                respond.with(streaming(out -> request.body().transferTo(out))),
                        scene -> {
                            var call = scene.send(ClientRequest.of("POST", "/")
                                    .with("Expect", "100-continue")
                                    .with(new Content.Declared(5)));
                            expectEqual(
                                    "status of the first head",
                                    100,
                                    call.nextHead().status());
                            call.body().write("hello".getBytes(StandardCharsets.UTF_8));
                            call.endBody(Headers.EMPTY);
                            var answer = Answer.of(call).hasStatus(200).hasBody("hello");
                            expect(answer.informational().isEmpty(), "100 was sent twice\n" + answer.shown());
                        })
                .unless(Departure.OWN_CONTINUE);
    }

    private static TckCase noContinueBehindTheHead() {
        return serving(
                        Rule.REQ_CONTINUE,
                        "sends no 100 when the response has begun to reach the client",
                        (request, respond) -> respond.with(streaming(out -> {
                            out.writeUtf8("early, ");
                            out.flush();
                            request.body().transferTo(out);
                        })),
                        scene -> {
                            var call = scene.send(ClientRequest.of("POST", "/")
                                    .with("Expect", "100-continue")
                                    .with(new Content.Declared(4)));
                            expectEqual(
                                    "status of the first head",
                                    200,
                                    call.nextHead().status());
                            call.body().write("late".getBytes(StandardCharsets.UTF_8));
                            call.endBody(Headers.EMPTY);
                            expectEqual(
                                    "body",
                                    "early, late",
                                    new String(call.content().readAllBytes(), StandardCharsets.UTF_8));
                        })
                .needing(Capability.INCREMENTAL_FLUSH)
                .unless(Departure.OWN_CONTINUE, Departure.REQUEST_BUFFERED, Departure.EXPECTATION_CUT);
    }

    /// Reads the head of 100 line by line: what is in front may put fields into it that do not belong there.
    private static TckCase continueBySomebodyElse() {
        return serving(
                        Rule.REQ_CONTINUE,
                        "gives the body of a client that was told to continue by somebody else",
                        RequestBodyCases::echo,
                        scene -> {
                            var wire = scene.wire()
                                    .send(scene.head("POST / HTTP/1.1", "Content-Length: 5", "Expect: 100-continue"));
                            var line = wire.readLine();
                            expect(line.matches("HTTP/1.1 100 .*"), "the first line is " + line);
                            while (!line.isEmpty()) {
                                line = wire.readLine();
                            }
                            wire.send("hello").answer("POST").hasStatus(200).hasBody("hello");
                        })
                .onTheWire();
    }

    private static TckCase trailers() {
        return serving(
                        Rule.REQ_TRAILERS,
                        "gives the trailer fields after the end of the body",
                        RequestBodyCases::trailersBehindBody,
                        scene -> sendTrailers(scene).hasBody("body [crc]"))
                .needing(Capability.REQUEST_TRAILERS)
                .orElse(serving(
                                Rule.REQ_TRAILERS,
                                "gives no trailer fields where it cannot",
                                RequestBodyCases::trailersBehindBody,
                                scene -> sendTrailers(scene).hasBody("body []"))
                        .unless(Departure.TRAILER_SECTION, Departure.LENGTH_REQUIRED));
    }

    private static wai.ResponseReceived trailersBehindBody(Request request, wai.Respond respond) throws Exception {
        var text = new String(request.body().readAllBytes(), StandardCharsets.ISO_8859_1);
        return respond.with(ok(text + " " + request.trailers().all(CHECKSUM)));
    }

    private static TckCase repeatedTrailers() {
        return serving(
                        Rule.REQ_TRAILERS,
                        "gives several trailer fields of one name in order",
                        RequestBodyCases::trailersBehindBody,
                        scene -> {
                            var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
                            call.body().write("body".getBytes(StandardCharsets.UTF_8));
                            call.endBody(
                                    Headers.of(CHECKSUM, "one", HeaderName.of("X-Tck-Other"), "x", CHECKSUM, "two"));
                            Answer.of(call).hasStatus(200).hasBody("body [one, two]");
                        })
                .needing(Capability.REQUEST_TRAILERS)
                .unless(Departure.TRAILER_DUPLICATES);
    }

    private static TckCase earlyTrailers() {
        return staged(
                        Rule.REQ_TRAILERS,
                        "refuses to tell the trailer fields before the end of the body",
                        (request, respond, scene) -> {
                            scene.note("early", refusal(request::trailers));
                            return trailersBehindBody(request, respond);
                        },
                        scene -> {
                            sendTrailers(scene).hasBody("body [crc]");
                            scene.expectNoted("early", "IllegalStateException");
                        })
                .needing(Capability.REQUEST_TRAILERS);
    }

    private static Answer sendTrailers(Scene scene) throws IOException {
        var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
        call.body().write("body".getBytes(StandardCharsets.UTF_8));
        call.endBody(Headers.of(CHECKSUM, "crc"));
        return Answer.of(call).hasStatus(200);
    }

    private static TckCase unreadBody() {
        return serving(
                Rule.REQ_UNREAD_BODY,
                "does not take an unread body for the next request",
                (request, respond) -> {
                    if (request.path().contains("some")) {
                        request.body().readNBytes(3);
                    }
                    return respond.with(ok(request.method() + " " + request.rawPath()));
                },
                scene -> {
                    for (var target : List.of("/none", "/some")) {
                        var body = "GET /smuggled HTTP/1.1\r\nHost: tck.test\r\n\r\n".getBytes(StandardCharsets.UTF_8);
                        var answer = scene.post(target, body).hasBody("POST " + target);
                        scene.expectNothingBehind(answer, "/next");
                    }
                });
    }

    private static TckCase cutBody(Content framing, String kind) {
        return staged(
                        Rule.REQ_CUT_BODY,
                        "ends a " + kind + " body that was cut short with an exception",
                        (request, respond, scene) -> {
                            scene.note("begun");
                            scene.note("reading to the end", refusal(() -> request.body()
                                    .readAllBytes()));
                            return respond.with(ok("nobody is there"));
                        },
                        scene -> {
                            var call = scene.send(ClientRequest.of("POST", "/").with(framing));
                            call.body().write("four".getBytes(StandardCharsets.UTF_8));
                            call.body().flush();
                            scene.noted("begun");
                            call.disconnect();
                            expect(
                                    !"allowed".equals(scene.noted("reading to the end")),
                                    "the body that was cut ended like a whole one");
                        })
                .unless(Departure.REQUEST_BUFFERED);
    }

    private static TckCase readWhileWriting() {
        return serving(
                        Rule.REQ_READ_WHILE_WRITING,
                        "lets the application read the body while it writes the response",
                        RequestBodyCases::streamBack,
                        scene -> {
                            var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
                            for (int i = 0; i < 20; i++) {
                                call.body().write(noise(100 + i));
                                call.body().flush();
                                if (i == 0) {
                                    expectEqual("status", 200, call.nextHead().status());
                                }
                                var echo = call.content().readNBytes(100 + i);
                                expect(
                                        java.util.Arrays.equals(noise(100 + i), echo),
                                        "piece " + i + " is not the same");
                            }
                            call.endBody(Headers.EMPTY);
                            expectEqual("end", -1, call.content().read());
                        })
                .needing(Capability.INCREMENTAL_FLUSH)
                .unless(Departure.REQUEST_BUFFERED, Departure.LENGTH_REQUIRED)
                .orElse(serving(
                        Rule.REQ_READ_WHILE_WRITING,
                        "lets the application read the body inside its streaming body",
                        RequestBodyCases::streamBack,
                        scene -> scene.post("/", noise(20_000)).hasStatus(200).hasBody(noise(20_000))));
    }

    private static wai.ResponseReceived streamBack(Request request, wai.Respond respond) throws Exception {
        return respond.with(streaming(out -> {
            var buffer = new byte[4096];
            for (int count; (count = request.body().read(buffer, 0, buffer.length)) >= 0; ) {
                out.write(buffer, 0, count);
                out.flush();
            }
        }));
    }

    private static TckCase bodyClose() {
        return serving(
                Rule.REQ_BODY_CLOSE,
                "goes on after close() on the body",
                (request, respond) -> {
                    var start = request.body().readNBytes(3);
                    request.body().close();
                    var rest = request.body().readAllBytes();
                    return respond.with(Response.of(
                            Status.OK, Headers.EMPTY, Bytes.of(start).plus(Bytes.of(rest))));
                },
                scene -> {
                    var answer = scene.post("/", noise(5000)).hasStatus(200).hasBody(noise(5000));
                    scene.expectNothingBehind(answer, "/");
                });
    }

    private static TckCase noBody() {
        return serving(
                        Rule.REQ_NO_BODY,
                        "gives a body that is at its end at once when there is none",
                        (request, respond) ->
                                respond.with(ok("read " + request.body().read())),
                        scene -> {
                            for (var method : List.of("GET", "POST", "DELETE")) {
                                scene.ask(ClientRequest.of(method, "/"))
                                        .hasStatus(200)
                                        .hasBody("read -1");
                            }
                        })
                .unless(Departure.LENGTH_REQUIRED);
    }

    private static wai.ResponseReceived echo(Request request, wai.Respond respond) throws Exception {
        return respond.with(
                Response.of(Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));
    }
}
