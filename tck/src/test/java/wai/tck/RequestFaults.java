package wai.tck;

import static wai.tck.BrokenHandler.around;
import static wai.tck.BrokenHandler.exchanges;
import static wai.tck.BrokenHandler.receiving;
import static wai.tck.BrokenHandler.serving;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.PathSegments;
import wai.Query;
import wai.Request;
import wai.Status;
import wai.spi.Rule;

/// What a handler can do wrong with requests.
final class RequestFaults {
    private RequestFaults() {}

    static List<BrokenHandler> all() {
        return List.of(
                receiving(
                        "gives methods in upper case",
                        request -> request.withMethod(request.method().toUpperCase(Locale.ROOT)),
                        Rule.REQ_METHOD),
                receiving(
                        "gives a normal form of the path as the raw one",
                        request -> request.toBuilder()
                                .target(PathSegments.encode(request.path()) + request.rawQuery())
                                .build(),
                        Rule.REQ_TARGET),
                receiving("decodes the path twice", RequestFaults::decodedTwice, Rule.REQ_PATH),
                receiving(
                        "decodes the path before it splits it",
                        request -> request.path().isEmpty()
                                ? request
                                : request.withPath(
                                        List.of(String.join("/", request.path()).split("/", -1))),
                        Rule.REQ_PATH),
                receiving(
                        "does not tell ?a from ?a=",
                        request -> request.withQuery(new Query(request.query().parameters().stream()
                                .map(each -> each.value() == null ? new Query.Parameter(each.name(), "") : each)
                                .toList())),
                        Rule.REQ_QUERY),
                receiving("joins duplicate fields", RequestFaults::joined, Rule.REQ_HEADERS),
                receiving(
                        "drops fields that are empty or long",
                        request -> request.withHeaders(request.headers()
                                .without(HeaderName.of("X-Tck-Empty"))
                                .without(HeaderName.of("X-Tck-Long"))),
                        Rule.REQ_HEADERS),
                receiving(
                        "truncates bodies at 64 KiB",
                        request -> body(request, in -> new FilterInputStream(in) {
                            private int left = 64 * 1024;

                            @Override
                            public int read(byte[] target, int offset, int length) throws IOException {
                                int count = left == 0 ? -1 : in.read(target, offset, Math.min(left, length));
                                left -= Math.max(0, count);
                                return count;
                            }
                        }),
                        Rule.REQ_BODY,
                        Rule.REQ_READ_WHILE_WRITING),
                receiving(
                        "ends a body that was cut like a whole one",
                        request -> body(request, in -> new FilterInputStream(in) {
                            @Override
                            public int read(byte[] target, int offset, int length) {
                                try {
                                    return in.read(target, offset, length);
                                } catch (IOException _) {
                                    return -1; // that is the fault
                                }
                            }
                        }),
                        Rule.REQ_CUT_BODY,
                        Rule.WIR_BROKEN_BODY),
                receiving("closes the body at close()", request -> body(request, Closing::new), Rule.REQ_BODY_CLOSE),
                receiving(
                        "gives a body of one byte to requests without one",
                        request -> request.bodyLength().orElse(1) == 0
                                ? request.withBody(new ByteArrayInputStream(new byte[1]), OptionalLong.of(0))
                                : request,
                        Rule.REQ_NO_BODY,
                        Rule.REQ_BODY),
                receiving(
                        "never tells the length of a body",
                        request -> request.withBody(request.body(), OptionalLong.empty()),
                        Rule.REQ_BODY_LENGTH),
                receiving(
                        "says that every request came over TLS",
                        request -> request.withScheme("https"),
                        Rule.REQ_FACTS),
                receiving(
                        "says that every client speaks HTTP/1.1",
                        request -> request.toBuilder()
                                .version(wai.HttpVersion.HTTP_1_1)
                                .build(),
                        Rule.REQ_FACTS),
                receiving(
                        "forgets Connection",
                        request -> request.withHeaders(request.headers().without(HeaderName.CONNECTION)),
                        Rule.REQ_UPGRADES,
                        Rule.RAW_END),
                receiving(
                        "takes every Upgrade for one that Connection names",
                        request -> request.headers().contains(HeaderName.UPGRADE)
                                ? request.withHeaders(request.headers().with(HeaderName.CONNECTION, "Upgrade"))
                                : request,
                        Rule.REQ_UPGRADES),
                around(
                        "reads the body before the application asks",
                        readingAhead(),
                        Rule.REQ_CONTINUE,
                        Rule.REQ_READ_WHILE_WRITING,
                        Rule.REQ_CUT_BODY,
                        Rule.REQ_LATE_READ,
                        Rule.REQ_TRAILERS,
                        Rule.WIR_BROKEN_BODY),
                serving(
                        "lets the application read after the exchange",
                        exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                            @Override
                            InputStream body(GoodBody unscoped) {
                                return unscoped;
                            }
                        }),
                        Rule.REQ_LATE_READ),
                sendingContinueEagerly(),
                leavingTheBodyInThePipe(),
                peer(
                        "answers trailers too early",
                        exchange -> exchange.new Peer() {
                            @Override
                            public Headers trailers() {
                                try {
                                    return super.trailers();
                                } catch (IllegalStateException _) {
                                    return Headers.EMPTY; // that is the fault
                                }
                            }
                        },
                        Rule.REQ_TRAILERS),
                peer(
                        "loses the trailers of requests",
                        exchange -> exchange.new Peer() {
                            @Override
                            public Headers trailers() {
                                return super.trailers().without(HeaderName.of("X-Tck-Checksum"));
                            }
                        },
                        Rule.REQ_TRAILERS),
                peer(
                        "drops informational responses",
                        exchange -> exchange.new Peer() {
                            @Override
                            public void sendInformational(Status status, Headers fields) throws IOException {
                                if (exchange.progress() != wai.spi.Exchange.Progress.NONE) {
                                    super.sendInformational(status, fields);
                                }
                            }
                        },
                        Rule.REQ_INFORMATIONAL),
                peer(
                        "sends informational responses inside the final one",
                        exchange -> exchange.new Peer() {
                            @Override
                            public void sendInformational(Status status, Headers fields) throws IOException {
                                if (exchange.requestBody.isHttp11()) {
                                    exchange.writeInterim(status, fields);
                                }
                            }
                        },
                        Rule.REQ_LATE_INFORMATIONAL),
                peer(
                        "does not notice clients that leave",
                        exchange -> exchange.new Peer() {
                            @Override
                            public void onDisconnect(Runnable action) {
                                // nobody is told
                            }
                        },
                        Rule.REQ_DISCONNECT),
                peer(
                        "tells nobody that it stops",
                        exchange -> exchange.new Peer() {
                            @Override
                            public void onShutdown(Runnable action) {
                                // nobody is told
                            }
                        },
                        Rule.REQ_SHUTDOWN),
                serving(
                        "tells also those that it stops whose exchange is over",
                        (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                            @Override
                            boolean tellsTheDead() {
                                return true;
                            }

                            @Override
                            void forgetShutdown() {
                                // nobody is forgotten
                            }
                        },
                        Rule.REQ_SHUTDOWN),
                peer(
                        "claims a capability it does not declare",
                        exchange -> exchange.new Peer() {
                            @Override
                            public Set<Capability> capabilities() {
                                var more = EnumSet.copyOf(super.capabilities());
                                more.add(Capability.HTTP_2);
                                return more;
                            }
                        },
                        Rule.REQ_CAPABILITIES));
    }

    private static BrokenHandler peer(
            String fault, java.util.function.Function<GoodExchange, Request.Peer> peer, Rule... broken) {
        return serving(
                fault,
                exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                    @Override
                    Request.Peer peer() {
                        return peer.apply(this);
                    }
                }),
                broken);
    }

    private static Request decodedTwice(Request request) {
        return request.withPath(request.path().stream()
                .map(segment ->
                        PathSegments.decode("/x/" + segment.replace("/", "%2F")).getLast())
                .toList());
    }

    private static Request joined(Request request) {
        var headers = request.headers();
        var joined = Headers.EMPTY;
        for (int i = 0; i < headers.size(); i++) {
            joined = joined.with(headers.name(i), String.join(", ", headers.all(headers.name(i))));
        }
        return request.withHeaders(joined);
    }

    private static Request body(Request request, java.util.function.UnaryOperator<InputStream> change) {
        return request.withBody(change.apply(request.body()), request.bodyLength());
    }

    private static final class Closing extends FilterInputStream {
        private boolean closed;

        Closing(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return closed ? -1 : in.read(target, offset, length);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Middleware readingAhead() {
        return Middleware.onRequest(request -> {
            try {
                var ahead = new ByteArrayInputStream(request.body().readAllBytes());
                return request.withBody(ahead, request.bodyLength());
            } catch (IOException _) {
                return request; // the application will see it again
            }
        });
    }

    private static BrokenHandler sendingContinueEagerly() {
        return serving(
                "sends 100 before the application asks",
                (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                    @Override
                    GoodExchange exchange(GoodBody body, boolean keepAlive) throws IOException {
                        var exchange = super.exchange(body, keepAlive);
                        body.askForBody();
                        return exchange;
                    }
                },
                Rule.REQ_CONTINUE);
    }

    private static BrokenHandler leavingTheBodyInThePipe() {
        return serving(
                "reads the next request where the unread body begins",
                (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                    @Override
                    boolean isClean(GoodBody body) {
                        return true;
                    }
                },
                Rule.REQ_UNREAD_BODY);
    }
}
