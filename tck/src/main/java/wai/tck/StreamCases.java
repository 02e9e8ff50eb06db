package wai.tck;

import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.noise;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.refusal;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import wai.BodySink;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.spi.Rule;

/// What a handler does with a streaming body.
final class StreamCases {
    private static final HeaderName CHECKSUM = HeaderName.of("X-Tck-Checksum");

    /// What may be on its way in a stream that nobody reads: what the handler holds, and the buffers of each connection
    /// up to the client. Where a web server is in between and reads fast at first, the kernel lets the one that it
    /// receives into grow to 32 MiB (`tcp_rmem`), and those that are sent from to 4.
    private static final long MOST_AHEAD = 48L << 20;

    /// How many are written to somebody who does not read: more than that.
    private static final int PIECES = 64;
    /// How many are written where all of them are stored.
    private static final int PIECES_STORED = 24;
    private static final int PIECE = 1 << 20;

    /// How long a writer must have stood still before it counts as blocked.
    private static final long STANDSTILL_NANOS = 500_000_000;

    private StreamCases() {}

    static List<TckCase> all() {
        return List.of(
                manyWrites(),
                bigWrite(),
                everyKindOfWrite(),
                lateUse(),
                tooManyBytes(),
                tooManyBytesCaught(),
                tooFewBytes(),
                flush(),
                backPressure(),
                close(),
                trailers(),
                emptyWrite(),
                thread(),
                trailerFields(),
                length());
    }

    private static TckCase manyWrites() {
        return serving(
                Rule.STR_BYTES,
                "sends very many writes of every size, in order",
                (_, respond) -> respond.with(streaming(out -> {
                    for (int i = 0; i < 700; i++) {
                        out.write(noise(i));
                    }
                    for (int i = 0; i < 3000; i++) {
                        out.write(i);
                    }
                })),
                scene -> {
                    var expected = new ByteArrayOutputStream();
                    for (int i = 0; i < 700; i++) {
                        expected.writeBytes(noise(i));
                    }
                    for (int i = 0; i < 3000; i++) {
                        expected.write(i);
                    }
                    scene.get("/").hasStatus(200).hasBody(expected.toByteArray());
                });
    }

    private static TckCase bigWrite() {
        return serving(
                Rule.STR_BYTES,
                "sends a write larger than every buffer",
                (_, respond) -> respond.with(streaming(out -> out.write(noise(3_000_001)))),
                scene -> scene.get("/").hasStatus(200).hasBody(noise(3_000_001)));
    }

    private static TckCase everyKindOfWrite() {
        return serving(
                Rule.STR_BYTES,
                "sends bytes, slices, text and single bytes, flushed or not",
                (_, respond) -> respond.with(streaming(out -> {
                    out.write(Bytes.utf8("bytes ").plus(Bytes.utf8("joined ")));
                    out.flush();
                    out.write("a slice of an array ".getBytes(StandardCharsets.UTF_8), 2, 9);
                    out.writeUtf8("text ");
                    out.flush();
                    out.flush();
                    out.write('!');
                })),
                scene -> {
                    var answer = scene.get("/").hasStatus(200).hasBody("bytes joined slice of text !");
                    scene.expectNothingBehind(answer, "/");
                });
    }

    private static TckCase lateUse() {
        return staged(
                Rule.STR_LATE_USE,
                "refuses every use of a sink after its body has ended",
                (request, respond, scene) -> {
                    var kept = new AtomicReference<@Nullable BodySink>();
                    var received = respond.with(streaming(out -> {
                        out.writeUtf8("in time");
                        kept.set(out);
                    }));
                    var sink = kept.get();
                    if (sink == null) {
                        scene.note("late write", "the body did not run inside respond");
                    } else if (request.path().contains("late")) {
                        scene.note("late write", refusal(() -> sink.writeUtf8("too late")));
                        scene.note("late flush", refusal(sink::flush));
                        scene.note("late trailers", refusal(() -> sink.trailers(Headers.of(CHECKSUM, "late"))));
                    }
                    return received;
                },
                scene -> {
                    var answer = scene.get("/late").hasStatus(200).hasBody("in time");

                    for (var use : List.of("late write", "late flush", "late trailers")) {
                        scene.expectNoted(use, Rule.STR_LATE_USE.id());
                    }
                    scene.expectNothingBehind(answer, "/next");
                });
    }

    private static TckCase tooManyBytes() {
        return serving(
                        Rule.STR_TOO_MANY_BYTES,
                        "cuts a response that would exceed its Content-Length",
                        (_, respond) -> respond.with(streaming(5, out -> {
                            out.writeUtf8("123");
                            out.flush();
                            out.writeUtf8("4567");
                        })),
                        scene -> scene.get("/").isCutWithin("12345"))
                .unless(Departure.CUT_LENGTH);
    }

