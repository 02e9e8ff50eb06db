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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StatusException;
import wai.spi.Rule;

/// What a handler does with a response.
final class ResponseCases {
    private static final HeaderName FIRST = HeaderName.of("X-Tck-First");

    private ResponseCases() {}

    static List<TckCase> all() {
        return List.of(
                status(),
                length(),
                lengthOfManyPieces(),
                contradictingLength(),
                badLength(),
                framingFields(),
                head(),
                headOfNothing(),
                headOfAStream(),
                bodiless(204),
                bodiless(205),
                bodiless(304),
                errorBefore(),
                errorWithAStatus(),
                errorInAStream(),
                errorBeforeTheFirstByte(),
                errorUnderALength(),
                errorAfterwards(),
                returnsLate(),
                interimStatus(),
                interimStatusCaught(),
                empty());
    }

    private static TckCase status() {
        return serving(
                Rule.RSP_STATUS,
                "sends the status code, also one without a registered reason",
                (request, respond) -> respond.with(
                        Response.text(Status.of(Integer.parseInt(request.path().getFirst())), "status")),
                scene -> {
                    for (int code : new int[] {200, 201, 299, 302, 404, 418, 499, 503, 599}) {
                        scene.get("/" + code).hasStatus(code).hasBody("status");
                    }
                });
    }

    private static TckCase length() {
        return serving(
                Rule.RSP_LENGTH,
                "sends Content-Length for a body in memory",
                (request, respond) -> respond.with(Response.of(
                        Status.OK,
                        Headers.EMPTY,
                        Bytes.of(noise(Integer.parseInt(request.path().getFirst()))))),
                scene -> {
                    for (int size : new int[] {1, 4, 8191, 8192, 65_536, 65_537, 1_048_577}) {
                        scene.get("/" + size)
                                .hasField("Content-Length", Integer.toString(size))
                                .hasNo("Transfer-Encoding")
                                .hasBody(noise(size));
                    }
                });
    }

    private static TckCase lengthOfManyPieces() {
        return serving(
                Rule.RSP_LENGTH,
                "sends Content-Length for a body of many pieces",
                (_, respond) -> {
                    var bytes = Bytes.EMPTY;
                    for (int i = 0; i < 300; i++) {
                        bytes = bytes.plus(Bytes.utf8(i + ","));
                    }
                    return respond.with(Response.of(Status.OK, Headers.EMPTY, bytes));
                },
                scene -> {
                    var expected = new StringBuilder();
                    for (int i = 0; i < 300; i++) {
                        expected.append(i).append(',');
                    }
                    scene.get("/")
                            .hasField("Content-Length", Integer.toString(expected.length()))
                            .hasBody(expected.toString());
                });
    }

    private static TckCase contradictingLength() {
        return serving(
                Rule.RSP_CONTENT_LENGTH,
                "replaces a Content-Length that contradicts the body in memory",
                (request, respond) -> respond.with(ok("12345")
                        .withHeader(HeaderName.CONTENT_LENGTH, request.path().getFirst())),
                scene -> {
                    for (var wrong : List.of("3", "700", "abc", "5,5")) {
                        var answer = scene.get("/" + wrong)
                                .hasField("Content-Length", "5")
                                .hasBody("12345");
                        scene.expectNothingBehind(answer, "/5");
                    }
                });
    }

    private static TckCase badLength() {
        return serving(
                Rule.RSP_CONTENT_LENGTH,
                "refuses a stream whose Content-Length is not one decimal number",
                (request, respond) -> {
                    var headers = Headers.EMPTY;
                    for (var value : request.path()) {
                        headers = headers.adding(HeaderName.CONTENT_LENGTH, value);
                    }
                    return respond.with(Response.stream(Status.OK, headers, out -> out.writeUtf8("12345")));
                },
                scene -> {
                    for (var wrong : List.of("/abc", "/-5", "/5/6")) {
                        scene.get(wrong).hasStatus(500).isWhole();
                    }
                });
    }

    private static TckCase framingFields() {
        var headers = Headers.of(
                HeaderName.TRANSFER_ENCODING, "gzip, chunked",
                HeaderName.KEEP_ALIVE, "timeout=77",
                HeaderName.PROXY_CONNECTION, "keep-alive");
        return serving(
                Rule.RSP_TRANSFER_ENCODING,
                "does not send Transfer-Encoding, Keep-Alive and Proxy-Connection of the application",
                (request, respond) -> respond.with(
                        request.path().contains("stream")
                                ? Response.stream(Status.OK, headers, out -> out.writeUtf8("body"))
                                : Response.of(Status.OK, headers, Bytes.utf8("body"))),
                scene -> {
                    scene.get("/memory")
                            .hasNo("Transfer-Encoding")
                            .hasNo("Proxy-Connection")
                            .holdsNot("Keep-Alive", "timeout=77")
                            .hasBody("body");
                    scene.get("/stream")
                            .holdsNot("Transfer-Encoding", "gzip, chunked")
                            .hasNo("Proxy-Connection")
                            .holdsNot("Keep-Alive", "timeout=77")
                            .hasBody("body");
                });
    }

