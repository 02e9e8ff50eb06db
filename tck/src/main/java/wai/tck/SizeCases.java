package wai.tck;

import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.noise;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import wai.Bytes;
import wai.Capability;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.Rule;
import wai.tck.ClientRequest.Content;

/// Bodies of every size both ways: small ones around the sizes of buffers, large ones made and checked on the way.
final class SizeCases {
    /// Around the powers of two that buffers have, and one more than the largest.
    private static final int[] EDGES = {
        1, 2, 1023, 1024, 1025, 4095, 4096, 4097, 8192, 16_383, 16_384, 16_385, 32_768, 65_535, 65_536, 65_537, 131_073
    };

    private static final int PIECE = 64 * 1024;
    private static final int LARGE = 64;

    private SizeCases() {}

    static List<TckCase> all() {
        return List.of(
                edges("a Content-Length", true),
                edges("chunks", false).unless(Departure.LENGTH_REQUIRED),
                tinyChunks().unless(Departure.LENGTH_REQUIRED),
                largeUpload("a Content-Length", true, LARGE),
                largeUpload("chunks", false, LARGE / 4).unless(Departure.LENGTH_REQUIRED),
                largeDownload("a Content-Length", true),
                largeDownload("an unknown length", false),
                largeInMemory(),
                largeBothWays(),
                lateRead());
    }

    private static TckCase edges(String framing, boolean declared) {
        return serving(
                Rule.REQ_BODY,
                "gives bodies under " + framing + " of sizes around those of buffers",
                SizeCases::echo,
                scene -> {
                    for (int size : EDGES) {
                        var body = noise(size);
                        var call = scene.send(ClientRequest.of("POST", "/")
                                .with(declared ? new Content.Declared(size) : new Content.Chunked()));
                        call.body().write(body);
                        call.endBody(Headers.EMPTY);
                        Answer.of(call).hasStatus(200).hasBody(body);
                    }
                });
    }

    private static TckCase tinyChunks() {
        return serving(Rule.REQ_BODY, "gives a body of three thousand chunks of one byte", SizeCases::echo, scene -> {
            var body = noise(3000);
            var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
            for (byte b : body) {
                call.body().write(b & 0xff);
            }
            call.endBody(Headers.EMPTY);
            Answer.of(call).hasStatus(200).hasBody(body);
        });
    }

    private static TckCase largeUpload(String framing, boolean declared, int megabytes) {
        return serving(
                Rule.REQ_BODY,
                "gives a body of " + megabytes + " MiB under " + framing,
                (request, respond) -> respond.with(ok(sum(request.body()))),
                scene -> {
                    int pieces = scene.scaled(megabytes << 4);
                    var call = scene.send(ClientRequest.of("POST", "/")
                            .with(declared ? new Content.Declared((long) pieces * PIECE) : new Content.Chunked()));
                    var sent = write(call.body(), pieces);
                    call.endBody(Headers.EMPTY);
                    Answer.of(call).hasStatus(200).hasBody(sent);
                });
    }

    private static TckCase largeDownload(String framing, boolean declared) {
        return staged(
                Rule.STR_BYTES,
                "sends a stream of " + LARGE + " MiB under " + framing,
                (_, respond, scene) -> {
                    int pieces = scene.scaled(LARGE << 4);
                    return respond.with(
                            declared
                                    ? streaming((long) pieces * PIECE, out -> scene.note("sent", write(out, pieces)))
                                    : streaming(out -> scene.note("sent", write(out, pieces))));
                },
                scene -> {
                    var call = scene.send(ClientRequest.of("GET", "/"));
                    expectEqual("status", 200, call.nextHead().status());
                    var received = sum(call.content());
                    scene.expectNoted("sent", received);
                });
    }

    private static TckCase largeInMemory() {
        return staged(
                Rule.RSP_LENGTH,
                "sends a body in memory of 16 MiB that is made of large and small pieces",
                (_, respond, scene) -> {
                    var bytes = Bytes.EMPTY;
                    for (int i = 0; i < scene.scaled(64); i++) {
                        bytes = bytes.plus(Bytes.of(noise(i))).plus(Bytes.of(noise((1 << 18) - i)));
                    }
                    return respond.with(Response.of(Status.OK, Headers.EMPTY, bytes));
                },
                scene -> {
                    var expected = new CRC32C();
                    for (int i = 0; i < scene.scaled(64); i++) {
                        expected.update(noise(i));
                        expected.update(noise((1 << 18) - i));
                    }
                    var call = scene.send(ClientRequest.of("GET", "/"));
                    expectEqual("status", 200, call.nextHead().status());
                    expectEqual("body", shown((long) scene.scaled(64) << 18, expected), sum(call.content()));
                });
    }

    private static TckCase largeBothWays() {
        return serving(
                        Rule.REQ_READ_WHILE_WRITING,
                        "lets 16 MiB come in while they go out",
                        (request, respond) -> respond.with(streaming(out -> {
                            var buffer = new byte[PIECE];
                            for (int count; (count = request.body().read(buffer, 0, PIECE)) >= 0; ) {
                                out.write(buffer, 0, count);
                            }
                        })),
                        scene -> {
                            int pieces = scene.scaled(16 << 4);
                            var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Chunked()));
                            var sender = new FutureTask<>(() -> {
                                var sent = write(call.body(), pieces);
                                call.endBody(Headers.EMPTY);
                                return sent;
                            });
                            Thread.ofVirtual().start(sender);
                            expectEqual("status", 200, call.nextHead().status());
                            var received = sum(call.content());
                            expectEqual(
                                    "echo", sender.get(scene.patience().toMillis(), TimeUnit.MILLISECONDS), received);
                        })
                .needing(Capability.INCREMENTAL_FLUSH)
                .unless(Departure.REQUEST_BUFFERED);
    }

    private static TckCase lateRead() {
        return staged(
                Rule.REQ_BODY,
                "gives the body to an application that reads it long after it was sent",
                (request, respond, scene) -> {
                    scene.noted("the body was sent");
                    return respond.with(ok(sum(request.body())));
                },
                scene -> {
                    var call = scene.send(ClientRequest.of("POST", "/").with(new Content.Declared(5000)));
                    call.body().write(noise(5000));
                    call.endBody(Headers.EMPTY);
                    scene.note("the body was sent");
                    var expected = new CRC32C();
                    expected.update(noise(5000));
                    Answer.of(call).hasStatus(200).hasBody(shown(5000, expected));
                });
    }

    private static ResponseReceived echo(Request request, Respond respond) throws Exception {
        return respond.with(
                Response.of(Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));
    }

    /// Writes pieces of which no two are the same.
    ///
    /// @return what [#sum] must find
    private static String write(OutputStream out, int pieces) throws IOException {
        var piece = noise(PIECE);
        var sum = new CRC32C();
        for (int i = 0; i < pieces; i++) {
            piece[i % PIECE]++;
            sum.update(piece);
            out.write(piece, 0, PIECE);
        }
        return shown((long) pieces * PIECE, sum);
    }

    private static String sum(InputStream in) throws IOException {
        var buffer = new byte[PIECE];
        var sum = new CRC32C();
        long length = 0;
        for (int count; (count = in.read(buffer, 0, PIECE)) >= 0; length += count) {
            if (count == 0) {
                throw new EOFException("a read of no bytes");
            }
            sum.update(buffer, 0, count);
        }
        return shown(length, sum);
    }

    private static String shown(long length, CRC32C sum) {
        return length + " bytes, sum " + Long.toHexString(sum.getValue());
    }
}
