package wai.tck;

import static wai.tck.BrokenHandler.around;
import static wai.tck.BrokenHandler.exchanges;
import static wai.tck.BrokenHandler.sending;
import static wai.tck.BrokenHandler.serving;
import static wai.tck.BrokenHandler.streaming;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.ContentTooLargeException;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.StatusException;
import wai.spi.ContractViolation;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.Rule;

/// What a handler can do wrong with applications and their responses.
final class ResponseFaults {
    private static final HeaderName HIDDEN = HeaderName.of("X-Hidden");

    private ResponseFaults() {}

    static List<BrokenHandler> all() {
        return List.of(
                around(
                        "ignores second responses instead of refusing them",
                        forgiving(),
                        Rule.APP_ONE_RESPONSE,
                        Rule.APP_LATE_RESPONSE),
                around("answers 204 to null", answering204ToNull(), Rule.APP_RETURNS_TOKEN),
                around("takes any token", takingAnyToken(), Rule.APP_FOREIGN_TOKEN),
                around(
                        "replaces status codes without a registered reason",
                        Middleware.onResponse(response ->
                                response.status().reason().isEmpty() ? response.withStatus(Status.OK) : response),
                        Rule.RSP_STATUS),
                around(
                        "drops duplicate fields",
                        onHeaders(ResponseFaults::firstOnly),
                        Rule.RSP_HEADERS,
                        Rule.MID_ORDER),
                around("reverses the fields", onHeaders(ResponseFaults::reversed), Rule.RSP_HEADERS, Rule.MID_ORDER),
                sending(
                        "chunks bodies in memory",
                        response -> response.body() instanceof Bytes bytes && bytes.length() > 0
                                ? withBody(response, new Body.Stream(out -> out.write(bytes)), FramedResponse.UNKNOWN)
                                : response,
                        Rule.RSP_LENGTH,
                        Rule.RSP_CONTENT_LENGTH,
                        Rule.RSP_TRANSFER_ENCODING,
                        Rule.RSP_HEAD),
                sending(
                        "chunks empty bodies",
                        response -> response.body() instanceof Bytes && response.length() == 0
                                ? withBody(response, new Body.Stream(_ -> {}), FramedResponse.UNKNOWN)
                                : response,
                        Rule.RSP_EMPTY,
                        Rule.RSP_HEAD,
                        Rule.WIR_PERSISTENCE),
                around(
                        "believes the application's Content-Length of a body in memory",
                        Middleware.onResponse(response -> response.body() instanceof Bytes bytes
                                        && response.headers().contains(HeaderName.CONTENT_LENGTH)
                                ? response.withBody(new Body.Stream(out -> out.write(bytes)))
                                : response),
                        Rule.RSP_CONTENT_LENGTH),
                hiding(
                        "sends the application's Keep-Alive",
                        response ->
                                response.headers().first(HeaderName.KEEP_ALIVE).isEmpty()
                                        ? response
                                        : response.withHeader(HIDDEN, "timeout=77"),
                        (response, value) -> new FramedResponse(
                                response.status(),
                                response.headers().with(HeaderName.KEEP_ALIVE, value),
                                response.body(),
                                response.length()),
                        Rule.RSP_TRANSFER_ENCODING),
                sendingABodyForHead(),
                hiding(
                        "sends a body with 304",
                        response -> response.status().code() == 304
                                ? response.withStatus(Status.OK).withHeader(HIDDEN, "304")
                                : response,
                        (response, value) -> withStatus(response, Status.of(Integer.parseInt(value))),
                        Rule.RSP_NO_CONTENT),
                hiding(
                        "sends 1xx as a final response",
                        response -> response.status().isInformational() && !(response.body() instanceof Body.Raw)
                                ? response.withStatus(Status.OK)
                                        .withHeader(
                                                HIDDEN,
                                                Integer.toString(
                                                        response.status().code()))
                                : response,
                        (response, value) -> withStatus(response, Status.of(Integer.parseInt(value))),
                        Rule.RSP_FINAL_STATUS),
                around(
                        "answers 200 to an exception",
                        swallowing(),
                        Rule.RSP_ERROR,
                        Rule.RSP_STATUS_OF_FAILURE,
                        Rule.APP_LATE_RESPONSE,
                        Rule.REQ_LATE_READ,
                        Rule.REQ_TOO_LARGE,
                        Rule.REQ_SHUTDOWN,
                        Rule.ISO_FAILURE,
                        Rule.WIR_BROKEN_BODY),
                around(
                        "answers 500 to a failure that has a status",
                        inner -> (request, respond) -> {
                            try {
                                return inner.handle(request, respond);
                            } catch (ContentTooLargeException failure) {
                                throw failure;
                            } catch (StatusException failure) {
                                throw new IOException("wrapped: that is the fault", failure);
                            }
                        },
                        Rule.RSP_STATUS_OF_FAILURE),
                around(
                        "answers 500 to a body that is too large",
                        inner -> (request, respond) -> {
                            try {
                                return inner.handle(request, respond);
                            } catch (ContentTooLargeException failure) {
                                throw new IOException("wrapped: that is the fault", failure);
                            }
                        },
                        Rule.REQ_TOO_LARGE),
                streaming(
                        "ends a failed stream as if it were whole",
                        (_, body) -> out -> {
                            try {
                                body.writer().writeTo(out);
                            } catch (ContractViolation violation) {
                                throw violation;
                            } catch (Throwable _) {
                                // hidden: that is the fault
                            }
                        },
                        Rule.RSP_ABORT,
                        Rule.ISO_FAILURE),
                answeringTwice(),
                returningEarly());
    }

