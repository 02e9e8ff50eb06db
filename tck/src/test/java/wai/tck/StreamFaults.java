package wai.tck;

import static wai.tck.BrokenHandler.around;
import static wai.tck.BrokenHandler.serving;
import static wai.tck.BrokenHandler.sinking;
import static wai.tck.BrokenHandler.streaming;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import wai.Body;
import wai.BodySink;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.spi.ContractViolation;
import wai.spi.Rule;
import wai.tck.BrokenHandler.ForwardingSink;

/// What a handler can do wrong with streaming bodies, and with exchanges side by side.
final class StreamFaults {
    private StreamFaults() {}

    static List<BrokenHandler> all() {
        return List.of(
                sinking(
                        "truncates streams at 64 KiB",
                        Truncating::new,
                        Rule.STR_BYTES,
                        Rule.RSP_RETURNS_LATE,
                        Rule.STR_BACK_PRESSURE,
                        Rule.REQ_DISCONNECT,
                        Rule.REQ_READ_WHILE_WRITING,
                        Rule.WIR_HOSTILE),
                droppingTheLastChunk(),
                sinking("takes writes after the end of the body", Forgiving::new, Rule.STR_LATE_USE),
                streaming("cuts the surplus off silently", StreamFaults::trimmed, Rule.STR_TOO_MANY_BYTES),
                streaming("pads short streams", StreamFaults::padded, Rule.STR_TOO_FEW_BYTES),
                around(
                        "ignores the Content-Length of streams",
                        Middleware.onResponse(response -> response.body() instanceof Body.Stream
                                ? response.without(HeaderName.CONTENT_LENGTH)
                                : response),
                        Rule.STR_LENGTH,
                        Rule.STR_TOO_MANY_BYTES,
                        Rule.STR_TOO_FEW_BYTES,
                        Rule.RSP_CONTENT_LENGTH,
                        Rule.RSP_HEAD),
                sinking(
                        "flushes at the end only",
                        to -> new ForwardingSink(to) {
                            @Override
                            public void flush() throws IOException {
                                to.write(new byte[0]); // refused when it is too late, else later
                            }
                        },
                        Rule.STR_FLUSH,
                        Rule.REQ_READ_WHILE_WRITING),
                streaming(
                        "buffers without bound",
                        StreamFaults::unbounded,
                        Rule.STR_BACK_PRESSURE,
                        Rule.REQ_DISCONNECT,
                        Rule.WIR_HOSTILE),
                sinking(
                        "loses trailers",
                        to -> new ForwardingSink(to) {
                            @Override
                            public void trailers(Headers trailers) {
                                to.trailers(trailers.without(HeaderName.of("X-Tck-Checksum")));
                            }
                        },
                        Rule.STR_TRAILERS),
                sinking("ends the body at an empty write", EndedByNothing::new, Rule.STR_EMPTY_WRITE, Rule.STR_BYTES),
                streaming(
                        "runs a streaming body twice, to measure it",
                        (_, body) -> out -> {
                            body.writer().writeTo(new ForwardingSink(out) {
                                @Override
                                public void write(byte[] array, int offset, int count) {
                                    // only measured
                                }

                                @Override
                                public void flush() {
                                    // only measured
                                }
                            });
                            body.writer().writeTo(out);
                        },
                        Rule.STR_THREAD,
                        Rule.STR_TOO_MANY_BYTES,
                        Rule.ISO_CONCURRENT,
                        Rule.STR_FLUSH,
                        Rule.STR_BACK_PRESSURE,
                        Rule.REQ_CONTINUE,
                        Rule.REQ_READ_WHILE_WRITING),
                streaming("runs streaming bodies on another thread", StreamFaults::elsewhere, Rule.STR_THREAD),
                sinking(
                        "takes every field as a trailer",
                        to -> new ForwardingSink(to) {
                            @Override
                            public void trailers(Headers trailers) {
                                try {
                                    to.trailers(trailers);
                                } catch (IllegalArgumentException _) {
                                    // dropped instead of refused
                                }
                            }
                        },
                        Rule.STR_TRAILER_FIELDS),
                sharingABuffer(),
                around(
                        "runs one request at a time",
                        oneAtATime(),
                        Rule.ISO_BLOCKING,
                        Rule.ISO_CONCURRENT,
                        Rule.ISO_FAILURE,
                        Rule.WIR_HOSTILE),
                resettingAllAtAnError());
    }

    private static final class Truncating extends ForwardingSink {
        private int left = 64 * 1024;

        Truncating(BodySink to) {
            super(to);
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            int taken = Math.min(left, count);
            left -= taken;
            to.write(array, offset, taken);
        }
    }

    private static final class Forgiving extends ForwardingSink {
        Forgiving(BodySink to) {
            super(to);
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            try {
                to.write(array, offset, count);
            } catch (ContractViolation violation) {
                if (violation.rule() != Rule.STR_LATE_USE) {
                    throw violation;
                }
            }
        }
    }

    private static final class EndedByNothing extends ForwardingSink {
        private boolean ended;

        EndedByNothing(BodySink to) {
            super(to);
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            ended |= count == 0;
            if (!ended) {
                to.write(array, offset, count);
            }
        }
    }

