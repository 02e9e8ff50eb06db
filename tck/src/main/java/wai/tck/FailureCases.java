package wai.tck;

import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.refusal;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Key;
import wai.Middleware;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.Rule;

/// Exceptions in every phase of an exchange, clients that leave in every phase, and what must not be left behind.
final class FailureCases {
    private static final Key<String> TOLD = Key.named("tck.told");
    private static final byte[] PIECE = Replies.noise(64 * 1024);

    /// More than the buffers of all sockets between a handler and its client hold.
    private static final int MOST_PIECES = 1024;

    private FailureCases() {}

    static List<TckCase> all() {
        return List.of(
                everyException(),
                afterReading(),
                nullResponse(),
                inRaw(),
                inTheMiddleware(),
                interrupted(),
                failedWrite(),
                failingDisconnectAction(),
                severalDisconnectActions(),
                noDisconnectAfterwards(),
                vault(),
                vaultOfMiddleware());
    }

    private static TckCase everyException() {
        return serving(
                Rule.RSP_ERROR,
                "answers 500 whatever an application throws before it responds",
                (request, respond) -> switch (request.path().getFirst()) {
                    case "io" -> throw new IOException("thrown by a case of the kit, on purpose");
                    case "interrupted" -> throw new InterruptedException("thrown by a case of the kit, on purpose");
                    case "assertion" -> throw new AssertionError("thrown by a case of the kit, on purpose");
                    case "memory" -> throw new OutOfMemoryError("thrown by a case of the kit, on purpose");
                    case "silent" -> throw new IllegalStateException();
                    case "nested" -> throw new IllegalStateException(new IOException(new LinkageError()));
                    default -> respond.with(ok("next"));
                },
                scene -> {
                    for (var kind : List.of("io", "interrupted", "assertion", "memory", "silent", "nested")) {
                        var answer = scene.get("/" + kind).hasStatus(500).isWhole();
                        scene.expectNothingBehind(answer, "/next");
                    }
                });
    }

    private static TckCase afterReading() {
        return serving(
                Rule.RSP_ERROR,
                "answers 500 to an application that throws while it reads the body, or after",
                (request, _) -> {
                    if (request.path().contains("some")) {
                        request.body().readNBytes(10);
                    } else {
                        request.body().readAllBytes();
                    }
                    throw new IllegalStateException("thrown by a case of the kit, on purpose");
                },
                scene -> {
                    for (var target : List.of("/some", "/all")) {
                        scene.post(target, Replies.noise(5000)).hasStatus(500).isWhole();
                    }
                });
    }

    @SuppressWarnings("NullAway") // no response is the mistake
    private static TckCase nullResponse() {
        return staged(
                Rule.APP_ONE_RESPONSE,
                "refuses null for a response, and then takes one",
                (_, respond, scene) -> {
                    scene.note("null", refusal(() -> respond.with(null)));
                    return respond.with(ok("one"));
                },
                scene -> {
                    scene.get("/").hasStatus(200).hasBody("one");
                    scene.expectNoted("null", "NullPointerException");
                });
    }

    private static TckCase inRaw() {
        return serving(
                        Rule.RAW_END,
                        "closes the connection of a raw application that throws, and no other",
                        (request, respond) -> request.upgrades().isEmpty()
                                ? respond.with(ok("well"))
                                : respond.with(Response.raw(
                                        Status.SWITCHING_PROTOCOLS,
                                        Headers.of(HeaderName.UPGRADE, "tck", HeaderName.CONNECTION, "Upgrade"),
                                        ok("fallback"),
                                        connection -> {
                                            connection.output().write('!');
                                            connection.output().flush();
                                            throw new IllegalStateException("thrown by a case of the kit, on purpose");
                                        })),
                        scene -> {
                            var call = scene.send(ClientRequest.of("GET", "/")
                                    .with("Connection", "Upgrade")
                                    .with("Upgrade", "tck"));
                            expectEqual("status", 101, call.nextHead().status());
                            expect(isAtEnd(call), "the connection is still open");
                            scene.get("/").hasStatus(200).hasBody("well");
                        })
                .needing(Capability.RAW);
    }

    /// Whether the raw bytes end, behind one byte or before it, in whatever way.
    private static boolean isAtEnd(ClientCall call) throws IOException {
        try {
            int first = call.content().read();
            return first < 0 || (first == '!' && call.content().read() < 0);
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            return true;
        }
    }

    private static TckCase inTheMiddleware() {
        Middleware failing = inner -> (request, respond) -> {
            if (request.path().contains("before")) {
                throw new IllegalStateException("thrown by a case of the kit, on purpose");
            }
            return inner.handle(request, response -> {
                if (request.path().contains("inside")) {
                    throw new IllegalStateException("thrown by a case of the kit, on purpose");
                }
                return respond.with(response);
            });
        };
        return serving(
                Rule.RSP_ERROR,
                "answers 500 when a middleware throws, before the application or at its response",
                failing.wrap((_, respond) -> respond.with(ok("well"))),
                scene -> {
                    scene.get("/before").hasStatus(500).isWhole();
                    scene.get("/inside").hasStatus(500).isWhole();
                    scene.get("/none").hasStatus(200).hasBody("well");
                });
    }