    private static TckCase head() {
        return serving(
                Rule.RSP_HEAD,
                "answers HEAD with the header of GET and no body",
                (request, respond) -> respond.with(ok("a body for " + request.path())
                        .withHeader(FIRST, "one")
                        .adding(FIRST, "two")),
                scene -> {
                    var get = scene.get("/same");
                    var head = scene.ask(ClientRequest.of("HEAD", "/same"))
                            .hasStatus(200)
                            .hasBody("");

                    expectEqual("header of HEAD", withoutDate(get), withoutDate(head));
                    scene.expectNothingBehind(head, "/same");
                });
    }

    private static TckCase headOfNothing() {
        return serving(
                        Rule.RSP_HEAD,
                        "answers HEAD to an empty body with the Content-Length 0 of GET",
                        (_, respond) -> respond.with(Response.of(Status.OK, Headers.EMPTY, Bytes.EMPTY)),
                        scene -> {
                            scene.get("/").hasStatus(200).hasField("Content-Length", "0");
                            scene.ask(ClientRequest.of("HEAD", "/"))
                                    .hasStatus(200)
                                    .hasField("Content-Length", "0");
                        })
                .unless(Departure.HEAD_LENGTH);
    }

    private static TckCase headOfAStream() {
        return staged(
                Rule.RSP_HEAD,
                "answers HEAD without running a streaming body",
                (request, respond, scene) -> {
                    var ran = new AtomicBoolean();
                    var received = respond.with(streaming(7, out -> {
                        ran.set(true);
                        out.writeUtf8("seven b");
                    }));
                    if (request.method().equals("HEAD")) {
                        scene.note("the body ran", ran.get());
                    }
                    return received;
                },
                scene -> {
                    var head = scene.ask(ClientRequest.of("HEAD", "/"))
                            .hasStatus(200)
                            .hasField("Content-Length", "7")
                            .hasBody("");

                    scene.expectNothingBehind(head, "/");
                    scene.expectNoted("the body ran", false);
                });
    }

    private static TckCase bodiless(int status) {
        return staged(
                Rule.RSP_NO_CONTENT,
                "sends no body with status " + status + " and does not run a stream",
                (request, respond, scene) -> {
                    var ran = new AtomicBoolean();
                    var received = respond.with(bodilessResponse(request, status, ran));
                    scene.note("the body ran " + request.path(), ran.get());
                    return received;
                },
                scene -> {
                    var memory = scene.get("/memory").hasStatus(status).hasBody("");
                    scene.expectNothingBehind(memory, "/next");
                    var stream = scene.get("/stream").hasStatus(status).hasBody("");
                    scene.expectNothingBehind(stream, "/next");
                    scene.expectNoted("the body ran [stream]", false);
                });
    }

    private static Response bodilessResponse(Request request, int status, AtomicBoolean ran) {
        return switch (request.path().getFirst()) {
            case "memory" -> Response.of(Status.of(status), Headers.EMPTY, Bytes.utf8("must not be sent"));
            case "stream" ->
                Response.stream(Status.of(status), Headers.EMPTY, out -> {
                    ran.set(true);
                    out.writeUtf8("must not be sent");
                });
            default -> ok("next");
        };
    }

    private static TckCase errorBefore() {
        return serving(
                Rule.RSP_ERROR,
                "answers 500, once, when the application throws before it responds",
                (request, respond) -> {
                    return switch (request.path().getFirst()) {
                        case "exception" -> throw new Exception("thrown by a case of the kit, on purpose");
                        case "runtime" -> throw new IllegalStateException("thrown by a case of the kit, on purpose");
                        case "error" -> throw new LinkageError("thrown by a case of the kit, on purpose");
                        default -> respond.with(ok("next"));
                    };
                },
                scene -> {
                    for (var kind : List.of("exception", "runtime", "error")) {
                        var answer = scene.get("/" + kind).hasStatus(500).isWhole();
                        scene.expectNothingBehind(answer, "/next");
                    }
                });
    }

    private static TckCase errorWithAStatus() {
        return serving(
                Rule.RSP_STATUS_OF_FAILURE,
                "answers a failure that has a status by it",
                (request, respond) -> {
                    if (request.path().getFirst().equals("next")) {
                        return respond.with(ok("next"));
                    }
                    throw new StatusException(
                            Status.of(Integer.parseInt(request.path().getFirst())),
                            "thrown by a case of the kit, on purpose");
                },
                scene -> {
                    for (int code : new int[] {400, 404, 409, 422, 429, 500, 503, 504, 599}) {
                        var answer = scene.get("/" + code).hasStatus(code).isWhole();
                        scene.expectNothingBehind(answer, "/next");
                    }
                });
    }

