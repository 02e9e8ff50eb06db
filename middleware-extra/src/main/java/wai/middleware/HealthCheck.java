package wai.middleware;

import static java.util.Objects.requireNonNull;

import java.util.function.BooleanSupplier;
import wai.HeaderName;
import wai.Middleware;
import wai.Response;
import wai.Status;

/// Answers whoever asks whether the service lives: balancers, orchestrators, people.
///
/// {@snippet file="wai/middleware/Samples.java" region="health-check"}
///
/// Outside of log, authentication and redirects to other hosts, so that nothing of these stands in the way. GET and
/// HEAD are answered with 200 `ok` or with 503 `unavailable`, never from a cache; other methods with 405. All other
/// paths go to the application.
public final class HealthCheck {
    private static final Response OK = uncached(Response.text(Status.OK, "ok\n"));
    private static final Response UNAVAILABLE = uncached(Response.text(Status.SERVICE_UNAVAILABLE, "unavailable\n"));
    private static final Response WRONG_METHOD = uncached(
                    Response.text(Status.METHOD_NOT_ALLOWED, "expected GET or HEAD\n"))
            .withHeader(HeaderName.ALLOW, "GET, HEAD");

    private HealthCheck() {}

    /// Says that the process answers at all.
    ///
    /// @param path where, percent-encoded: `/healthz`
    /// @return the middleware
    /// @throws IllegalArgumentException when the path does not begin with `/`
    public static Middleware at(String path) {
        return at(path, () -> true);
    }

    /// Says whether the service is ready for requests.
    ///
    /// @param path where, percent-encoded: `/readyz`
    /// @param ready asked at each check, on the request's thread; must be cheap
    /// @return the middleware
    /// @throws IllegalArgumentException when the path does not begin with `/`
    public static Middleware at(String path, BooleanSupplier ready) {
        requireNonNull(ready, "ready");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path \"" + path + "\": expected one that begins with /");
        }
        return inner -> (request, respond) -> {
            if (!request.rawPath().equals(path)) {
                return inner.handle(request, respond);
            }
            boolean asks = request.method().equals("GET") || request.method().equals("HEAD");
            if (!asks) {
                return respond.with(WRONG_METHOD);
            }
            return respond.with(ready.getAsBoolean() ? OK : UNAVAILABLE);
        };
    }

    private static Response uncached(Response response) {
        return response.withHeader(HeaderName.CACHE_CONTROL, "no-store");
    }
}