    private static TckCase interrupted() {
        return serving(
                Rule.ISO_FAILURE,
                "gives no interrupt of one application to the next",
                (request, respond) -> {
                    boolean before = Thread.interrupted();
                    if (request.path().contains("interrupt")) {
                        var received = respond.with(ok("interrupted " + before));
                        Thread.currentThread().interrupt();
                        return received;
                    }
                    return respond.with(ok("interrupted " + before));
                },
                scene -> {
                    var answer = scene.get("/interrupt").hasStatus(200).hasBody("interrupted false");
                    var next =
                            answer.call().next(ClientRequest.of("GET", "/next").with(Scene.RUN.toString(), scene.id()));
                    if (next.isPresent()) {
                        try (var call = next.get()) {
                            var second = Answer.of(call);
                            if (second.isAnswered()) {
                                second.hasStatus(200).hasBody("interrupted false");
                            }
                        }
                    }
                    scene.get("/other").hasStatus(200).hasBody("interrupted false");
                });
    }

    private static TckCase failedWrite() {
        return staged(
                Rule.REQ_DISCONNECT,
                "fails the writes of a stream whose client has left, on every handler",
                (_, respond, scene) -> respond.with(streaming(out -> {
                    try {
                        for (int i = 0; i < MOST_PIECES; i++) {
                            out.write(PIECE);
                            out.flush();
                            scene.note("begun");
                        }
                    } catch (IOException e) {
                        scene.note("a write failed");
                        throw e;
                    }
                })),
                scene -> {
                    var call = scene.send(ClientRequest.of("GET", "/"));
                    call.body().flush();
                    scene.noted("begun");
                    call.disconnect();
                    scene.noted("a write failed");
                });
    }

    private static TckCase failingDisconnectAction() {
        return staged(
                        Rule.REQ_DISCONNECT,
                        "serves others when an action for disconnects throws",
                        (request, respond, scene) -> {
                            if (request.path().contains("other")) {
                                return respond.with(ok("well"));
                            }
                            request.onDisconnect(() -> {
                                scene.note("gone");
                                throw new IllegalStateException("thrown by a case of the kit, on purpose");
                            });
                            scene.note("registered");
                            scene.noted("gone");
                            return respond.with(ok("nobody is there"));
                        },
                        scene -> {
                            leave(scene);
                            scene.noted("gone");
                            scene.get("/other").hasStatus(200).hasBody("well");
                        })
                .needing(Capability.DISCONNECT_SIGNAL);
    }

    private static TckCase severalDisconnectActions() {
        return staged(
                        Rule.REQ_DISCONNECT,
                        "runs every action for disconnects once",
                        (request, respond, scene) -> {
                            var runs = new AtomicInteger();
                            request.onDisconnect(() -> {
                                runs.incrementAndGet();
                                scene.note("first");
                            });
                            request.onDisconnect(() -> {
                                runs.incrementAndGet();
                                scene.note("second");
                            });
                            scene.note("registered");
                            scene.noted("first");
                            scene.noted("second");
                            scene.note("runs", runs.get());
                            return respond.with(ok("nobody is there"));
                        },
                        scene -> {
                            leave(scene);
                            scene.expectNoted("runs", 2);
                        })
                .needing(Capability.DISCONNECT_SIGNAL);
    }

    private static void leave(Scene scene) throws IOException, InterruptedException {
        var call = scene.send(ClientRequest.of("GET", "/"));
        call.body().flush();
        scene.noted("registered");
        call.disconnect();
    }

    private static TckCase noDisconnectAfterwards() {
        return staged(
                Rule.REQ_DISCONNECT,
                "does not run an action for disconnects of an exchange that has ended",
                (request, respond, scene) -> {
                    if (request.path().contains("watched")) {
                        request.onDisconnect(() -> scene.note("gone"));
                    }
                    return respond.with(ok("well"));
                },
                scene -> {
                    var answer = scene.get("/watched").hasStatus(200).hasBody("well");
                    scene.expectNothingBehind(answer, "/next");
                    answer.call().close();
                    scene.get("/other").hasStatus(200).hasBody("well");
                    expect(!scene.isNoted("gone"), "an action ran after its exchange");
                });
    }

    private static TckCase vault() {
        return serving(
                Rule.ISO_CONCURRENT,
                "gives every request a vault of its own that is empty",
                (request, respond) -> {
                    var before = request.get(TOLD).orElse("nothing");
                    var inside = request.with(TOLD, request.rawPath()).get(TOLD).orElse("nothing");
                    return respond.with(ok(before + ", then " + inside));
                },
                scene -> {
                    var answer = scene.get("/1").hasBody("nothing, then /1");
                    scene.expectNothingBehind(answer, "/2");
                    scene.get("/3").hasBody("nothing, then /3");
                });
    }

    private static TckCase vaultOfMiddleware() {
        var telling = Middleware.onRequest(request -> request.with(TOLD, "told of " + request.rawPath()));
        return serving(
                Rule.ISO_CONCURRENT,
                "hands the vault of a middleware to the application, live parts included",
                telling.wrap((request, respond) -> {
                    var body = Bytes.of(request.body().readAllBytes());
                    return answered(respond, request.get(TOLD).orElse("nothing"), body);
                }),
                scene -> {
                    for (int i = 0; i < 3; i++) {
                        var answer = scene.post("/" + i, Replies.noise(100 + i)).hasStatus(200);
                        answer.hasField("X-Tck-Told", "told of /" + i).hasBody(Replies.noise(100 + i));
                    }
                });
    }

    private static ResponseReceived answered(wai.Respond respond, String told, Bytes body) throws Exception {
        return respond.with(Response.of(Status.OK, Headers.of(HeaderName.of("X-Tck-Told"), told), body));
    }
}
