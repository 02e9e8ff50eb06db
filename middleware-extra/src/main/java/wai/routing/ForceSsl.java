package wai.routing;

import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.field.Authority;

/// Sends clients that came without TLS to https.
///
/// {@snippet file="wai/routing/Samples.java" region="force-ssl"}
///
/// The answer is 301 for GET and HEAD and 308 for other methods, to the same host, path and query. A request without a
/// usable `Host`, or for no path, cannot be sent anywhere and is answered with 403: it is not let through. Behind a
/// proxy that does TLS, the middleware that believes the proxy goes outside of this one. Tell browsers to come by TLS
/// the next time: `Strict-Transport-Security`.
public final class ForceSsl {
    private static final int HTTPS = 443;
    private static final Response REFUSED = Response.text(Status.FORBIDDEN, "https is required\n");

    private ForceSsl() {}

    /// To the port of https.
    ///
    /// @return the middleware
    public static Middleware redirecting() {
        return redirectingTo(HTTPS);
    }

    /// To another port.
    ///
    /// @param port 1 to 65535
    /// @return the middleware
    /// @throws IllegalArgumentException when it is another number
    public static Middleware redirectingTo(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + ": expected 1 to 65535");
        }
        return inner -> (request, respond) -> {
            if (request.isSecure()) {
                return inner.handle(request, respond);
            }
            var asked = Authority.of(request);
            if (asked.isEmpty() || !Redirect.isPath(request)) {
                return respond.with(REFUSED);
            }
            var secure = new Authority(asked.get().host(), port == HTTPS ? -1 : port);
            return respond.with(Redirect.moved(request, "https", secure));
        };
    }
}
