package wai.forwarded;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.field.AddressText;
import wai.field.Authority;

/// Puts into the request what trusted proxies say about it: the client's address, the scheme and the host it used.
///
/// {@snippet file="wai/forwarded/Samples.java" region="real-ip"}
///
/// Inside, [Request#remoteAddress()], [Request#isSecure()] and `Host` are those of the client's connection to the
/// outermost trusted proxy, and nobody else needs to look at a forwarding field: not logs, limits, redirects, nor
/// links.
///
/// - **Which fields.** Either `Forwarded` (RFC 7239) or `X-Forwarded-For`, `-Proto` and `-Host`, whichever the proxies
///   *overwrite or append to*. The other kind comes from the client as it is and is taken away.
/// - **How far.** Fields are read from the right, where the nearest proxy wrote. As long as the address is that of a
///   trusted proxy, the one before counts. So what a client made up itself is never reached.
/// - **From others** than trusted proxies all these fields are taken away.
/// - **Malformed** fields of a trusted proxy, and unknown schemes or hosts in it, are answered with 400. An address
///   that is `unknown` or hidden leaves that of the proxy.
///
/// The port of the client is lost: it says nothing behind a proxy. [Request#connection()] still tells the connection.
public final class RealIp {
    private static final HeaderName X_FORWARDED_PORT = HeaderName.of("X-Forwarded-Port");
    private static final HeaderName X_FORWARDED_SERVER = HeaderName.of("X-Forwarded-Server");
    private static final HeaderName X_REAL_IP = HeaderName.of("X-Real-IP");

    private static final List<HeaderName> ALL = List.of(
            HeaderName.FORWARDED,
            HeaderName.X_FORWARDED_FOR,
            HeaderName.X_FORWARDED_HOST,
            HeaderName.X_FORWARDED_PROTO,
            X_FORWARDED_PORT,
            X_FORWARDED_SERVER,
            X_REAL_IP);

    private static final Response MALFORMED =
            Response.text(Status.BAD_REQUEST, "the forwarding fields are malformed (RFC 7239 §4)\n");

    private RealIp() {}

    /// By the field `Forwarded`.
    ///
    /// @param trusted whose word counts
    /// @return the middleware
    public static Middleware byForwarded(TrustedProxies trusted) {
        return by(trusted, List.of(HeaderName.FORWARDED), RealIp::forwarded);
    }

    /// By the fields `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`.
    ///
    /// `Proto` and `Host` have as many elements as `For`, or one, which is then what the outermost trusted proxy saw.
    ///
    /// @param trusted whose word counts
    /// @return the middleware
    public static Middleware byXForwarded(TrustedProxies trusted) {
        return by(
                trusted,
                List.of(HeaderName.X_FORWARDED_FOR, HeaderName.X_FORWARDED_PROTO, HeaderName.X_FORWARDED_HOST),
                RealIp::xForwarded);
    }

    private interface Reading {
        /// The hops, the nearest proxy's last; empty when malformed.
        Optional<List<Forwarded>> of(Headers headers);
    }

    private static Middleware by(TrustedProxies trusted, List<HeaderName> kept, Reading reading) {
        requireNonNull(trusted, "trusted");
        return inner -> (request, respond) -> {
            if (isSilent(request.headers())) {
                return inner.handle(request, respond); // nobody says anything, be it a proxy or not
            }
            if (!trusted.includes(request.remoteAddress())) {
                return inner.handle(stripped(request, List.of()), respond);
            }
            var hops = reading.of(request.headers());
            var believed = hops.isEmpty() ? null : believed(stripped(request, kept), hops.get(), trusted);
            return believed == null ? respond.with(MALFORMED) : inner.handle(believed, respond);
        };
    }

    private static boolean isSilent(Headers headers) {
        for (var name : ALL) {
            if (headers.contains(name)) {
                return false;
            }
        }
        return true;
    }

    private static Request stripped(Request request, List<HeaderName> kept) {
        var headers = request.headers();
        for (var name : ALL) {
            headers = kept.contains(name) ? headers : headers.without(name);
        }
        return headers.size() == request.headers().size() ? request : request.withHeaders(headers);
    }

    /// Null when a trusted proxy says something that cannot be.
    private static @Nullable Request believed(Request request, List<Forwarded> hops, TrustedProxies trusted) {
        var result = request;
        for (int i = hops.size() - 1; i >= 0; i--) {
            var hop = hops.get(i);
            result = said(result, hop);
            var from = hop.from() == null ? null : AddressText.ofNode(hop.from());
            if (result == null || from == null) {
                return result;
            }
            result = result.withRemoteAddress(new InetSocketAddress(from, 0));
            if (!trusted.includes(from)) {
                return result;
            }
        }
        return result;
    }

    /// Scheme and host of one hop.
    private static @Nullable Request said(Request request, Forwarded hop) {
        var result = request;
        if (hop.proto() != null) {
            if (!hop.proto().equals("http") && !hop.proto().equals("https")) {
                return null;
            }
            result = result.withScheme(hop.proto());
        }
        if (hop.host() != null) {
            if (Authority.parse(hop.host()).isEmpty()) {
                return null;
            }
            result = result.withHeaders(result.headers().with(HeaderName.HOST, hop.host()));
        }
        return result;
    }

    private static Optional<List<Forwarded>> forwarded(Headers headers) {
        var lines = headers.all(HeaderName.FORWARDED);
        return lines.isEmpty() ? Optional.of(List.of()) : Forwarded.parse(String.join(",", lines));
    }

    private static Optional<List<Forwarded>> xForwarded(Headers headers) {
        var from = headers.elements(HeaderName.X_FORWARDED_FOR);
        var protos = headers.elements(HeaderName.X_FORWARDED_PROTO);
        var hosts = headers.elements(HeaderName.X_FORWARDED_HOST);
        int count = Math.max(from.size(), protos.isEmpty() && hosts.isEmpty() ? 0 : 1);
        if (count > Forwarded.MOST || !fits(protos, count) || !fits(hosts, count)) {
            return Optional.empty();
        }
        var hops = new Forwarded[count];
        for (int i = 0; i < count; i++) {
            var proto = at(protos, i, count);
            hops[i] = new Forwarded(
                    null,
                    i < from.size() ? from.get(i) : null,
                    at(hosts, i, count),
                    proto == null ? null : proto.toLowerCase(Locale.ROOT));
        }
        return Optional.of(List.of(hops));
    }

    private static boolean fits(List<String> values, int count) {
        return values.size() <= 1 || values.size() == count;
    }

    /// One value stands for all hops.
    private static @Nullable String at(List<String> values, int index, int count) {
        if (values.isEmpty()) {
            return null;
        }
        return values.size() == count ? values.get(index) : values.getFirst();
    }
}
