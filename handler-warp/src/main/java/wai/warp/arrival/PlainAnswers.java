package wai.warp.arrival;

import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// What a client hears that speaks plain HTTP where TLS is expected.
final class PlainAnswers {
    private static final int HTTPS = 443;

    /// 426 with what is expected (RFC 9110 §15.5.22), whatever was asked.
    static final Application UPGRADE_REQUIRED =
            (_, respond) -> respond.with(Response.text(Status.UPGRADE_REQUIRED, "This port speaks HTTPS only.\n")
                    .withHeader(HeaderName.UPGRADE, "TLS/1.2, HTTP/1.1")
                    .withHeader(HeaderName.CONNECTION, "Upgrade, close"));

    private PlainAnswers() {}

    /// 308 to the same target by `https` (RFC 9110 §15.4.9), which keeps method and body.
    ///
    /// @param port where that is; 0 for the one that the client reached
    static Application redirect(int port) {
        return (request, respond) -> respond.with(redirect(request, port));
    }

    private static Response redirect(Request request, int port) {
        var host = request.headers().first(HeaderName.HOST).orElse("");
        if (host.isEmpty() || !request.rawPath().startsWith("/")) {
            return Response.text(
                    Status.BAD_REQUEST, "This server speaks HTTPS only, and the request names no place there.\n");
        }
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon > host.lastIndexOf(']');
        var name = hasPort ? host.substring(0, colon) : host;
        var behind = port == 0 ? (hasPort ? host.substring(colon) : "") : port == HTTPS ? "" : ":" + port;
        var target = "https://" + name + behind + request.rawPath() + request.rawQuery();
        return Response.of(Status.PERMANENT_REDIRECT, Headers.of(HeaderName.LOCATION, target), Bytes.EMPTY);
    }
}
