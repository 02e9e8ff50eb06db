package wai.tck;

import static wai.tck.BrokenHandler.around;
import static wai.tck.BrokenHandler.exchanges;
import static wai.tck.BrokenHandler.sending;
import static wai.tck.BrokenHandler.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import wai.Body;
import wai.Capability;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.RawConnection;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.FileFacts;
import wai.spi.FramedResponse;
import wai.spi.Rule;

/// What a handler can do wrong with raw responses and with files.
final class RawAndFileFaults {
    private RawAndFileFaults() {}

    static List<BrokenHandler> all() {
        return List.of(
                around(
                                "answers 501 instead of the fallback",
                                Middleware.onResponse(response -> response.body() instanceof Body.Raw
                                        ? Response.text(Status.NOT_IMPLEMENTED, "no raw")
                                        : response),
                                Rule.RAW_FALLBACK,
                                Rule.RAW_HEADERS)
                        .without(Capability.RAW),
                raw(
                        "closes instead of running the raw application",
                        (exchange, body) -> {},
                        Rule.RAW_DUPLEX,
                        Rule.RAW_EARLY_BYTES,
                        Rule.RAW_END,
                        Rule.RAW_HALF_CLOSE,
                        Rule.MID_BODIES),
                raw(
                        "loses the bytes that came with the head",
                        (exchange, body) -> {
                            exchange.connection.in.forget();
                            exchange.runRaw(body, exchange.new RawBytes());
                        },
                        Rule.RAW_EARLY_BYTES),
                sending(
                        "sends a head of its own for raw responses",
                        response -> response.body() instanceof Body.Raw
                                ? new FramedResponse(
                                        response.status(),
                                        Headers.of(HeaderName.UPGRADE, "tck", HeaderName.CONNECTION, "Upgrade"),
                                        response.body(),
                                        response.length())
                                : response,
                        Rule.RAW_HEADERS,
                        Rule.MID_BODIES),
                readingRequestsAfterRaw(),
                raw(
                        "closes both directions at closeOutput",
                        (exchange, body) -> exchange.runRaw(body, closingBoth(exchange)),
                        Rule.RAW_HALF_CLOSE),
                changing(
                        "knows no ranges",
                        without(HeaderName.RANGE),
                        Rule.FIL_RANGE,
                        Rule.FIL_RANGES,
                        Rule.FIL_UNSATISFIABLE,
                        Rule.FIL_NOT_MODIFIED,
                        Rule.FIL_PRECONDITION,
                        Rule.FIL_IF_RANGE),
                changing("takes the first range of several", RawAndFileFaults::firstRange, Rule.FIL_RANGES),
                changing(
                        "knows no If-None-Match and no If-Modified-Since",
                        without(HeaderName.IF_NONE_MATCH, HeaderName.IF_MODIFIED_SINCE),
                        Rule.FIL_NOT_MODIFIED),
                changing(
                        "knows no If-Match and no If-Unmodified-Since",
                        without(HeaderName.IF_MATCH, HeaderName.IF_UNMODIFIED_SINCE),
                        Rule.FIL_NOT_MODIFIED,
                        Rule.FIL_PRECONDITION),
                changing("knows no If-Range", without(HeaderName.IF_RANGE), Rule.FIL_IF_RANGE),
                changing(
                        "takes every unit for bytes",
                        request -> request.headers()
                                .first(HeaderName.RANGE)
                                .map(range -> request.withHeaders(
                                        request.headers().with(HeaderName.RANGE, range.replace("lines", "bytes"))))
                                .orElse(request),
                        Rule.FIL_IGNORED_RANGE),
                sending(
                        "sends 416 without Content-Range",
                        response -> response.status().code() == 416
                                ? new FramedResponse(
                                        response.status(),
                                        response.headers().without(HeaderName.CONTENT_RANGE),
                                        response.body(),
                                        response.length())
                                : response,
                        Rule.FIL_UNSATISFIABLE),
                sending(
                        "sends no ETag with files",
                        response -> response.body() instanceof Body.File
                                ? new FramedResponse(
                                        response.status(),
                                        response.headers().without(HeaderName.ETAG),
                                        response.body(),
                                        response.length())
                                : response,
                        Rule.FIL_WHOLE,
                        Rule.FIL_NOT_MODIFIED),
                sending(
                        "sends parts of files from the beginning",
                        response -> response.body() instanceof Body.File(Path path, FilePart part) && part != null
                                ? new FramedResponse(
                                        response.status(),
                                        response.headers(),
                                        new Body.File(path, new FilePart(0, part.length(), part.fileSize())),
                                        response.length())
                                : response,
                        Rule.FIL_PART,
                        Rule.FIL_NOT_MODIFIED,
                        Rule.FIL_PRECONDITION,
                        Rule.FIL_RANGE),
                serving(
                        "takes a missing file for an empty one",
                        exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                            @Override
                            protected Optional<FileFacts> facts(Path path) throws IOException {
                                return super.facts(path).or(() -> Optional.of(new FileFacts(0, Instant.EPOCH)));
                            }
                        }),
                        Rule.FIL_MISSING));
    }

    /// Runs the raw application of an exchange in a wrong way.
    @FunctionalInterface
    private interface RawRunner {
        void run(GoodExchange exchange, Body.Raw raw) throws Exception;
    }

    private static BrokenHandler raw(String fault, RawRunner runner, Rule... broken) {
        return serving(
                fault,
                exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                    @Override
                    void raw(Body.Raw raw) throws Exception {
                        runner.run(this, raw);
                    }
                }),
                broken);
    }

    private static BrokenHandler readingRequestsAfterRaw() {
        return serving(
                "reads a request behind a raw response",
                exchanges((connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                    @Override
                    boolean isKept() {
                        return true;
                    }
                }),
                Rule.RAW_END,
                Rule.STR_BYTES,
                Rule.WIR_PERSISTENCE);
    }

    private static RawConnection closingBoth(GoodExchange exchange) {
        return exchange.new RawBytes() {
            @Override
            public void closeOutput() throws IOException {
                super.closeOutput();
                exchange.connection.socket.close();
            }
        };
    }

    /// A fault in what the negotiation of files sees of a request; the application sees the same.
    private static BrokenHandler changing(String fault, UnaryOperator<Request> change, Rule... broken) {
        return serving(
                fault,
                (socket, application, capabilities) -> new GoodConnection(socket, application, capabilities) {
                    @Override
                    Request received(Request request) {
                        return change.apply(request);
                    }
                },
                broken);
    }

    private static UnaryOperator<Request> without(HeaderName... names) {
        return request -> {
            var headers = request.headers();
            for (var name : names) {
                headers = headers.without(name);
            }
            return request.withHeaders(headers);
        };
    }

    private static Request firstRange(Request request) {
        return request.headers()
                .first(HeaderName.RANGE)
                .map(range -> request.withHeaders(request.headers().with(HeaderName.RANGE, range.split(",", 2)[0])))
                .orElse(request);
    }
}