    private static TckCase tooManyBytesCaught() {
        TckCase.StagedApplication catching = (_, respond, scene) -> respond.with(streaming(5, out -> {
            out.writeUtf8("123");
            scene.note("surplus", refusal(() -> out.writeUtf8("4567")));
        }));
        return staged(
                        Rule.STR_TOO_MANY_BYTES,
                        "cuts the response also when the application catches the refusal",
                        catching,
                        scene -> {
                            scene.get("/").isCut();
                            scene.expectNoted("surplus", Rule.STR_TOO_MANY_BYTES.id());
                        })
                .unless(Departure.CUT_LENGTH)
                .orElse(staged(
                        Rule.STR_TOO_MANY_BYTES,
                        "refuses the application what would exceed its Content-Length",
                        catching,
                        scene -> {
                            scene.send(ClientRequest.of("GET", "/")).body().flush();
                            scene.expectNoted("surplus", Rule.STR_TOO_MANY_BYTES.id());
                        }));
    }

    private static TckCase tooFewBytes() {
        return serving(
                        Rule.STR_TOO_FEW_BYTES,
                        "cuts a response that stays below its Content-Length",
                        (_, respond) -> respond.with(streaming(10, out -> out.writeUtf8("1234"))),
                        scene -> scene.get("/").isCutWithin("1234"))
                .unless(Departure.CUT_LENGTH);
    }

    private static TckCase flush() {
        return staged(
                        Rule.STR_FLUSH,
                        "lets the client have what was flushed before the body ends",
                        (_, respond, scene) -> respond.with(streaming(out -> {
                            out.writeUtf8("one");
                            out.flush();
                            scene.noted("the client has one");
                            out.writeUtf8("two");
                            out.flush();
                            scene.noted("the client has two");
                        })),
                        scene -> {
                            var call = scene.send(ClientRequest.of("GET", "/"));
                            expectEqual("status", 200, call.nextHead().status());
                            expectEqual("first flush", "one", read(call, 3));
                            scene.note("the client has one");
                            expectEqual("second flush", "two", read(call, 3));
                            scene.note("the client has two");
                            expectEqual("end", -1, call.content().read());
                        })
                .needing(Capability.INCREMENTAL_FLUSH)
                .orElse(serving(
                        Rule.STR_FLUSH,
                        "sends what was flushed at the end at the latest",
                        (_, respond) -> respond.with(streaming(out -> {
                            out.writeUtf8("one");
                            out.flush();
                            out.writeUtf8("two");
                        })),
                        scene -> scene.get("/").hasStatus(200).hasBody("onetwo")));
    }

    private static TckCase backPressure() {
        return staged(
                        Rule.STR_BACK_PRESSURE,
                        "blocks writes while the client does not read",
                        writing(PIECES),
                        scene -> {
                            var call = scene.send(ClientRequest.of("GET", "/"));
                            expectEqual("status", 200, call.nextHead().status());
                            awaitStandstill(scene);
                            long total = call.content().transferTo(OutputStream.nullOutputStream());
                            expectEqual("length of the body", (long) PIECES * PIECE, total);
                        })
                .unless(Departure.RESPONSE_STORED)
                .orElse(staged(
                        Rule.STR_BACK_PRESSURE,
                        "sends the whole of a large response that somebody stores",
                        writing(PIECES_STORED),
                        scene -> expectEqual(
                                "length of the body",
                                PIECES_STORED * PIECE,
                                scene.get("/").hasStatus(200).isWhole().bytes().length)));
    }

    private static TckCase.StagedApplication writing(int pieces) {
        return (_, respond, scene) -> respond.with(streaming(out -> {
            var piece = noise(PIECE);
            for (int i = 0; i < pieces; i++) {
                out.write(piece);
                out.flush();
                scene.note(written(i));
            }
        }));
    }

