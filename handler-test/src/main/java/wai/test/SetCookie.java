package wai.test;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads `Set-Cookie` fields as a browser does (RFC 6265 §5.2 and §5.3): lenient in form, strict in who may set what.
///
/// Of RFC 6265bis it has the prefixes `__Host-` and `__Secure-`. There is no list of public suffixes; a domain of one
/// label (`com`) is refused unless it is the host itself.
final class SetCookie {
    private final Origin origin;
    private final Instant now;

    private String domain = "";
    private String path = "";
    private @Nullable Instant expires;
    private @Nullable Instant maxAge;
    private String sameSite = "";
    private final EnumSet<Cookie.Attribute> attributes = EnumSet.noneOf(Cookie.Attribute.class);

    private SetCookie(Origin origin, Instant now) {
        this.origin = origin;
        this.now = now;
    }

    /// The cookie of one field value.
    ///
    /// @param field the value of `Set-Cookie`
    /// @param origin the request that was answered with it
    /// @param now the time
    /// @return the cookie, expired already when the field deletes it; empty when it is refused
    static Optional<Cookie> parse(String field, Origin origin, Instant now) {
        return new SetCookie(origin, now).parse(field);
    }

    private Optional<Cookie> parse(String field) {
        int end = endOfPart(field, 0);
        int equals = field.indexOf('=');
        if (equals < 0 || equals > end) {
            return Optional.empty();
        }
        var name = field.substring(0, equals).strip();
        var value = field.substring(equals + 1, end).strip();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        while (end < field.length()) {
            int from = end + 1;
            end = endOfPart(field, from);
            readAttribute(field.substring(from, end));
        }
        if (path.isEmpty()) {
            path = origin.defaultPath();
        }
        return mayBeSet(name)
                ? Optional.of(
                        new Cookie(name, value, domain, path, maxAge != null ? maxAge : expires, attributes, sameSite))
                : Optional.empty();
    }

    private void readAttribute(String part) {
        int equals = part.indexOf('=');
        var name = (equals < 0 ? part : part.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
        var value = equals < 0 ? "" : part.substring(equals + 1).strip();
        switch (name) {
            case "expires" -> CookieDate.parse(value).ifPresent(time -> expires = time);
            case "max-age" -> readMaxAge(value);
            case "domain" -> readDomain(value);
            case "path" -> path = value.startsWith("/") ? value : "";
            case "secure" -> attributes.add(Cookie.Attribute.SECURE);
            case "httponly" -> attributes.add(Cookie.Attribute.HTTP_ONLY);
            case "samesite" -> sameSite = value;
            default -> {
                // RFC 6265 §5.2: unknown attributes are ignored
            }
        }
    }

    private void readDomain(String value) {
        if (!value.isEmpty()) {
            domain = (value.startsWith(".") ? value.substring(1) : value).toLowerCase(Locale.ROOT);
        }
    }

    private void readMaxAge(String value) {
        boolean negative = value.startsWith("-");
        var digits = negative ? value.substring(1) : value;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return;
        }
        if (negative || digits.chars().allMatch(c -> c == '0')) {
            maxAge = Instant.EPOCH;
            return;
        }
        try {
            maxAge = now.plusSeconds(Long.parseLong(digits));
        } catch (NumberFormatException | ArithmeticException | DateTimeException _) {
            maxAge = Instant.MAX; // longer than time lasts
        }
    }

    /// Decides by domain and prefix, and makes a cookie without a domain host-only.
    private boolean mayBeSet(String name) {
        boolean hostOnly = domain.isEmpty();
        if (hostOnly) {
            domain = origin.host();
            attributes.add(Cookie.Attribute.HOST_ONLY);
        } else if (!Cookie.domainMatches(origin.host(), domain)
                || (domain.indexOf('.') < 0 && !domain.equals(origin.host()))) {
            return false;
        }
        boolean safe = attributes.contains(Cookie.Attribute.SECURE) && origin.secure();
        var folded = name.toLowerCase(Locale.ROOT);
        if (folded.startsWith("__host-")) {
            return safe && hostOnly && path.equals("/");
        }
        return safe || !folded.startsWith("__secure-");
    }

    private static int endOfPart(String field, int from) {
        int end = field.indexOf(';', from);
        return end < 0 ? field.length() : end;
    }

    /// Where a cookie comes from: what of a request decides on its cookies.
    ///
    /// @param host the host without port, in lower case
    /// @param secure whether the request came over TLS
    /// @param path its raw path
    record Origin(String host, boolean secure, String path) {
        /// RFC 6265 §5.1.4: up to the last slash, without it.
        String defaultPath() {
            int slash = path.lastIndexOf('/');
            return path.startsWith("/") && slash > 0 ? path.substring(0, slash) : "/";
        }
    }
}
