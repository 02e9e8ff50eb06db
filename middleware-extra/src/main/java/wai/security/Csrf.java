package wai.security;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.field.Authority;
import wai.middleware.TargetUri;

/// Refuses requests that another site made a browser send: forms and scripts elsewhere that use the cookies of this
/// one.
///
/// {@snippet file="wai/security/Samples.java" region="csrf"}
///
/// Needs no tokens and no state: browsers say where a request comes from, and no page can change what they say.
///
/// - GET, HEAD and OPTIONS pass: they must not do anything (RFC 9110 §9.2.1).
/// - `Sec-Fetch-Site: same-origin` or `none` (typed, a bookmark) passes; `cross-site` and `same-site` do not.
/// - Without it, from older browsers and over plain http, `Origin` must be this site's own.
/// - Without both it is no browser, which has no cookies that a stranger could use: it passes.
///
/// What does not pass gets 403. It compares with scheme and `Host` of the request, so the middleware that believes a
/// proxy goes outside.
public final class Csrf implements Middleware {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Response REFUSED = Response.text(Status.FORBIDDEN, "the request was sent by another site\n");

    private final Set<String> trusted;

    private Csrf(Set<String> trusted) {
        this.trusted = trusted;
    }

    /// The middleware that trusts no other site.
    ///
    /// @return the middleware
    public static Csrf refusingOtherSites() {
        return new Csrf(Set.of());
    }

    /// Trusts another site too: one for signing in, for example, that posts back to this one.
    ///
    /// @param origin scheme, host and port if it is not the scheme's own: `https://login.example`
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is no origin
    public Csrf trusting(String origin) {
        var more = new HashSet<>(trusted);
        more.add(normal(origin));
        return new Csrf(Set.copyOf(more));
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        return (request, respond) -> passes(request) ? inner.handle(request, respond) : respond.with(REFUSED);
    }

    private boolean passes(Request request) {
        if (SAFE.contains(request.method())) {
            return true;
        }
        var origin = request.headers().first(HeaderName.ORIGIN, "").toLowerCase(Locale.ROOT);
        if (!origin.isEmpty() && trusted.contains(origin)) {
            return true;
        }
        var site = request.headers().first(HeaderName.SEC_FETCH_SITE, "");
        return switch (site) {
            case "same-origin", "none" -> true;
            case "" -> origin.isEmpty() || origin.equals(own(request));
            default -> false;
        };
    }

    private static String own(Request request) {
        var target = TargetUri.of(request);
        return Authority.parse(target.authority())
                .map(authority -> origin(target.scheme(), authority))
                .orElse("");
    }

    private static String normal(String origin) {
        URI uri;
        try {
            uri = URI.create(origin);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("origin \"" + origin + "\": expected a URI", e);
        }
        boolean bare = uri.getRawAuthority() != null && origin.equals(uri.getScheme() + "://" + uri.getRawAuthority());
        var authority = bare ? Authority.parse(uri.getRawAuthority()) : Optional.<Authority>empty();
        return authority
                .map(parsed -> origin(uri.getScheme().toLowerCase(Locale.ROOT), parsed))
                .orElseThrow(() -> new IllegalArgumentException(
                        "origin \"" + origin + "\": expected a scheme and a host, without a path"));
    }

    /// As browsers write it (RFC 6454 §6.2): without the scheme's own port.
    private static String origin(String scheme, Authority authority) {
        int own = scheme.equals("https") ? 443 : 80;
        return scheme + "://" + (authority.port() == own ? authority.host() : authority.toString());
    }
}
