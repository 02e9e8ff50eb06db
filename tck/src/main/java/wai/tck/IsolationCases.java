package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.noise;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.Rule;
import wai.tck.ClientRequest.Content;

/// How exchanges live side by side.
final class IsolationCases {
    private static final int CLIENTS = 16;
    private static final int HUNDREDS = 300;
    private static final int TOGETHER = 50;
    private static final int PROCESSES = 40;
    private static final HeaderName NUMBER = HeaderName.of("X-Tck-Number");

    private IsolationCases() {}

    static List<TckCase> all() {
        return List.of(interleaved(), concurrentEchoes(), hundreds(), failureBeside(), blocking());
    }

    private static TckCase interleaved() {
        return staged(
                Rule.ISO_CONCURRENT,
                "keeps the data of two exchanges apart that are both in the middle",
                (request, respond, scene) -> {
                    if (request.path().contains("fast")) {
                        return respond.with(Response.of(
                                Status.OK,
                                Headers.EMPTY,
                                Bytes.of(request.body().readAllBytes())));
                    }
                    var first = new String(request.body().readNBytes(4), ISO_8859_1);
                    return respond.with(streaming(out -> {
                        out.writeUtf8(first);
                        scene.note("slow is in the middle");
                        scene.noted("fast is done");
                        out.write(request.body().readAllBytes());
                    }));
                },
                scene -> {
                    var slow = scene.send(ClientRequest.of("POST", "/slow").with(new Content.Declared(8)));
                    slow.body().write("slowbody".getBytes(ISO_8859_1));
                    slow.body().flush();
                    scene.noted("slow is in the middle");

                    scene.post("/fast", noise(9000)).hasStatus(200).hasBody(noise(9000));
                    scene.note("fast is done");

                    Answer.of(slow).hasStatus(200).hasBody("slowbody");
                });
    }

    private static TckCase concurrentEchoes() {
        return concurrentEchoes("keeps the data of many requests at the same time apart", 8)
                .unless(Departure.PROCESS_PER_REQUEST)
                .orElse(concurrentEchoes("keeps the data of sixteen requests at the same time apart", 1));
    }

    private static TckCase concurrentEchoes(String name, int rounds) {
        return serving(
                Rule.ISO_CONCURRENT,
                name,
                (request, respond) -> respond.with(Response.of(
                        Status.OK,
                        Headers.of(HeaderName.of("X-Tck-Path"), request.rawPath()),
                        Bytes.of(request.body().readAllBytes()))),
                scene -> {
                    var clients = new ArrayList<FutureTask<String>>();
                    for (int i = 0; i < CLIENTS; i++) {
                        int number = i;
                        var client = new FutureTask<>(() -> {
                            for (int round = 0; round < rounds; round++) {
                                var body = noise(1000 * number + round + 1);
                                scene.post("/" + number, body)
                                        .hasField("X-Tck-Path", "/" + number)
                                        .hasBody(body);
                            }
                            return "right";
                        });
                        clients.add(client);
                        Thread.ofVirtual().start(client);
                    }
                    for (var client : clients) {
                        expectEqual(
                                "client",
                                "right",
                                client.get(2 * scene.patience().toMillis(), TimeUnit.MILLISECONDS));
                    }
                });
    }

    /// As many clients at the same time as a busy server has; some are inside the application together for certain.
    private static TckCase hundreds() {
        var name = "keeps the data of three hundred clients apart, half a hundred of them inside at the same time";
        var processes = "keeps the data of forty processes apart that run at the same time";
        var lengths = ", all with a Content-Length";
        return crowd(name, HUNDREDS, TOGETHER, true)
                .unless(Departure.LENGTH_REQUIRED, Departure.PROCESS_PER_REQUEST)
                .orElse(crowd(name + lengths, HUNDREDS, TOGETHER, false)
                        .unless(Departure.PROCESS_PER_REQUEST)
                        .orElse(crowd(processes, PROCESSES, PROCESSES, true)
                                .unless(Departure.LENGTH_REQUIRED)
                                .orElse(crowd(processes + lengths, PROCESSES, PROCESSES, false))));
    }

