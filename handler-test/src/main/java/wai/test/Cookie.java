package wai.test;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A cookie as a browser keeps it (RFC 6265 §5.3).
///
/// @param name its name, case kept
/// @param value its value, as it was sent (quotes belong to it)
/// @param domain the host it goes to, in lower case; without [Attribute#HOST_ONLY] also to the hosts below it; empty
///     for every host, which only a test can set
/// @param path the path it goes to, and to the paths below it; begins with `/`
/// @param expires when it ends; null when it ends with the session
/// @param attributes the attributes without a value
/// @param sameSite the value of `SameSite`, empty when there is none; kept for assertions, not acted upon
public record Cookie(
        String name,
        String value,
        String domain,
        String path,
        @Nullable Instant expires,
        Set<Attribute> attributes,
        String sameSite) {
    /// An attribute without a value.
    public enum Attribute {
        /// The cookie goes back to exactly the host that set it: there was no `Domain`.
        HOST_ONLY,
        /// It goes over TLS only.
        SECURE,
        /// Scripts cannot see it; kept for assertions.
        HTTP_ONLY
    }

    /// Checks what every cookie has.
    ///
    /// @throws IllegalArgumentException when the path does not begin with `/`
    public Cookie {
        requireNonNull(name, "name");
        requireNonNull(value, "value");
        requireNonNull(domain, "domain");
        requireNonNull(sameSite, "sameSite");
        attributes = Set.copyOf(attributes);
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "path \"" + path + "\" of cookie " + name + ": expected to begin with / (RFC 6265 §5.1.4)");
        }
    }

    /// A session cookie that goes to every host and path.
    ///
    /// @param name its name
    /// @param value its value
    /// @return the cookie
    public static Cookie of(String name, String value) {
        return new Cookie(name, value, "", "/", null, Set.of(), "");
    }

    /// The same cookie with another value.
    ///
    /// @param newValue the value
    /// @return the copy
    public Cookie withValue(String newValue) {
        return new Cookie(name, newValue, domain, path, expires, attributes, sameSite);
    }

    /// The same cookie for a host and the hosts below it.
    ///
    /// @param newDomain the host, in lower case; empty for every host
    /// @return the copy
    public Cookie withDomain(String newDomain) {
        return new Cookie(name, value, newDomain, path, expires, attributes, sameSite);
    }

    /// The same cookie for another path.
    ///
    /// @param newPath the path
    /// @return the copy
    /// @throws IllegalArgumentException when the path does not begin with `/`
    public Cookie withPath(String newPath) {
        return new Cookie(name, value, domain, newPath, expires, attributes, sameSite);
    }

    /// The same cookie until a time.
    ///
    /// @param newExpires when it ends
    /// @return the copy
    public Cookie withExpires(Instant newExpires) {
        return new Cookie(name, value, domain, path, newExpires, attributes, sameSite);
    }

    /// The same cookie with one more attribute.
    ///
    /// @param attribute the attribute
    /// @return the copy
    public Cookie with(Attribute attribute) {
        var more = EnumSet.of(attribute);
        more.addAll(attributes);
        return new Cookie(name, value, domain, path, expires, more, sameSite);
    }

    /// Whether it has an attribute.
    ///
    /// @param attribute the attribute
    /// @return true when it has
    public boolean is(Attribute attribute) {
        return attributes.contains(attribute);
    }

    /// Whether it has ended.
    ///
    /// @param now the time
    /// @return true when `expires` is not after `now`
    public boolean isExpired(Instant now) {
        return expires != null && !expires.isAfter(now);
    }

    /// Whether it goes to a host, over plain or TLS, and a path (RFC 6265 §5.4).
    boolean goesTo(String host, boolean secure, String requestPath) {
        return (domain.isEmpty() || (is(Attribute.HOST_ONLY) ? host.equals(domain) : domainMatches(host, domain)))
                && pathMatches(requestPath, path)
                && (secure || !is(Attribute.SECURE));
    }

    /// RFC 6265 §5.1.3; both in lower case.
    static boolean domainMatches(String host, String domain) {
        return host.equals(domain) || (host.endsWith("." + domain) && !isAddress(host));
    }

    /// RFC 6265 §5.1.4.
    static boolean pathMatches(String requestPath, String cookiePath) {
        return requestPath.startsWith(cookiePath)
                && (requestPath.length() == cookiePath.length()
                        || cookiePath.endsWith("/")
                        || requestPath.charAt(cookiePath.length()) == '/');
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
