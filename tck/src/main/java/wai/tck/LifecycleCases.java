package wai.tck;

import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import wai.Capability;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.spi.Rule;

/// How servers of the handler start and stop; each case starts its own.
final class LifecycleCases {
    /// What a case starts beside the server for all cases.
    private static final String SERVER = "another";

    private LifecycleCases() {}

    static List<TckCase> all() {
        return List.of(
                        answersAtOnce(),
                        twoServers(),
                        startsAgain(),
                        freesThePort(),
                        closesIdleConnections().onTheWire().orElse(endsIdleConnections()),
                        callsNoMore().onTheWire().orElse(callsNoMoreForAClient()),
                        inFlight(),
                        streamInFlight(),
                        toldOfTheStop(),
                        notToldAfterwards())
                .stream()
                .map(each -> each.unless(Departure.LIFECYCLE))
                .map(each -> each.isOnTheWire() ? each : each.listening())
                .toList();
    }

    private static TckCase answersAtOnce() {
        return staged(Rule.LIF_START, "answers as soon as it has started", LifecycleCases::path, scene -> {
                    for (int i = 0; i < 3; i++) {
                        try (var server = scene.start(SERVER)) {
                            scene.askAt(server, ClientRequest.of("GET", "/" + i))
                                    .hasStatus(200)
                                    .hasBody("/" + i);
                        }
                    }
                })
                .alsoServing(SERVER, LifecycleCases::path);
    }

    private static TckCase twoServers() {
        return staged(
                        Rule.LIF_START,
                        "runs two servers at the same time that share nothing",
                        (_, respond, _) -> respond.with(ok("the first")),
                        scene -> {
                            try (var server = scene.start(SERVER)) {
                                for (int i = 0; i < 3; i++) {
                                    scene.askAt(server, ClientRequest.of("GET", "/"))
                                            .hasBody("the second");
                                    scene.get("/").hasBody("the first");
                                }
                            }
                            scene.get("/").hasBody("the first");
                        })
                .alsoServing(SERVER, (_, respond, _) -> respond.with(ok("the second")));
    }

    private static TckCase startsAgain() {
        var names = List.of("one", "two", "three");
        var again = staged(
                Rule.LIF_START,
                "can be started again after it was stopped, with another application",
                LifecycleCases::path,
                scene -> {
                    for (var name : names) {
                        try (var server = scene.start(name)) {
                            scene.askAt(server, ClientRequest.of("GET", "/")).hasBody(name);
                        }
                    }
                });
        for (var name : names) {
            again = again.alsoServing(name, (_, respond, _) -> respond.with(ok(name)));
        }
        return again;
    }

    private static TckCase freesThePort() {
        return staged(Rule.LIF_STOP, "frees its port", LifecycleCases::path, scene -> {
                    Endpoint endpoint;
                    try (var server = scene.start(SERVER)) {
                        scene.askAt(server, ClientRequest.of("GET", "/before")).hasBody("/before");
                        endpoint = server.endpoint().orElseThrow();
                    }
                    try (var port = new ServerSocket()) {
                        port.setReuseAddress(true);
                        port.bind(endpoint.address());
                    } catch (IOException e) {
                        expect(isTakenByOthers(scene, endpoint), endpoint + " cannot be used after the stop: " + e);
                    }
                })
                .alsoServing(SERVER, LifecycleCases::noting);
    }

    /// Whether somebody else has got the port in the meantime: nobody listens, or one who answers otherwise.
    private static boolean isTakenByOthers(Scene scene, Endpoint endpoint) throws IOException {
        try (var others = Backend.at(endpoint, () -> {})) {
            scene.sendTo(others, ClientRequest.of("GET", "/after")).nextHead();
        } catch (SocketTimeoutException _) {
            return false; // the port is open, and nobody accepts
        } catch (IOException | CaseFailure _) {
            // refused or broken, or somebody who speaks something else
        }
        return !scene.isNoted("request for /after");
    }

    private static ResponseReceived noting(Request request, Respond respond, Backstage scene) throws Exception {
        scene.note("request for " + request.rawPath());
        return path(request, respond, scene);
    }

