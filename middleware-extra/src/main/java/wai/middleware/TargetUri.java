package wai.middleware;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import wai.HeaderName;
import wai.Request;

/// The URI that a request is for, put together from its scheme, authority and target (RFC 9110 §7.1): for links,
/// redirects and signatures that need an absolute one.
///
/// {@snippet file="wai/middleware/Samples.java" region="target-uri"}
///
/// It says what the client asked for only as far as the client can be believed. Behind a proxy scheme and host are
/// those of the proxy's connection to us, unless a middleware that trusts the proxy has set them
/// ([Request#withScheme] and `Host`); and `Host` is whatever the client sent: check it before it goes into an e-mail or
/// a cache.
///
/// @param scheme `https` for TLS, else `http`
/// @param authority host, and port if one was given, as received: `a.example:8080`; empty when nothing is known
/// @param path percent-encoded, as received; empty for `OPTIONS *` and CONNECT
/// @param query with its `?`; empty when there was none
public record TargetUri(String scheme, String authority, String path, String query) {
    /// No component is null.
    public TargetUri {
        requireNonNull(scheme, "scheme");
        requireNonNull(authority, "authority");
        requireNonNull(path, "path");
        requireNonNull(query, "query");
    }

    /// The URI of a request.
    ///
    /// The authority is that of `Host`, which handlers have replaced by the one of an absolute target, if it came with
    /// one (RFC 9112 §3.2.2); for CONNECT it is the target. A request without `Host`, of HTTP/1.0, or with an empty
    /// one, has the address and port it came to.
    ///
    /// @param request the request
    /// @return its URI
    public static TargetUri of(Request request) {
        var scheme = request.isSecure() ? "https" : "http";
        if (request.method().equals("CONNECT") && !request.rawPath().startsWith("/")) {
            return new TargetUri(scheme, request.rawPath(), "", "");
        }
        var path = request.rawPath().equals("*") ? "" : request.rawPath();
        return new TargetUri(scheme, authority(request, scheme), path, request.rawQuery());
    }

    private static String authority(Request request, String scheme) {
        var host = request.headers().first(HeaderName.HOST, "");
        return host.isEmpty() ? authority(request.connection().localAddress(), scheme) : host;
    }

    private static String authority(SocketAddress local, String scheme) {
        if (!(local instanceof InetSocketAddress address) || address.getPort() == 0) {
            return "";
        }
        var host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        var bare = zone < 0 ? host : host.substring(0, zone);
        var quoted = bare.contains(":") ? "[" + bare + "]" : bare;
        int defaultPort = scheme.equals("https") ? 443 : 80;
        return address.getPort() == defaultPort ? quoted : quoted + ":" + address.getPort();
    }

    /// Scheme and authority, without a slash at the end: what absolute links begin with.
    ///
    /// @return `https://a.example:8080`
    public String origin() {
        return scheme + "://" + authority;
    }

    /// The whole URI, as it would stand in an absolute target.
    @Override
    public String toString() {
        return origin() + path + query;
    }
}
