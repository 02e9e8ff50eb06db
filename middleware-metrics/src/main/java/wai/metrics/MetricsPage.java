package wai.metrics;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.Status;

/// Answers a Prometheus that comes for metrics.
///
/// {@snippet file="wai/metrics/Samples.java" region="metrics-page"}
///
/// GET and HEAD are answered, other methods get 405; all other paths go to the application. It says much about a
/// service: leave it to those who may, by `LocalOnly`, `BasicAuth` or a listener of its own.
public final class MetricsPage {
    private static final Headers HEADERS = Headers.of(
            HeaderName.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8", HeaderName.CACHE_CONTROL, "no-store");
    private static final Response WRONG_METHOD = Response.text(Status.METHOD_NOT_ALLOWED, "expected GET or HEAD\n")
            .withHeader(HeaderName.ALLOW, "GET, HEAD");

    private MetricsPage() {}

    /// The page.
    ///
    /// @param path where, percent-encoded: `/metrics`
    /// @param text what the registry says, in the text format of Prometheus: `registry::scrape` of Micrometer's
    ///     `PrometheusMeterRegistry`
    /// @return the middleware
    /// @throws IllegalArgumentException when the path does not begin with `/`
    public static Middleware at(String path, Supplier<String> text) {
        requireNonNull(text, "text");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path \"" + path + "\": expected one that begins with /");
        }
        return inner -> (request, respond) -> {
            if (!request.rawPath().equals(path)) {
                return inner.handle(request, respond);
            }
            boolean asks = request.method().equals("GET") || request.method().equals("HEAD");
            return respond.with(asks ? Response.of(Status.OK, HEADERS, Bytes.utf8(text.get())) : WRONG_METHOD);
        };
    }
}