    private static TckCase closesIdleConnections() {
        return staged(Rule.LIF_STOP, "closes connections that are idle", LifecycleCases::path, scene -> {
                    Wire used;
                    Wire fresh;
                    try (var server = scene.start(SERVER)) {
                        used = scene.wireTo(server).send(scene.head("GET /used HTTP/1.1"));
                        used.answer("GET").hasBody("/used");
                        fresh = scene.wireTo(server);
                        scene.askAt(server, ClientRequest.of("GET", "/")).hasBody("/");
                    }
                    expect(used.isAtEnd(), "a connection that was used before the stop is still open");
                    expect(fresh.isAtEnd(), "a connection that was never used is still open after the stop");
                })
                .alsoServing(SERVER, LifecycleCases::path);
    }

    private static TckCase callsNoMore() {
        return staged(
                        Rule.LIF_STOP,
                        "does not call the application after it has stopped",
                        LifecycleCases::path,
                        scene -> {
                            Wire wire;
                            Endpoint endpoint;
                            try (var server = scene.start(SERVER)) {
                                endpoint = server.endpoint().orElseThrow();
                                wire = scene.wireTo(server).send(scene.head("GET /before HTTP/1.1"));
                                wire.answer("GET").hasBody("/before");
                            }
                            try {
                                wire.send(scene.head("GET /after HTTP/1.1"));
                            } catch (IOException _) {
                                // closed, as it should be
                            }
                            expect(wire.isAtEnd(), "a request was answered after the stop");
                            expect(isTakenByOthers(scene, endpoint), "the application was called after the stop");
                        })
                .alsoServing(SERVER, LifecycleCases::noting);
    }

    private static TckCase endsIdleConnections() {
        return staged(
                        Rule.LIF_STOP,
                        "ends connections that are idle",
                        LifecycleCases::path,
                        scene -> expectTheEnd(scene, "a connection that was idle is still open after the stop"))
                .alsoServing(SERVER, LifecycleCases::noting)
                .unless(Departure.LIFECYCLE)
                .listening();
    }

    private static TckCase callsNoMoreForAClient() {
        return staged(
                        Rule.LIF_STOP,
                        "does not call the application after it has stopped, also not on a connection from before",
                        LifecycleCases::path,
                        scene -> {
                            var endpoint = expectTheEnd(scene, "a request was answered after the stop");
                            expect(isTakenByOthers(scene, endpoint), "the application was called after the stop");
                        })
                .alsoServing(SERVER, LifecycleCases::noting)
                .unless(Departure.LIFECYCLE)
                .listening();
    }

    /// Uses a server, stops it, and asks again on the same connection.
    private static Endpoint expectTheEnd(Scene scene, String otherwise) throws Exception {
        var server = scene.start(SERVER);
        var endpoint = server.endpoint().orElseThrow();
        try (var client = Backend.at(endpoint, () -> {})) { // outlives the server
            Answer before;
            try (server) {
                before = scene.askAt(client, ClientRequest.of("GET", "/before")).hasBody("/before");
            }
            try {
                var next = before.call().next(ClientRequest.of("GET", "/after").with(Scene.RUN.toString(), scene.id()));
                next.orElseThrow().nextHead();
                throw new CaseFailure(otherwise + "\n" + before.shown());
            } catch (SocketTimeoutException e) {
                throw new CaseFailure(otherwise + "\n" + before.shown(), e);
            } catch (IOException _) {
                expect(!scene.isNoted("request for /after"), "the application was called after the stop");
            }
        }
        return endpoint;
    }

    private static TckCase inFlight() {
        return inFlight(
                "answers a request that runs while it stops, or lets its client see that it does not",
                (_, respond, scene) -> {
                    scene.note("begun");
                    scene.noted("stopping");
                    return respond.with(ok("whole"));
                },
                "whole");
    }

    private static TckCase streamInFlight() {
        return inFlight(
                "ends a stream that runs while it stops, or cuts it",
                (_, respond, scene) -> respond.with(streaming(out -> {
                    out.writeUtf8("the first half and ");
                    out.flush();
                    scene.note("begun");
                    scene.noted("stopping");
                    for (int i = 0; i < 100; i++) {
                        out.writeUtf8("more, ");
                        out.flush();
                    }
                    out.writeUtf8("the end");
                })),
                "the first half and " + "more, ".repeat(100) + "the end");
    }