    private static FramedResponse withBody(FramedResponse response, Body body, long length) {
        return new FramedResponse(response.status(), response.headers(), body, length);
    }

    private static FramedResponse withStatus(FramedResponse response, Status status) {
        return new FramedResponse(status, response.headers(), response.body(), response.length());
    }

    private static Middleware onHeaders(java.util.function.UnaryOperator<Headers> change) {
        return Middleware.onResponse(
                response -> new Response(response.status(), change.apply(response.headers()), response.body()));
    }

    private static Headers firstOnly(Headers headers) {
        var kept = Headers.EMPTY;
        for (int i = 0; i < headers.size(); i++) {
            kept = kept.contains(headers.name(i)) && !headers.name(i).equals(HeaderName.CONTENT_LENGTH)
                    ? kept
                    : kept.adding(headers.name(i), headers.value(i));
        }
        return kept;
    }

    private static Headers reversed(Headers headers) {
        var reversed = Headers.builder();
        for (int i = headers.size() - 1; i >= 0; i--) {
            reversed.add(headers.name(i), headers.value(i));
        }
        return reversed.build();
    }

    private static Middleware forgiving() {
        return inner -> (request, respond) -> {
            var first = new AtomicReference<@Nullable ResponseReceived>();
            return inner.handle(request, response -> {
                var known = first.get();
                if (known != null) {
                    return known;
                }
                if (respond instanceof Exchange exchange
                        && (exchange.isOver() || exchange.progress() == Exchange.Progress.SENDING)) {
                    return token();
                }
                var received = respond.with(response);
                first.set(received);
                return received;
            });
        };
    }

    private static Middleware answering204ToNull() {
        return inner -> (request, respond) -> {
            @SuppressWarnings("NullAway") // some applications return null all the same
            @Nullable
            ResponseReceived received = inner.handle(request, respond);
            return received == null
                            && respond instanceof Exchange exchange
                            && exchange.progress() == Exchange.Progress.NONE
                    ? respond.with(Response.of(Status.NO_CONTENT, Headers.EMPTY, Bytes.EMPTY))
                    : received == null ? token() : received;
        };
    }

