package wai.tck;

import static wai.tck.BrokenHandler.exchanges;
import static wai.tck.BrokenHandler.serving;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.spi.FramedResponse;
import wai.spi.Rule;

/// What a handler can do wrong that reads HTTP itself.
final class HttpFaults {
    /// A connection with a fault, as the good handler makes its own.
    private abstract static class Faulty extends GoodConnection {
        Faulty(Socket socket, Application application, Set<Capability> capabilities) throws IOException {
            super(socket, application, capabilities);
        }
    }

    private HttpFaults() {}

    static List<BrokenHandler> all() {
        var faults = new java.util.ArrayList<BrokenHandler>();
        faults.addAll(heads());
        faults.addAll(lengths());
        faults.addAll(connections());
        return faults;
    }

    private static List<BrokenHandler> heads() {
        return List.of(
                serving(
                        "repairs request lines",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            String requestLine() throws IOException {
                                return super.requestLine().strip().replaceAll("[ \t]+", " ");
                            }
                        },
                        Rule.WIR_MALFORMED),
                serving(
                        "adds and repairs versions",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            String requestLine() throws IOException {
                                var line = super.requestLine();
                                return line.matches("[A-Z]+ [!-~]+") ? line + " HTTP/1.1" : line;
                            }

                            @Override
                            HttpVersion version(String text) throws BadRequest {
                                return super.version(text.matches("HTTP/[0-9]\\.[0-9]") ? text : "HTTP/1.1");
                            }
                        },
                        Rule.WIR_MALFORMED),
                serving(
                        "repairs targets",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            String target(String received) {
                                return super.target(received).replaceAll("#.*|[^!-~]", "");
                            }
                        },
                        Rule.WIR_MALFORMED),
                serving(
                        "takes a space before the colon",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            String fieldLine(String line) {
                                return line.replaceFirst("[ \t]+:", ":");
                            }
                        },
                        Rule.WIR_MALFORMED),
                serving(
                        "takes folded lines for fields of their own",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            String fieldLine(String line) {
                                return line.startsWith(" ") || line.startsWith("\t") ? "Folded: " + line.strip() : line;
                            }
                        },
                        Rule.WIR_MALFORMED),
                serving(
                        "replaces NUL in values",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            String fieldLine(String line) {
                                return line.replace('\u0000', ' ');
                            }
                        },
                        Rule.WIR_MALFORMED),
                serving(
                        "takes a bare CR for the end of a line",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            void bareCr() {
                                // what is behind it is lost
                            }
                        },
                        Rule.WIR_MALFORMED),
                serving(
                        "does not look at Host",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            void checkHost(HttpVersion version, Headers headers) {
                                // whatever it is
                            }
                        },
                        Rule.WIR_MALFORMED),
                serving(
                        "has no limits",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            int longestLine() {
                                return Integer.MAX_VALUE;
                            }

                            @Override
                            int most() {
                                return Integer.MAX_VALUE;
                            }
                        },
                        Rule.WIR_LIMITS),
                serving(
                        "takes every version for 1.1",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            HttpVersion version(String text) throws BadRequest {
                                return super.version(text.replaceFirst("HTTP/[02-9]", "HTTP/1"));
                            }
                        },
                        Rule.WIR_VERSION),
                serving(
                        "ignores what it does not know in Expect",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            void checkExpect(HttpVersion version, Headers headers) {
                                // whatever it is
                            }
                        },
                        Rule.WIR_EXPECT));
    }

    private static List<BrokenHandler> lengths() {
        return List.of(
                body("takes digits for a length, whatever is around them", headers -> headers.first(
                                HeaderName.CONTENT_LENGTH)
                        .map(value -> value.replaceAll("[^0-9]|(?<=[0-9]{9}).*", ""))
                        .map(value -> headers.with(HeaderName.CONTENT_LENGTH, value.isEmpty() ? "0" : value))
                        .orElse(headers)),
                body("takes the first of several lengths", headers -> headers.first(HeaderName.CONTENT_LENGTH)
                        .map(value -> headers.with(HeaderName.CONTENT_LENGTH, value.split(",", 2)[0]))
                        .orElse(headers)),
                body(
                        "prefers chunks to a length",
                        headers -> headers.contains(HeaderName.TRANSFER_ENCODING)
                                ? headers.without(HeaderName.CONTENT_LENGTH)
                                : headers),
                body(
                        "ignores codings that it does not know",
                        headers -> headers.all(HeaderName.TRANSFER_ENCODING).stream()
                                        .allMatch("chunked"::equalsIgnoreCase)
                                ? headers
                                : headers.without(HeaderName.TRANSFER_ENCODING)),
                serving(
                        "takes chunks from a client of HTTP/1.0",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            GoodBody body(HttpVersion version, Headers headers) throws BadRequest {
                                return super.body(
                                        headers.contains(HeaderName.TRANSFER_ENCODING) ? HttpVersion.HTTP_1_1 : version,
                                        headers);
                            }
                        },
                        Rule.WIR_AMBIGUOUS_LENGTH),
                serving(
                        "answers 500 to a broken body",
                        exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                            @Override
                            protected void send(FramedResponse response) throws Exception {
                                super.send(
                                        response.status().code() == 400 && requestBody.isBroken()
                                                ? new FramedResponse(
                                                        wai.Status.INTERNAL_SERVER_ERROR,
                                                        response.headers(),
                                                        response.body(),
                                                        response.length())
                                                : response);
                            }
                        }),
                        Rule.WIR_BROKEN_BODY));
    }

    /// A fault in what decides about the length of a body.
    private static BrokenHandler body(String fault, java.util.function.UnaryOperator<Headers> change) {
        return serving(
                fault,
                (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                    @Override
                    GoodBody body(HttpVersion version, Headers headers) throws BadRequest {
                        return super.body(version, change.apply(headers));
                    }
                },
                Rule.WIR_AMBIGUOUS_LENGTH);
    }

    private static List<BrokenHandler> connections() {
        return List.of(
                persisting("closes every connection after a response", (version, headers) -> false, true),
                persisting("does not look at Connection", (version, headers) -> version == HttpVersion.HTTP_1_1, false),
                persisting(
                        "keeps connections of HTTP/1.0",
                        (version, headers) ->
                                headers.elements(HeaderName.CONNECTION).stream().noneMatch("close"::equalsIgnoreCase),
                        false),
                serving(
                        "does not look at the application's Connection",
                        exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                            @Override
                            boolean isKept() {
                                return keepAlive || super.isKept();
                            }
                        }),
                        Rule.WIR_PERSISTENCE,
                        Rule.RAW_END),
                serving(
                        "takes an empty line for a request",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            String requestLine() throws IOException {
                                return readLine();
                            }
                        },
                        Rule.WIR_PERSISTENCE,
                        Rule.WIR_LIMITS),
                serving(
                        "answers seventy requests on a connection at most, also when more wait",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            private final AtomicInteger answered = new AtomicInteger();

                            @Override
                            boolean isKept(HttpVersion version, Headers headers) {
                                return answered.incrementAndGet() < 70 && super.isKept(version, headers);
                            }
                        },
                        Rule.REQ_UNREAD_BODY),
                takingAHalfCloseForTheEnd(),
                readingOneHeadAtATime(),
                swallowingFailedWrites(),
                dyingOf("a broken connection", false),
                dyingOf("what is not HTTP", true));
    }

    /// Decides which connections are kept.
    @FunctionalInterface
    private interface Persistence {
        boolean keeps(HttpVersion version, Headers headers);
    }

    private static BrokenHandler persisting(String fault, Persistence persistence, boolean closing) {
        var broken = closing
                ? new Rule[] {Rule.WIR_PERSISTENCE, Rule.REQ_UNREAD_BODY, Rule.REQ_BODY}
                : new Rule[] {Rule.WIR_PERSISTENCE};
        return serving(
                fault,
                (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                    @Override
                    boolean isKept(HttpVersion version, Headers headers) {
                        return persistence.keeps(version, headers);
                    }
                },
                broken);
    }

    private static BrokenHandler takingAHalfCloseForTheEnd() {
        return serving(
                "takes a client that ends its direction for one that left",
                (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                    @Override
                    OutputStream output(OutputStream buffered) {
                        return new FilterOutputStream(buffered) {
                            @Override
                            public void flush() throws IOException {
                                if (in.isEnded(socket)) {
                                    cut();
                                    throw new IOException("the client left");
                                }
                                out.flush();
                            }

                            @Override
                            public void write(byte[] array, int offset, int count) throws IOException {
                                out.write(array, offset, count);
                            }
                        };
                    }
                },
                Rule.WIR_HOSTILE,
                Rule.RAW_HALF_CLOSE);
    }

    private static BrokenHandler readingOneHeadAtATime() {
        var reading = new ReentrantLock();
        return serving(
                "reads one request at a time",
                (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                    @Override
                    String requestLine() throws IOException {
                        reading.lock();
                        try {
                            return super.requestLine();
                        } finally {
                            reading.unlock();
                        }
                    }
                },
                Rule.WIR_HOSTILE);
    }

    private static BrokenHandler swallowingFailedWrites() {
        return serving(
                        "does not notice that writes fail",
                        (socket, application, capabilities) -> new Faulty(socket, application, capabilities) {
                            @Override
                            OutputStream output(OutputStream buffered) {
                                return new FilterOutputStream(buffered) {
                                    @Override
                                    public void write(byte[] array, int offset, int count) {
                                        try {
                                            out.write(array, offset, count);
                                        } catch (IOException _) {
                                            // that is the fault
                                        }
                                    }

                                    @Override
                                    public void flush() {
                                        try {
                                            out.flush();
                                        } catch (IOException _) {
                                            // that is the fault
                                        }
                                    }
                                };
                            }
                        },
                        Rule.WIR_HOSTILE)
                .judgedBy(Rule.WIR_HOSTILE);
    }

    /// Such a handler does not live long enough for the other rules.
    private static BrokenHandler dyingOf(String what, boolean ofBadRequests) {
        var dead = new java.util.concurrent.atomic.AtomicBoolean();
        return serving(
                        "dies of " + what,
                        (socket, application, capabilities) -> {
                            if (dead.get()) {
                                throw new IOException("dead");
                            }
                            return new Faulty(socket, application, capabilities) {
                                @Override
                                String requestLine() throws IOException {
                                    try {
                                        var line = super.requestLine();
                                        dead.compareAndSet(false, ofBadRequests && !line.contains("HTTP/1"));
                                        return line;
                                    } catch (IOException e) {
                                        dead.set(!ofBadRequests);
                                        throw e;
                                    }
                                }
                            };
                        },
                        Rule.WIR_HOSTILE)
                .judgedBy(Rule.WIR_HOSTILE);
    }
}
