package wai.tck;

import static wai.tck.BrokenHandler.around;
import static wai.tck.BrokenHandler.exchanges;
import static wai.tck.BrokenHandler.receiving;
import static wai.tck.BrokenHandler.sending;
import static wai.tck.BrokenHandler.serving;
import static wai.tck.BrokenHandler.sinking;
import static wai.tck.BrokenHandler.streaming;

import java.io.FilterInputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.spi.Rule;
import wai.tck.BrokenHandler.ForwardingSink;

/// What a handler can do wrong with bodies of some sizes and kinds, with 100-continue, and when something is left
// behind.
final class BodyFaults {
    private static final HeaderName HIDDEN = HeaderName.of("X-Hidden");

    private BodyFaults() {}

    static List<BrokenHandler> all() {
        var faults = new java.util.ArrayList<BrokenHandler>();
        faults.addAll(responses());
        faults.addAll(requests());
        faults.addAll(leftovers());
        return faults;
    }

    private static List<BrokenHandler> responses() {
        return List.of(
                holdingResponsesBack(),
                sendingABodyWith(Status.NO_CONTENT),
                sendingABodyWith(Status.RESET_CONTENT),
                streaming(
                        "pads failed streams under a length",
                        (headers, body) -> out -> {
                            var written = new AtomicLong();
                            try {
                                body.writer().writeTo(new ForwardingSink(out) {
                                    @Override
                                    public void write(byte[] array, int offset, int count) throws IOException {
                                        written.addAndGet(count);
                                        out.write(array, offset, count);
                                    }
                                });
                            } catch (IllegalStateException failure) {
                                long length = Long.parseLong(
                                        headers.first(HeaderName.CONTENT_LENGTH).orElse("0"));
                                if (length <= written.get()) {
                                    throw failure;
                                }
                                out.write(new byte[Math.toIntExact(length - written.get())]);
                            }
                        },
                        Rule.RSP_ABORT),
                sinking(
                        "sends arrays from their beginning",
                        to -> new ForwardingSink(to) {
                            @Override
                            public void write(byte[] array, int offset, int count) throws IOException {
                                to.write(array, 0, count);
                            }
                        },
                        Rule.STR_BYTES),
                sinking(
                        "loses the 100th piece of a stream",
                        to -> new ForwardingSink(to) {
                            private int pieces;

                            @Override
                            public void write(byte[] array, int offset, int count) throws IOException {
                                var piece = array;
                                if (count == 65_536 && ++pieces == 100) {
                                    piece = new byte[array.length];
                                }
                                to.write(piece, offset, count);
                            }
                        },
                        Rule.STR_BYTES),
                sending(
                        "mixes up the pieces of bodies over a megabyte and a half",
                        response -> response.body() instanceof Bytes bytes && bytes.length() > 3 << 19
                                ? withBody(response, reversed(bytes.toByteArray()))
                                : response,
                        Rule.RSP_LENGTH),
                files("sends files from one megabyte on as zeros", part -> part.length() > 1 << 20, Rule.FIL_WHOLE),
                files("sends files of less than ten bytes as zeros", part -> part.fileSize() < 10, Rule.MID_BODIES),
                around(
                        "tells no length of 0 to HEAD",
                        inner -> (request, respond) -> inner.handle(
                                request,
                                response -> respond.with(
                                        request.method().equals("HEAD")
                                                        && response.body().equals(Bytes.EMPTY)
                                                ? response.withBody(new Body.Stream(_ -> {}))
                                                : response)),
                        Rule.RSP_HEAD),
                around(
                        "answers 404 to an empty file",
                        Middleware.onResponse(response -> response.body() instanceof Body.File(var path, var part)
                                        && part == null
                                        && path.toFile().isFile()
                                        && path.toFile().length() == 0
                                ? Response.text(Status.NOT_FOUND, "nothing there")
                                : response),
                        Rule.FIL_WHOLE));
    }

