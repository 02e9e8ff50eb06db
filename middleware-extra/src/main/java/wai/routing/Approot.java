package wai.routing;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Map;
import java.util.function.Function;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.middleware.TargetUri;

/// Tells the application its own address, for links that go into mails, feeds and redirects.
///
/// {@snippet file="wai/routing/Samples.java" region="approot"}
///
/// Inside, [#of] answers it: `https://shop.example`, without a slash at the end. A fixed one is to be preferred: the
/// `Host` of a request is whatever the client has sent, and a link made of it leads there.
public final class Approot {
    /// The address of the application, without a slash at its end; set inside of this middleware.
    public static final Key<String> ROOT = Key.named("approot");

    private static final String VARIABLE = "APPROOT";

    private Approot() {}

    /// An address that is known.
    ///
    /// @param uri `http` or `https`, a host, and a path if the application is not at the top; a slash at the end goes
    /// @return the middleware
    /// @throws IllegalArgumentException when it is something else
    public static Middleware fixed(String uri) {
        var root = checked(uri);
        return by(_ -> root);
    }

    /// The address that the environment variable `APPROOT` has now.
    ///
    /// @return the middleware
    /// @throws IllegalArgumentException when it is not set, or set to something else
    public static Middleware fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    static Middleware fromEnvironment(Map<String, String> environment) {
        return fixed(environment.getOrDefault(VARIABLE, ""));
    }

    /// The address under which each request came ([TargetUri#origin()]).
    ///
    /// @return the middleware
    public static Middleware fromRequest() {
        return by(request -> TargetUri.of(request).origin());
    }

    /// The address of the application.
    ///
    /// @param request of inside this middleware
    /// @return the address, without a slash at its end
    /// @throws IllegalStateException when this middleware is not around
    public static String of(Request request) {
        return request.get(ROOT)
                .orElseThrow(() -> new IllegalStateException(
                        "no approot: expected Approot.fixed(uri) or another around whoever asks for it"));
    }

    private static Middleware by(Function<Request, String> root) {
        return Middleware.onRequest(request -> request.with(ROOT, root.apply(request)));
    }

    private static String checked(String uri) {
        requireNonNull(uri, "uri");
        URI parsed;
        try {
            parsed = URI.create(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("approot \"" + uri + "\": expected a URI", e);
        }
        boolean http = "http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme());
        boolean bare = parsed.getRawQuery() == null && parsed.getRawFragment() == null && parsed.getUserInfo() == null;
        if (!http || parsed.getHost() == null || !bare) {
            throw new IllegalArgumentException(
                    "approot \"" + uri + "\": expected http or https with a host, without query and fragment");
        }
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }
}
