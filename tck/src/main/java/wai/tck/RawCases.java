package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.RawApplication;
import wai.RawConnection;
import wai.Response;
import wai.Status;
import wai.spi.Rule;

/// What a handler does with a raw response.
final class RawCases {
    private static final HeaderName COOKIE = HeaderName.SET_COOKIE;

    private RawCases() {}

    static List<TckCase> all() {
        return List.of(duplex(), large(), earlyBytes(), headers(), end(), clientHalfClose(), ownHalfClose());
    }

    private static TckCase duplex() {
        return serving(
                        Rule.RAW_DUPLEX,
                        "sends the head, then lets the application read and write",
                        (_, respond) -> respond.with(raw(RawCases::shout)),
                        scene -> {
                            var call = upgraded(scene);
                            for (var word : List.of("one", "two", "three")) {
                                write(call, word);
                                expectEqual("echo", word.toUpperCase(Locale.ROOT), read(call, word.length()));
                            }
                        })
                .needing(Capability.RAW)
                .orElse(serving(
                                Rule.RAW_FALLBACK,
                                "sends the fallback of a raw response",
                                (_, respond) -> respond.with(raw(RawCases::shout)),
                                scene -> scene.ask(upgrade())
                                        .hasStatus(426)
                                        .hasField("Upgrade", "tck")
                                        .hasBody("no upgrade here"))
                        .unless(Departure.RESPONSE_RESERVED_FIELDS)
                        .orElse(serving(
                                Rule.RAW_FALLBACK,
                                "sends status and body of the fallback of a raw response",
                                (_, respond) -> respond.with(raw(RawCases::shout)),
                                scene -> scene.ask(upgrade()).hasStatus(426).hasBody("no upgrade here"))));
    }

    private static TckCase large() {
        return serving(
                        Rule.RAW_DUPLEX,
                        "carries any byte and two megabytes each way at the same time",
                        (_, respond) -> respond.with(raw(connection -> {
                            var buffer = new byte[8192];
                            for (int count; (count = connection.input().read(buffer, 0, buffer.length)) >= 0; ) {
                                connection.output().write(buffer, 0, count);
                                connection.output().flush();
                            }
                        })),
                        scene -> {
                            var call = upgraded(scene);
                            var bytes = Replies.noise(2 << 20);
                            var sender = new FutureTask<>(() -> {
                                call.body().write(bytes);
                                call.body().flush();
                                return "sent";
                            });
                            Thread.ofVirtual().start(sender);
                            int at = Arrays.mismatch(bytes, call.content().readNBytes(bytes.length));
                            expectEqual("first difference", -1, at);
                            expectEqual(
                                    "sender",
                                    "sent",
                                    sender.get(scene.patience().toMillis(), TimeUnit.MILLISECONDS));
                        })
                .needing(Capability.RAW);
    }

    private static TckCase earlyBytes() {
        return serving(
                        Rule.RAW_EARLY_BYTES,
                        "gives the application the bytes that came with the head",
                        (_, respond) -> respond.with(raw(RawCases::shout)),
                        scene -> {
                            var call = scene.send(upgrade());
                            call.body().write("early".getBytes(ISO_8859_1));
                            call.body().flush();
                            expectEqual("status", 101, call.nextHead().status());
                            write(call, " late");
                            expectEqual("echo", "EARLY LATE", read(call, 10));
                        })
                .needing(Capability.RAW);
    }

    private static TckCase headers() {
        var tagging = Middleware.onResponse(response -> response.adding(COOKIE, "id=7"));
        var application = tagging.wrap((_, respond) -> respond.with(raw(connection -> {})));
        return serving(
                        Rule.RAW_HEADERS,
                        "sends the fields that middleware adds to a raw response",
                        application,
                        scene -> {
                            var head = scene.send(upgrade()).nextHead();
                            expectEqual("status", 101, head.status());
                            expectEqual(
                                    "Set-Cookie",
                                    List.of("id=7"),
                                    head.headers().all(COOKIE));
                            expectEqual(
                                    "Upgrade", List.of("tck"), head.headers().all(HeaderName.UPGRADE));
                        })
                .needing(Capability.RAW)
                .orElse(serving(
                        Rule.RAW_HEADERS,
                        "sends the fields that middleware adds to the fallback",
                        application,
                        scene -> scene.ask(upgrade()).hasStatus(426).hasField("Set-Cookie", "id=7")));
    }