    private static TckCase errorInAStream() {
        return serving(
                        Rule.RSP_ABORT,
                        "cuts a stream that fails in the middle",
                        (request, respond) -> respond.with(streaming(out -> {
                            out.writeUtf8("the first half");
                            out.flush();
                            switch (request.path().getFirst()) {
                                case "exception" -> throw new IOException("thrown by a case of the kit, on purpose");
                                case "runtime" ->
                                    throw new IllegalStateException("thrown by a case of the kit, on purpose");
                                default -> throw new LinkageError("thrown by a case of the kit, on purpose");
                            }
                        })),
                        scene -> {
                            for (var kind : List.of("exception", "runtime", "error")) {
                                scene.get("/" + kind).isCutWithin("the first half");
                            }
                        })
                .unless(Departure.CUT_STREAM);
    }

    private static TckCase errorBeforeTheFirstByte() {
        return serving(
                        Rule.RSP_ABORT,
                        "does not make a whole response of a stream that fails before its first byte",
                        (_, respond) -> respond.with(streaming(_ -> {
                            throw new IllegalStateException("thrown by a case of the kit, on purpose");
                        })),
                        scene -> scene.get("/").isCut())
                .unless(Departure.CUT_STREAM);
    }

    private static TckCase errorUnderALength() {
        return serving(
                        Rule.RSP_ABORT,
                        "cuts a stream under a Content-Length that fails in the middle",
                        (_, respond) -> respond.with(streaming(100, out -> {
                            out.write(noise(40));
                            throw new IllegalStateException("thrown by a case of the kit, on purpose");
                        })),
                        scene -> scene.get("/").isCutWithin(noise(40)))
                .unless(Departure.CUT_LENGTH);
    }

    private static TckCase errorAfterwards() {
        return serving(
                Rule.RSP_STANDS,
                "lets a complete response stand when the application throws afterwards",
                (request, respond) -> {
                    var received = respond.with(
                            request.path().contains("stream") ? streaming(out -> out.writeUtf8("whole")) : ok("whole"));
                    if (request.path().contains("next")) {
                        return received;
                    }
                    throw new IllegalStateException("thrown by a case of the kit, on purpose");
                },
                scene -> {
                    for (var target : List.of("/memory", "/stream")) {
                        var answer = scene.get(target).hasStatus(200).hasBody("whole");
                        scene.expectNothingBehind(answer, "/next");
                    }
                });
    }

    private static TckCase returnsLate() {
        return staged(
                Rule.RSP_RETURNS_LATE,
                "returns from respond after the streaming body has ended",
                (_, respond, scene) -> {
                    var ended = new AtomicBoolean();
                    var received = respond.with(streaming(out -> {
                        for (int i = 0; i < 64; i++) {
                            out.write(noise(4096));
                            out.flush();
                        }
                        ended.set(true);
                    }));
                    scene.note("the body had ended", ended.get());
                    return received;
                },
                scene -> {
                    var answer = scene.get("/").hasStatus(200).isWhole();
                    expectEqual("length of the body", 64 * 4096, answer.bytes().length);
                    scene.expectNoted("the body had ended", true);
                });
    }

    private static TckCase interimStatus() {
        return serving(
                Rule.RSP_FINAL_STATUS,
                "refuses a response of status 1xx before anything is sent",
                (_, respond) -> respond.with(Response.text(Status.EARLY_HINTS, "not final")),
                scene -> {
                    var answer = scene.get("/").hasStatus(500).isWhole();
                    expect(answer.informational().isEmpty(), "the refused response was sent\n" + answer.shown());
                });
    }

    private static TckCase interimStatusCaught() {
        return staged(
                Rule.RSP_FINAL_STATUS,
                "lets an application respond whose response of status 1xx was refused",
                (_, respond, scene) -> {
                    scene.note(
                            "status 102", refusal(() -> respond.with(Response.text(Status.PROCESSING, "not final"))));
                    return respond.with(ok("final"));
                },
                scene -> {
                    scene.get("/").hasStatus(200).hasBody("final");
                    scene.expectNoted("status 102", Rule.RSP_FINAL_STATUS.id());
                });
    }

    private static TckCase empty() {
        return serving(
                Rule.RSP_EMPTY,
                "sends an empty body with Content-Length 0",
                (request, respond) -> respond.with(Response.of(
                        Status.of(Integer.parseInt(request.path().getFirst())), Headers.EMPTY, Bytes.EMPTY)),
                scene -> {
                    for (int status : new int[] {200, 302, 404, 500}) {
                        var answer = scene.get("/" + status)
                                .hasStatus(status)
                                .hasField("Content-Length", "0")
                                .hasBody("");
                        scene.expectNothingBehind(answer, "/200");
                    }
                });
    }

    /// The fields by name in lower case, but those that tell the time or manage the connection.
    private static Map<String, List<String>> withoutDate(Answer answer) {
        var fields = new TreeMap<String, List<String>>();
        answer.head().headers().forEach((name, _) -> fields.put(name.lowerCase(), answer.values(name.toString())));
        fields.remove("date");
        fields.remove("connection");
        fields.remove("keep-alive");
        return fields;
    }
}