    private static TckCase inFlight(String name, TckCase.StagedApplication application, String body) {
        return staged(Rule.LIF_IN_FLIGHT, name, LifecycleCases::path, scene -> {
                    var server = scene.start(SERVER);
                    var stop = stopping(server);
                    try {
                        var call = scene.sendTo(server, ClientRequest.of("GET", "/"));
                        call.body().flush();
                        scene.noted("begun");
                        Thread.ofVirtual().start(stop);
                        awaitRefusal(scene, server, stop);
                        scene.note("stopping");
                        var answer = Answer.of(call);
                        if (answer.isAnswered()
                                && !answer.isSeenToBeCut()
                                && answer.head().status() == 200) {
                            answer.hasBody(body);
                        }
                        call.disconnect();
                    } finally {
                        awaitStop(scene, stop);
                    }
                })
                .alsoServing(SERVER, application);
    }

    private static TckCase toldOfTheStop() {
        return staged(
                        Rule.REQ_SHUTDOWN,
                        "runs onShutdown when the server stops, and lets a stream end that ends then",
                        LifecycleCases::path,
                        scene -> {
                            var server = scene.start(SERVER);
                            var stop = stopping(server);
                            try {
                                var call = scene.sendTo(server, ClientRequest.of("GET", "/"));
                                call.body().flush();
                                scene.noted("begun");
                                Thread.ofVirtual().start(stop);
                                Answer.of(call).hasStatus(200).isWhole().hasBody("begun, told, told at once");
                                call.disconnect();
                            } finally {
                                awaitStop(scene, stop);
                            }
                        })
                .alsoServing(
                        SERVER,
                        (request, respond, scene) -> respond.with(streaming(out -> {
                            request.onShutdown(() -> scene.note("stops"));
                            out.writeUtf8("begun, ");
                            out.flush();
                            scene.note("begun");
                            scene.noted("stops");
                            out.writeUtf8("told, ");
                            request.onShutdown(() -> scene.note("stopping already"));
                            scene.noted("stopping already");
                            out.writeUtf8("told at once");
                        })))
                .needing(Capability.SHUTDOWN_SIGNAL);
    }

    private static TckCase notToldAfterwards() {
        return staged(
                        Rule.REQ_SHUTDOWN,
                        "does not run onShutdown of an exchange that is over when the server stops",
                        LifecycleCases::path,
                        scene -> {
                            try (var server = scene.start(SERVER)) {
                                scene.askAt(server, ClientRequest.of("GET", "/"))
                                        .hasStatus(500); // sent by the handler, when the exchange is over
                            }
                            expect(!scene.isNoted("told"), "onShutdown ran for an exchange that was over");
                        })
                .alsoServing(SERVER, (request, _, scene) -> {
                    request.onShutdown(() -> scene.note("told"));
                    throw new IllegalStateException("thrown by a case of the kit, on purpose");
                })
                .needing(Capability.SHUTDOWN_SIGNAL);
    }

    /// A stop that can be run several times, and happens once.
    private static FutureTask<String> stopping(Backend server) {
        return new FutureTask<>(() -> {
            server.close();
            return "stopped";
        });
    }

    private static void awaitStop(Scene scene, FutureTask<String> stop) throws Exception {
        stop.run(); // does nothing when it runs already
        expectEqual("stop", "stopped", stop.get(scene.patience().toMillis(), TimeUnit.MILLISECONDS));
    }

    /// Waits until the stop shows: new connections are refused, or it is over. A server that shows nothing until its
    /// requests have ended is not waited for longer than this takes.
    private static void awaitRefusal(Scene scene, Backend server, FutureTask<String> stop) {
        var address = server.endpoint().orElseThrow().address();
        for (int i = 0; i < 200 && !stop.isDone(); i++) {
            try {
                Cable.connect(Endpoint.at(address), scene.patience()).close();
            } catch (IOException _) {
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static ResponseReceived path(Request request, Respond respond, Backstage scene) throws Exception {
        return respond.with(ok(request.rawPath()));
    }
}