    private static TckCase end() {
        return staged(
                        Rule.RAW_END,
                        "closes the connection when the raw application returns",
                        (request, respond, scene) -> request.upgrades().isEmpty()
                                ? respond.with(ok("a request was read from the raw connection"))
                                : respond.with(raw(connection -> {
                                    scene.note(
                                            "read",
                                            new String(connection.input().readNBytes(4), ISO_8859_1));
                                    connection.output().write("bye".getBytes(ISO_8859_1));
                                })),
                        scene -> {
                            var call = upgraded(scene);
                            write(call, "quit" + scene.head("GET /after HTTP/1.1"));
                            expectEqual("what follows the head", "bye", toTheEnd(call));
                            scene.expectNoted("read", "quit");
                        })
                .needing(Capability.RAW);
    }

    private static TckCase clientHalfClose() {
        return serving(
                        Rule.RAW_HALF_CLOSE,
                        "ends the input when the client ends its direction, and leaves the output open",
                        (_, respond) -> respond.with(raw(connection -> {
                            var all = new String(connection.input().readAllBytes(), ISO_8859_1);
                            connection.output().write(("got " + all).getBytes(ISO_8859_1));
                        })),
                        scene -> {
                            var call = upgraded(scene);
                            write(call, "everything");
                            call.body().close();
                            expectEqual("what follows the head", "got everything", toTheEnd(call));
                        })
                .needing(Capability.RAW);
    }

    private static TckCase ownHalfClose() {
        TckCase.StagedApplication saying = (_, respond, scene) -> respond.with(raw(connection -> {
            connection.output().write("over".getBytes(ISO_8859_1));
            connection.closeOutput();
            connection.closeOutput();
            scene.note("heard", new String(connection.input().readAllBytes(), ISO_8859_1));
        }));
        return staged(
                        Rule.RAW_HALF_CLOSE,
                        "ends the output at closeOutput and leaves the input open",
                        saying,
                        scene -> {
                            var call = upgraded(scene);
                            expectEqual("what follows the head", "over", toTheEnd(call));
                            write(call, "and out");
                            call.body().close();
                            scene.expectNoted("heard", "and out");
                        })
                .needing(Capability.RAW)
                .unless(Departure.HALF_CLOSE)
                .orElse(staged(
                                Rule.RAW_HALF_CLOSE,
                                "sends what was written before closeOutput, and ends when both directions have",
                                saying,
                                scene -> {
                                    var call = upgraded(scene);
                                    expectEqual("what follows the head", "over", read(call, 4));
                                    call.body().close();
                                    expectEqual("what follows the last byte", "", toTheEnd(call));
                                })
                        .needing(Capability.RAW));
    }

    private static Response raw(RawApplication application) {
        return Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(HeaderName.UPGRADE, "tck", HeaderName.CONNECTION, "Upgrade"),
                Response.text(Status.UPGRADE_REQUIRED, "no upgrade here").withHeader(HeaderName.UPGRADE, "tck"),
                application);
    }

    /// Answers every byte in upper case.
    private static void shout(RawConnection connection) throws IOException {
        var buffer = new byte[256];
        for (int count; (count = connection.input().read(buffer, 0, buffer.length)) >= 0; ) {
            var heard = new String(buffer, 0, count, ISO_8859_1);
            connection.output().write(heard.toUpperCase(Locale.ROOT).getBytes(ISO_8859_1));
            connection.output().flush();
        }
    }

    private static ClientRequest upgrade() {
        return ClientRequest.of("GET", "/").with("Connection", "Upgrade").with("Upgrade", "tck");
    }

    private static ClientCall upgraded(Scene scene) throws IOException {
        var call = scene.send(upgrade());
        var head = call.nextHead();
        expectEqual("status", 101, head.status());
        expectEqual("Upgrade", List.of("tck"), head.headers().all(HeaderName.UPGRADE));
        return call;
    }

    private static void write(ClientCall call, String text) throws IOException {
        call.body().write(text.getBytes(ISO_8859_1));
        call.body().flush();
    }

    private static String read(ClientCall call, int count) throws IOException {
        return new String(call.content().readNBytes(count), ISO_8859_1);
    }

    /// What comes until the connection ends, in whatever way.
    private static String toTheEnd(ClientCall call) throws IOException {
        var text = new StringBuilder();
        try {
            for (int c; (c = call.content().read()) >= 0; ) {
                text.append((char) c);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            // a reset, as bytes of ours were left unread: an end like any other
        }
        return text.toString();
    }
}
