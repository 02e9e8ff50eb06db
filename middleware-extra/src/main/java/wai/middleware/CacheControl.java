package wai.middleware;

import java.time.Duration;
import java.util.Set;
import wai.HeaderName;
import wai.Middleware;
import wai.Request;
import wai.Response;

/// Says how long responses may be kept (RFC 9111), where the application does not say it itself.
///
/// {@snippet file="wai/middleware/Samples.java" region="cache-control"}
///
/// Lifetimes are for responses to GET and HEAD with status 200, 203, 206, 301, 304 and 308; an error that stays in a
/// cache hides its end. [#never()] is for all responses. One that sets a cookie is for one client: it is `private`,
/// whatever the lifetime.
public final class CacheControl {
    private static final Set<Integer> KEPT = Set.of(200, 203, 206, 301, 304, 308);

    private CacheControl() {}

    /// Nothing is kept anywhere: `no-store`.
    ///
    /// @return the middleware
    public static Middleware never() {
        return Middleware.onResponse(response -> unlessSet(response, "no-store"));
    }

    /// Everything is kept and asked for each time whether it is still right: `no-cache`. Worth it with validators.
    ///
    /// @return the middleware
    public static Middleware revalidated() {
        return kept("no-cache");
    }

    /// Kept by everybody for some time: `public, max-age=…`.
    ///
    /// @param age zero or more, whole seconds count
    /// @return the middleware
    /// @throws IllegalArgumentException when it is negative
    public static Middleware forAll(Duration age) {
        return kept("public, max-age=" + seconds(age));
    }

    /// Kept by the client alone for some time: `private, max-age=…`.
    ///
    /// @param age zero or more, whole seconds count
    /// @return the middleware
    /// @throws IllegalArgumentException when it is negative
    public static Middleware forTheClient(Duration age) {
        return kept("private, max-age=" + seconds(age));
    }

    /// Kept by everybody for a year and never asked for again: for what changes its address when it changes, as
    /// fingerprinted files do: `public, max-age=31536000, immutable` (RFC 8246).
    ///
    /// @return the middleware
    public static Middleware immutable() {
        return kept("public, max-age=31536000, immutable");
    }

    private static Middleware kept(String value) {
        return inner -> (request, respond) -> inner.handle(
                request, response -> respond.with(isKept(request, response) ? said(response, value) : response));
    }

    private static Response said(Response response, String value) {
        boolean forOne = response.headers().contains(HeaderName.SET_COOKIE);
        return unlessSet(response, forOne ? value.replace("public", "private") : value);
    }

    private static Response unlessSet(Response response, String value) {
        return response.headers().contains(HeaderName.CACHE_CONTROL)
                ? response
                : response.withHeader(HeaderName.CACHE_CONTROL, value);
    }

    private static boolean isKept(Request request, Response response) {
        boolean read = request.method().equals("GET") || request.method().equals("HEAD");
        return read && KEPT.contains(response.status().code());
    }

    private static long seconds(Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException("age " + age + ": expected zero or more");
        }
        return age.toSeconds();
    }
}