    private static TckCase crowd(String name, int clients, int together, boolean chunks) {
        return staged(
                Rule.ISO_CONCURRENT,
                name,
                (request, respond, scene) -> {
                    var number = request.headers().first(NUMBER, "none");
                    if (Integer.parseInt(number) < together) {
                        scene.note("inside " + number);
                        scene.noted("all are inside");
                    }
                    var body = Bytes.of(request.body().readAllBytes());
                    return respond.with(Response.of(
                            Status.OK,
                            Headers.of(
                                    NUMBER,
                                    number,
                                    HeaderName.of("X-Tck-Path"),
                                    request.rawPath() + request.rawQuery()),
                            body));
                },
                scene -> {
                    var asking = new ArrayList<FutureTask<String>>();
                    for (int i = 0; i < together + scene.scaled(clients - together); i++) {
                        int number = i;
                        var client = new FutureTask<>(() -> {
                            ask(scene, number, chunks);
                            return "right";
                        });
                        asking.add(client);
                        Thread.ofVirtual().start(client);
                        if (i == together - 1) {
                            for (int other = 0; other < together; other++) {
                                scene.noted("inside " + other);
                            }
                            scene.note("all are inside");
                        }
                    }
                    for (var client : asking) {
                        expectEqual(
                                "client",
                                "right",
                                client.get(2 * scene.patience().toMillis(), TimeUnit.MILLISECONDS));
                    }
                });
    }

    private static void ask(Scene scene, int number, boolean chunks) throws IOException {
        var body = noise(50 * number + 1);
        var call = scene.send(ClientRequest.of("POST", "/" + number + "?" + number)
                .with(NUMBER.toString(), Integer.toString(number))
                .with(chunks && number % 2 == 1 ? new Content.Chunked() : new Content.Declared(body.length)));
        call.body().write(body);
        call.endBody(Headers.EMPTY);
        Answer.of(call)
                .hasStatus(200)
                .hasField("X-Tck-Number", Integer.toString(number))
                .hasField("X-Tck-Path", "/" + number + "?" + number)
                .hasBody(body);
    }

    private static TckCase failureBeside() {
        return failureBeside("keeps an exchange from harm when another fails", "error", "stack", "cut")
                .unless(Departure.CUT_STREAM)
                .orElse(failureBeside("keeps an exchange from harm when another throws an Error", "error", "stack"));
    }

    private static TckCase failureBeside(String name, String... failures) {
        return staged(
                Rule.ISO_FAILURE,
                name,
                (request, respond, scene) -> switch (request.path().getFirst()) {
                    case "patient" ->
                        respond.with(streaming(out -> {
                            out.writeUtf8("begun, ");
                            out.flush();
                            scene.note("begun");
                            scene.noted("others have failed");
                            out.writeUtf8("whole");
                        }));
                    case "error" -> throw new LinkageError("thrown by a case of the kit, on purpose");
                    case "stack" -> throw new StackOverflowError("thrown by a case of the kit, on purpose");
                    case "cut" ->
                        respond.with(streaming(out -> {
                            out.writeUtf8("half");
                            throw new LinkageError("thrown by a case of the kit, on purpose");
                        }));
                    default -> respond.with(ok("well"));
                },
                scene -> {
                    var patient = scene.send(ClientRequest.of("GET", "/patient"));
                    patient.body().flush();
                    scene.noted("begun");

                    for (var failure : failures) {
                        var answer = scene.get("/" + failure);
                        if (failure.equals("cut")) {
                            answer.isCutWithin("half");
                        } else {
                            answer.hasStatus(500);
                        }
                    }
                    scene.get("/other").hasStatus(200).hasBody("well");
                    scene.note("others have failed");

                    Answer.of(patient).hasStatus(200).hasBody("begun, whole");
                });
    }

    private static TckCase blocking() {
        return staged(
                Rule.ISO_BLOCKING,
                "answers while the application blocks in other exchanges",
                (request, respond, scene) -> {
                    if (request.path().contains("block")) {
                        scene.noted("the door is open");
                    }
                    return respond.with(ok("answered " + request.rawPath()));
                },
                scene -> {
                    var blocked = new ArrayList<ClientCall>();
                    for (int i = 0; i < 2 * CLIENTS; i++) {
                        var call = scene.send(ClientRequest.of("GET", "/block"));
                        call.body().flush();
                        blocked.add(call);
                    }
                    scene.get("/free").hasStatus(200).hasBody("answered /free");
                    scene.note("the door is open");
                    for (var call : blocked) {
                        Answer.of(call).hasStatus(200).hasBody("answered /block");
                    }
                });
    }
}