    private static Middleware takingAnyToken() {
        return inner -> (request, respond) -> {
            @SuppressWarnings("NullAway") // some applications return null all the same
            @Nullable
            ResponseReceived received = inner.handle(request, respond);
            return received != null
                            && respond instanceof Exchange exchange
                            && exchange.progress() == Exchange.Progress.NONE
                    ? respond.with(Response.text(Status.OK, "never sent"))
                    : pass(received);
        };
    }

    @SuppressWarnings("NullAway") // null must stay null here
    private static ResponseReceived pass(@Nullable ResponseReceived received) {
        return received;
    }

    private static ResponseReceived token() throws Exception {
        return new Exchange() {
            @Override
            protected void send(FramedResponse response) {
                // nobody listens
            }
        }.with(Response.text(Status.OK, "a token of nobody"));
    }

    private static Middleware swallowing() {
        return inner -> (request, respond) -> {
            try {
                return inner.handle(request, respond);
            } catch (Throwable failure) {
                if (respond instanceof Exchange exchange
                        && exchange.progress() == Exchange.Progress.NONE
                        && !(failure instanceof ContractViolation)) {
                    return respond.with(Response.text(Status.OK, "an error page"));
                }
                throw failure;
            }
        };
    }

    /// A fault that hides something from the kernel in a field and brings it back behind the kernel.
    private static BrokenHandler hiding(
            String fault,
            java.util.function.UnaryOperator<Response> hide,
            java.util.function.BiFunction<FramedResponse, String, FramedResponse> reveal,
            Rule... broken) {
        return sending(
                        fault,
                        response -> response.headers()
                                .first(HIDDEN)
                                .map(value -> reveal.apply(
                                        new FramedResponse(
                                                response.status(),
                                                response.headers().without(HIDDEN),
                                                response.body(),
                                                response.length()),
                                        value))
                                .orElse(response),
                        broken)
                .and(Middleware.onResponse(hide));
    }

    private static BrokenHandler sendingABodyForHead() {
        return serving(
                "sends a body for HEAD",
                (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                    @Override
                    Request received(Request request) {
                        return request.method().equals("HEAD") ? request.withMethod("GET") : request;
                    }
                },
                Rule.RSP_HEAD,
                Rule.FIL_MISSING,
                Rule.FIL_NOT_MODIFIED,
                Rule.WIR_PERSISTENCE);
    }

    private static BrokenHandler answeringTwice() {
        return serving(
                "sends 500 behind a complete response",
                (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                    @Override
                    boolean failed(GoodExchange exchange, Throwable failure) throws IOException {
                        if (exchange.progress() == Exchange.Progress.SENT) {
                            exchange.writeHead(
                                    new FramedResponse(Status.INTERNAL_SERVER_ERROR, Headers.EMPTY, Bytes.EMPTY, 0),
                                    "");
                        }
                        return super.failed(exchange, failure);
                    }
                },
                Rule.RSP_STANDS);
    }

    private static BrokenHandler returningEarly() {
        return serving(
                "runs streaming bodies after respond has returned",
                exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                    private @Nullable FramedResponse later;

                    @Override
                    protected void send(FramedResponse response) throws Exception {
                        if (response.body() instanceof Body.Stream) {
                            later = response;
                        } else {
                            super.send(response);
                        }
                    }

                    @Override
                    boolean isKept() {
                        return later == null && super.isKept();
                    }

                    @Override
                    void ended() throws Exception {
                        if (later != null) {
                            try {
                                super.send(later);
                            } catch (Throwable failure) {
                                connection.cut();
                                throw failure;
                            }
                        }
                    }
                }),
                Rule.RSP_RETURNS_LATE,
                Rule.RSP_STANDS,
                Rule.REQ_UNREAD_BODY,
                Rule.WIR_PERSISTENCE,
                Rule.APP_ONE_RESPONSE,
                Rule.STR_LATE_USE,
                Rule.STR_THREAD,
                Rule.REQ_CONTINUE,
                Rule.REQ_READ_WHILE_WRITING,
                Rule.REQ_SHUTDOWN,
                Rule.ISO_CONCURRENT);
    }
}
