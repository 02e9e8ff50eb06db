package wai.security;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import wai.HeaderName;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;

/// Lets only clients on this machine in: 127.0.0.0/8, ::1 and Unix sockets.
///
/// {@snippet file="wai/security/Samples.java" region="local-only"}
///
/// Behind a proxy on this machine every client would look local. So a request that has a forwarding field
/// (`Forwarded`, `X-Forwarded-For`, `Via`) is refused too, unless the middleware that believes the proxy
/// (`wai.forwarded.RealIp`, outside of this one) found out that the client itself is local. Others get 404, as if there
/// were nothing.
public final class LocalOnly {
    private static final Response NOT_FOUND = Response.text(Status.NOT_FOUND, "Not found\n");

    private LocalOnly() {}

    /// The middleware; others get 404.
    ///
    /// @return the middleware
    public static Middleware orNotFound() {
        return orElse(NOT_FOUND);
    }

    /// The middleware with another answer.
    ///
    /// @param refusal what others get
    /// @return the middleware
    public static Middleware orElse(Response refusal) {
        requireNonNull(refusal, "refusal");
        return inner -> (request, respond) -> isLocal(request) ? inner.handle(request, respond) : respond.with(refusal);
    }

    private static boolean isLocal(Request request) {
        var remote = request.remoteAddress();
        var connected = request.connection().remoteAddress();
        boolean passedOn = request.headers().contains(HeaderName.FORWARDED)
                || request.headers().contains(HeaderName.X_FORWARDED_FOR)
                || request.headers().contains(HeaderName.VIA);
        boolean believed = !remote.equals(connected);
        return isLocal(remote) && (believed || !passedOn);
    }

    private static boolean isLocal(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet ->
                inet.getAddress() != null && inet.getAddress().isLoopbackAddress();
            case UnixDomainSocketAddress _ -> true;
            default -> false;
        };
    }
}
