package wai.warp.arrival;

import java.util.Locale;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.warp.settings.HttpsRedirect;

/// Sends clients to the same host, path and query by `https` (RFC 9110 §15.4).
///
/// The host is that of the request, which the engine has found well-formed; nothing else of it gets into the address
/// but path and query.
public final class HttpsRedirection {
    /// The port that an address need not name.
    public static final int HTTPS = 443;

    /// 308 to the port that the client has reached.
    static final Application TO_SAME_PORT = (request, respond) -> {
        var host = request.headers().first(HeaderName.HOST).orElse("");
        return respond.with(to(request, Status.PERMANENT_REDIRECT, host));
    };

    private HttpsRedirection() {}

    /// Redirects as was set.
    ///
    /// @param settings where to, and whom
    /// @param ownPort where this server speaks TLS
    /// @return answers every request
    public static Application by(HttpsRedirect settings, int ownPort) {
        int port = settings.port().orElse(ownPort);
        var behind = port == HTTPS ? "" : ":" + port;
        return (request, respond) -> {
            var host = withoutPort(request.headers().first(HeaderName.HOST).orElse(""));
            if (!settings.hosts().isEmpty() && !settings.hosts().contains(host.toLowerCase(Locale.ROOT))) {
                return respond.with(Response.text(Status.MISDIRECTED_REQUEST, "This server is not that host.\n"));
            }
            return respond.with(to(request, settings.status(), host.isEmpty() ? "" : host + behind));
        };
    }

    private static Response to(Request request, Status status, String authority) {
        if (authority.isEmpty() || !request.rawPath().startsWith("/")) {
            return Response.text(
                    Status.BAD_REQUEST, "This server speaks HTTPS only, and the request names no place there.\n");
        }
        var target = "https://" + authority + request.rawPath() + request.rawQuery();
        return Response.of(status, Headers.of(HeaderName.LOCATION, target), Bytes.EMPTY);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