    /// Returns when a writer has stopped although it is not at its end, and fails when it runs too far ahead.
    private static void awaitStandstill(Scene scene) {
        int pieces = 0;
        for (long since = System.nanoTime(); System.nanoTime() - since < STANDSTILL_NANOS; ) {
            while (scene.isNoted(written(pieces))) {
                pieces++;
                since = System.nanoTime();
                long bytes = (long) pieces * PIECE;
                expect(bytes <= MOST_AHEAD, "the application wrote " + bytes + " bytes that nobody reads, unstopped");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static String written(int piece) {
        return "piece " + piece + " is written";
    }

    private static TckCase close() {
        return serving(
                Rule.STR_CLOSE,
                "goes on after close() on the sink",
                (_, respond) -> respond.with(streaming(out -> {
                    try (var writer = new OutputStreamWriter(out, StandardCharsets.UTF_8)) {
                        writer.write("wrapped, ");
                    }
                    out.writeUtf8("closed, ");
                    out.close();
                    out.writeUtf8("and whole");
                })),
                scene -> scene.get("/").hasStatus(200).hasBody("wrapped, closed, and whole"));
    }

    private static TckCase trailers() {
        return trailers("sends trailer fields behind the body", scene -> {
                    var call = scene.send(ClientRequest.of("GET", "/").with("TE", "trailers"));
                    Answer.of(call).hasStatus(200).hasBody("body");
                    expectEqual("trailers", List.of("second"), call.trailers().all(CHECKSUM));
                })
                .needing(Capability.RESPONSE_TRAILERS)
                .orElse(trailers("drops trailer fields where they cannot be sent", scene -> {
                    var call = scene.send(ClientRequest.of("GET", "/").with("TE", "trailers"));
                    Answer.of(call).hasStatus(200).hasBody("body");
                    expectEqual("trailers", List.of(), call.trailers().all(CHECKSUM));
                }));
    }

    private static TckCase trailers(String name, TckCase.Check check) {
        return serving(
                Rule.STR_TRAILERS,
                name,
                (_, respond) -> respond.with(streaming(out -> {
                    out.trailers(Headers.of(CHECKSUM, "first"));
                    out.writeUtf8("body");
                    out.trailers(Headers.of(CHECKSUM, "second"));
                })),
                check);
    }

    private static TckCase emptyWrite() {
        return serving(
                Rule.STR_EMPTY_WRITE,
                "goes on after a write of no bytes",
                (_, respond) -> respond.with(streaming(out -> {
                    out.writeUtf8("before");
                    out.flush();
                    out.write(new byte[0]);
                    out.write(Bytes.EMPTY);
                    out.flush();
                    out.writeUtf8(", after");
                })),
                scene -> {
                    var answer = scene.get("/").hasStatus(200).hasBody("before, after");
                    scene.expectNothingBehind(answer, "/");
                });
    }

    private static TckCase thread() {
        return staged(
                Rule.STR_THREAD,
                "runs a streaming body once, on the thread that called respond",
                (_, respond, scene) -> {
                    var caller = Thread.currentThread();
                    var runs = new AtomicInteger();
                    var same = new AtomicReference<>(false);
                    var received = respond.with(streaming(out -> {
                        same.set(Thread.currentThread().equals(caller));
                        runs.incrementAndGet();
                        out.writeUtf8("once");
                    }));
                    scene.note("on the caller's thread", same.get());
                    scene.note("runs", runs.get());
                    return received;
                },
                scene -> {
                    scene.get("/").hasStatus(200).isWhole();
                    scene.expectNoted("on the caller's thread", true);
                    scene.expectNoted("runs", 1);
                });
    }

    private static TckCase trailerFields() {
        return staged(
                Rule.STR_TRAILER_FIELDS,
                "refuses trailer fields that frame, route or authenticate",
                (_, respond, scene) -> respond.with(streaming(out -> {
                    for (var name :
                            List.of("Content-Length", "Transfer-Encoding", "Host", "Authorization", "Trailer")) {
                        scene.note(name, refusal(() -> out.trailers(Headers.of(HeaderName.of(name), "1"))));
                    }
                    out.writeUtf8("whole");
                })),
                scene -> {
                    scene.get("/").hasStatus(200).hasBody("whole");
                    for (var name :
                            List.of("Content-Length", "Transfer-Encoding", "Host", "Authorization", "Trailer")) {
                        scene.expectNoted(name, "IllegalArgumentException");
                    }
                });
    }

    private static TckCase length() {
        return serving(
                Rule.STR_LENGTH,
                "sends a stream with the Content-Length of the application",
                (request, respond) -> respond.with(
                        request.path().contains("empty")
                                ? streaming(0, _ -> {})
                                : request.path().contains("next")
                                        ? ok("next")
                                        : streaming(20, out -> {
                                            for (int i = 0; i < 4; i++) {
                                                out.writeUtf8("five!");
                                                out.flush();
                                            }
                                        })),
                scene -> {
                    var answer = scene.get("/twenty")
                            .hasField("Content-Length", "20")
                            .hasNo("Transfer-Encoding")
                            .hasBody("five!".repeat(4));
                    scene.expectNothingBehind(answer, "/next");
                    scene.get("/empty").hasField("Content-Length", "0").hasBody("");
                });
    }

    private static String read(ClientCall call, int count) throws java.io.IOException {
        return new String(call.content().readNBytes(count), StandardCharsets.ISO_8859_1);
    }
}