    private static List<BrokenHandler> requests() {
        return List.of(
                reading(
                        "throws behind the end of a body",
                        in -> new FilterInputStream(in) {
                            private boolean ended;

                            @Override
                            public int read() throws IOException {
                                var one = new byte[1];
                                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                            }

                            @Override
                            public int read(byte[] target, int offset, int length) throws IOException {
                                if (ended) {
                                    throw new IOException("the end was told");
                                }
                                int count = in.read(target, offset, length);
                                ended = count < 0;
                                return count;
                            }
                        },
                        Rule.REQ_BODY,
                        Rule.REQ_BODY_CLOSE),
                reading(
                        "gives no more than a megabyte and a half",
                        in -> new FilterInputStream(in) {
                            private long left = 3 << 19;

                            @Override
                            public int read(byte[] target, int offset, int length) throws IOException {
                                int count = left == 0 ? -1 : in.read(target, offset, (int) Math.min(left, length));
                                left -= Math.max(0, count);
                                return count;
                            }
                        },
                        Rule.REQ_BODY,
                        Rule.REQ_READ_WHILE_WRITING),
                reading(
                        "spoils the 2,000th byte",
                        in -> new FilterInputStream(in) {
                            private int at;

                            @Override
                            public int read(byte[] target, int offset, int length) throws IOException {
                                int count = in.read(target, offset, length);
                                if (count > 0 && at < 2000 && at + count >= 2000) {
                                    target[offset + 1999 - at]++;
                                }
                                at += Math.max(0, count);
                                return count;
                            }
                        },
                        Rule.REQ_BODY,
                        Rule.REQ_BODY_CLOSE,
                        Rule.REQ_READ_WHILE_WRITING,
                        Rule.ISO_CONCURRENT),
                serving(
                        "never sends 100",
                        (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                            @Override
                            GoodBody body(HttpVersion version, Headers headers) throws BadRequest {
                                return super.body(version, headers.without(HeaderName.EXPECT));
                            }
                        },
                        Rule.REQ_CONTINUE),
                serving(
                        "never sends 100 inside a stream",
                        exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                            @Override
                            boolean isBegun() {
                                return progress() != Progress.NONE;
                            }
                        }),
                        Rule.REQ_CONTINUE),
                serving(
                        "sends 100 behind the head of the response",
                        exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                            @Override
                            boolean isBegun() {
                                return false;
                            }
                        }),
                        Rule.REQ_CONTINUE),
                serving(
                        "sends 100 to a client of HTTP/1.0",
                        (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                            @Override
                            GoodBody body(HttpVersion version, Headers headers) throws BadRequest {
                                return super.body(
                                        headers.contains(HeaderName.EXPECT) ? HttpVersion.HTTP_1_1 : version, headers);
                            }
                        },
                        Rule.REQ_CONTINUE),
                serving(
                        "runs actions for disconnects at the end of every exchange",
                        exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                            private @Nullable Runnable action;

                            @Override
                            Request.Peer peer() {
                                return new Peer() {
                                    @Override
                                    public void onDisconnect(Runnable registered) {
                                        action = registered;
                                        super.onDisconnect(registered);
                                    }
                                };
                            }

                            @Override
                            void ended() {
                                if (action != null) {
                                    action.run();
                                }
                            }
                        }),
                        Rule.REQ_DISCONNECT),
                serving(
                        "gives the last of several trailer fields",
                        exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                            @Override
                            Request.Peer peer() {
                                return new Peer() {
                                    @Override
                                    public Headers trailers() {
                                        var last = Headers.EMPTY;
                                        var all = super.trailers();
                                        for (int i = 0; i < all.size(); i++) {
                                            last = last.with(all.name(i), all.value(i));
                                        }
                                        return last;
                                    }
                                };
                            }
                        }),
                        Rule.REQ_TRAILERS));
    }

    private static List<BrokenHandler> leftovers() {
        var inside = new AtomicInteger();
        return List.of(
                serving(
                        "leaves an interrupt to the next request",
                        (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                            private boolean interrupted;

                            @Override
                            void forgetInterrupt() {
                                interrupted |= Thread.interrupted();
                            }

                            @Override
                            Request received(Request request) {
                                if (interrupted) {
                                    Thread.currentThread().interrupt();
                                }
                                return request;
                            }
                        },
                        Rule.ISO_FAILURE),
                around(
                        "runs forty-five requests at a time",
                        inner -> (request, respond) -> {
                            try {
                                return inside.incrementAndGet() > 45
                                        ? respond.with(Response.text(Status.SERVICE_UNAVAILABLE, "later"))
                                        : inner.handle(request, respond);
                            } finally {
                                inside.decrementAndGet();
                            }
                        },
                        Rule.ISO_CONCURRENT));
    }

    /// In-memory responses wait for the application to return; a failure takes their place.
    private static BrokenHandler holdingResponsesBack() {
        return serving(
                "sends bodies in memory when the application has returned, or 500 if it fails",
                exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                    private @Nullable FramedResponse held;

                    @Override
                    protected void send(FramedResponse response) throws Exception {
                        if (response.body() instanceof Bytes && !isOver()) {
                            held = response;
                        } else {
                            super.send(response);
                        }
                    }

                    @Override
                    void ended() throws Exception {
                        if (held != null) {
                            super.send(held);
                        }
                    }

                    @Override
                    void failed() throws IOException {
                        if (held != null) {
                            writeHead(
                                    new FramedResponse(Status.INTERNAL_SERVER_ERROR, Headers.EMPTY, Bytes.EMPTY, 0),
                                    "");
                        }
                    }
                }),
                Rule.RSP_STANDS,
                Rule.APP_RETURNS_TOKEN);
    }

    private static BrokenHandler sendingABodyWith(Status status) {
        return sending(
                        "sends a body with " + status.code(),
                        response -> response.headers().contains(HIDDEN)
                                ? new FramedResponse(
                                        status, response.headers().without(HIDDEN), response.body(), response.length())
                                : response,
                        status.equals(Status.NO_CONTENT)
                                ? new Rule[] {Rule.RSP_NO_CONTENT, Rule.WIR_PERSISTENCE}
                                : new Rule[] {Rule.RSP_NO_CONTENT})
                .and(Middleware.onResponse(response -> response.status().equals(status)
                        ? response.withStatus(Status.OK).withHeader(HIDDEN, "1")
                        : response));
    }

    private static BrokenHandler reading(String fault, UnaryOperator<java.io.InputStream> spoil, Rule... broken) {
        return receiving(fault, request -> request.withBody(spoil.apply(request.body()), request.bodyLength()), broken);
    }

    private static BrokenHandler files(String fault, java.util.function.Predicate<FilePart> which, Rule... broken) {
        return sending(
                fault,
                response -> response.body() instanceof Body.File(var _, var part) && part != null && which.test(part)
                        ? withBody(response, new byte[Math.toIntExact(part.length())])
                        : response,
                broken);
    }

    private static FramedResponse withBody(FramedResponse response, byte[] bytes) {
        return new FramedResponse(response.status(), response.headers(), Bytes.of(bytes), response.length());
    }

    private static byte[] reversed(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