    private static BrokenHandler droppingTheLastChunk() {
        return serving(
                "drops the last chunk of large streams",
                (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                    @Override
                    OutputStream output(OutputStream buffered) {
                        return new FilterOutputStream(buffered) {
                            private long total;
                            private boolean dropped;

                            @Override
                            public void write(byte[] array, int offset, int count) throws IOException {
                                total += count;
                                dropped = total > 100_000 && count == 5 && array[offset] == '0'; // "0\r\n\r\n"
                                if (!dropped) {
                                    out.write(array, offset, count);
                                }
                            }

                            @Override
                            public void flush() throws IOException {
                                out.flush();
                                if (dropped) {
                                    socket.shutdownOutput();
                                }
                            }
                        };
                    }
                },
                Rule.STR_BYTES,
                Rule.STR_BACK_PRESSURE,
                Rule.REQ_READ_WHILE_WRITING,
                Rule.WIR_HOSTILE,
                Rule.RSP_RETURNS_LATE);
    }

    private static Optional<Long> declared(Headers headers) {
        return headers.first(HeaderName.CONTENT_LENGTH)
                .filter(value -> value.matches("[0-9]+")
                        && headers.all(HeaderName.CONTENT_LENGTH).size() == 1)
                .map(Long::valueOf);
    }

    private static wai.StreamingBody trimmed(Headers headers, Body.Stream body) {
        return out -> body.writer().writeTo(new ForwardingSink(out) {
            private long left = declared(headers).orElse(Long.MAX_VALUE);

            @Override
            public void write(byte[] array, int offset, int count) throws IOException {
                int taken = (int) Math.min(left, count);
                left -= taken;
                to.write(array, offset, taken);
            }
        });
    }

    private static wai.StreamingBody padded(Headers headers, Body.Stream body) {
        return out -> {
            var counted = new ForwardingSink(out) {
                private long left = declared(headers).orElse(0L);

                @Override
                public void write(byte[] array, int offset, int count) throws IOException {
                    left -= count;
                    to.write(array, offset, count);
                }
            };
            body.writer().writeTo(counted);
            out.write(new byte[Math.toIntExact(Math.max(0, counted.left))]);
        };
    }

    /// Takes everything at once and sends it from another thread.
    /// The first flush is waited for: otherwise it were a race whether the response begins before the body is read.
    private static wai.StreamingBody unbounded(Headers headers, Body.Stream body) {
        return out -> {
            var queue = new LinkedBlockingQueue<Callable<Boolean>>();
            var flushed = new CountDownLatch(1);
            var sender = new FutureTask<>(() -> {
                try {
                    while (queue.take().call()) {
                        // the step says whether there is another
                    }
                    return "sent";
                } finally {
                    flushed.countDown();
                }
            });
            Thread.ofVirtual().start(sender);
            try {
                body.writer().writeTo(new ForwardingSink(out) {
                    @Override
                    public void write(byte[] array, int offset, int count) throws IOException {
                        if (declared(headers).isPresent() || count == 0) {
                            to.write(array, offset, count);
                        } else {
                            to.write(array, offset, 0); // refused when it is too late
                            var copy = Arrays.copyOfRange(array, offset, offset + count);
                            queue.add(() -> {
                                out.write(copy);
                                return true;
                            });
                        }
                    }

                    @Override
                    public void flush() throws IOException {
                        to.write(new byte[0]); // refused when it is too late
                        queue.add(() -> {
                            out.flush();
                            flushed.countDown();
                            return true;
                        });
                        try {
                            flushed.await();
                        } catch (InterruptedException _) {
                            throw new InterruptedIOException("interrupted in the first flush");
                        }
                    }
                });
            } finally {
                queue.add(() -> false);
                sender.get();
            }
        };
    }

    private static wai.StreamingBody elsewhere(Headers headers, Body.Stream body) {
        return out -> {
            var task = new FutureTask<>(() -> {
                body.writer().writeTo(out);
                return headers;
            });
            Thread.ofVirtual().start(task);
            try {
                task.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        };
    }

    /// What is read ahead of bodies sits in a buffer that all connections share.
    private static BrokenHandler sharingABuffer() {
        var shared = new byte[8192];
        return BrokenHandler.receiving(
                "shares a buffer between connections",
                request -> request.withBody(
                        new FilterInputStream(request.body()) {
                            private int at;
                            private int end;

                            @Override
                            public int read() throws IOException {
                                var one = new byte[1];
                                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                            }

                            @Override
                            public int read(byte[] target, int offset, int length) throws IOException {
                                if (at == end) {
                                    at = 0;
                                    end = Math.max(0, in.read(shared, 0, shared.length));
                                }
                                int count = Math.min(length, end - at);
                                System.arraycopy(shared, at, target, offset, count);
                                at += count;
                                return count == 0 && length > 0 ? -1 : count;
                            }
                        },
                        request.bodyLength()),
                Rule.ISO_CONCURRENT);
    }

    private static Middleware oneAtATime() {
        var lock = new ReentrantLock();
        return inner -> (request, respond) -> {
            lock.lock();
            try {
                return inner.handle(request, respond);
            } finally {
                lock.unlock();
            }
        };
    }

    private static BrokenHandler resettingAllAtAnError() {
        var all = java.util.concurrent.ConcurrentHashMap.<GoodConnection>newKeySet();
        return serving(
                "resets all connections when one throws an Error",
                (socket, application, capabilities) -> {
                    var connection = new GoodConnection(socket, application, capabilities) {
                        @Override
                        boolean failed(GoodExchange exchange, Throwable failure) throws IOException {
                            boolean kept = super.failed(exchange, failure);
                            if (failure instanceof Error) {
                                for (var other : all) {
                                    if (!other.equals(this) && !other.socket.isClosed()) {
                                        other.cut();
                                        other.socket.close();
                                    }
                                }
                            }
                            return kept;
                        }
                    };
                    all.add(connection);
                    return connection;
                },
                Rule.ISO_FAILURE);
    }
}
