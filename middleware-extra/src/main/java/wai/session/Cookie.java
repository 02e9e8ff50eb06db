package wai.session;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Response;

/// A cookie to be set (RFC 6265bis §4.1), with careful defaults: for this site alone, not for scripts, not from others.
///
/// {@snippet file="wai/session/Samples.java" region="cookie"}
///
/// Unless set otherwise: path `/`, `HttpOnly`, `SameSite=Lax`, no domain (this host alone), until the browser is
/// closed. What browsers would refuse cannot be made: a name or value with other characters, a prefix `__Host-` or
/// `__Secure-` without what it promises, `SameSite=None` without `Secure`, more than 4096 bytes of name and value.
public final class Cookie {
    private static final int LONGEST = 4096;

    private final String name;
    private final String value;
    private final Attributes attributes;

    private Cookie(String name, String value, Attributes attributes) {
        this.name = name;
        this.value = value;
        this.attributes = attributes;
    }

    /// When other sites may have a browser send the cookie.
    public enum SameSite {
        /// Never.
        STRICT("Strict"),
        /// When somebody follows a link.
        LAX("Lax"),
        /// Always; needs `Secure`.
        NONE("None");

        private final String text;

        SameSite(String text) {
            this.text = text;
        }
    }

    /// A cookie.
    ///
    /// @param name a token (RFC 9110 §5.6.2)
    /// @param value visible ASCII without quotation mark, comma, semicolon and backslash; encode what has others
    /// @return the cookie
    /// @throws IllegalArgumentException when name or value cannot be sent, or are longer than 4096 bytes together
    public static Cookie of(String name, String value) {
        if (name.isEmpty() || !name.chars().allMatch(HeaderName::isTokenCharacter)) {
            throw new IllegalArgumentException("cookie name \"" + name + "\": expected a token (RFC 6265 §4.1.1)");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\') {
                throw new IllegalArgumentException(
                        "value of cookie %s has U+%04X at %d: expected visible ASCII without \" , ; \\ (RFC 6265 §4.1.1)"
                                .formatted(name, (int) c, i));
            }
        }
        if (name.length() + value.length() > LONGEST) {
            throw new IllegalArgumentException("cookie " + name + " of " + (name.length() + value.length())
                    + " bytes: expected at most " + LONGEST + " (RFC 6265bis §5.6)");
        }
        return new Cookie(name, value, new Attributes("/", null, null, false, true, SameSite.LAX));
    }

    /// A cookie that deletes another one: empty, and over.
    ///
    /// @param name its name; path and domain must be those of the other
    /// @return the cookie
    public static Cookie deleting(String name) {
        return of(name, "").withMaxAge(Duration.ZERO);
    }

    /// Sets below which path it is sent.
    ///
    /// @param path begins with `/`
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is none, or has a control character or semicolon
    public Cookie withPath(String path) {
        if (!path.startsWith("/") || !isAttribute(path)) {
            throw new IllegalArgumentException("cookie path \"" + path + "\": expected one that begins with /");
        }
        return with(attributes.withPath(path));
    }

    /// Sets a domain, so that all hosts below it get the cookie too.
    ///
    /// @param domain a host name
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is none
    public Cookie withDomain(String domain) {
        if (domain.isEmpty() || !isAttribute(domain)) {
            throw new IllegalArgumentException("cookie domain \"" + domain + "\": expected a host name");
        }
        return with(attributes.withDomain(domain));
    }

    /// Sets how long it is kept.
    ///
    /// @param age whole seconds count; zero or less deletes
    /// @return the changed copy
    public Cookie withMaxAge(Duration age) {
        return with(attributes.withMaxAge(age));
    }

    /// Has it sent over TLS only.
    ///
    /// @return the changed copy
    public Cookie secure() {
        return with(attributes.secured());
    }

    /// Lets scripts of the page read it.
    ///
    /// @return the changed copy
    public Cookie forScripts() {
        return with(attributes.forScripts());
    }

    /// Sets when other sites may have it sent.
    ///
    /// @param sameSite when
    /// @return the changed copy
    public Cookie withSameSite(SameSite sameSite) {
        return with(attributes.withSameSite(requireNonNull(sameSite, "sameSite")));
    }

    /// A response that sets the cookie; others that it sets stay.
    ///
    /// @param response the response
    /// @return the response with one more field
    /// @throws IllegalStateException when browsers would refuse the cookie
    public Response on(Response response) {
        return response.adding(HeaderName.SET_COOKIE, toField());
    }

    /// The value of `Set-Cookie`.
    ///
    /// @return the cookie and its attributes
    /// @throws IllegalStateException when browsers would refuse the cookie
    public String toField() {
        check();
        return name + "=" + value + attributes.text();
    }

    /// The name, without the value, which may be secret.
    @Override
    public String toString() {
        return "Cookie " + name + attributes.text();
    }

    private Cookie with(Attributes newAttributes) {
        return new Cookie(name, value, newAttributes);
    }

    private void check() {
        boolean host = name.regionMatches(true, 0, "__Host-", 0, 7);
        boolean secure = host || name.regionMatches(true, 0, "__Secure-", 0, 9);
        if (secure && !attributes.secure()) {
            throw new IllegalStateException(
                    "cookie " + name + ": expected secure() for this prefix (RFC 6265bis §4.1.3)");
        }
        if (host && (attributes.domain() != null || !attributes.path().equals("/"))) {
            throw new IllegalStateException(
                    "cookie " + name + ": expected path / and no domain for this prefix (RFC 6265bis §4.1.3)");
        }
        if (attributes.sameSite() == SameSite.NONE && !attributes.secure()) {
            throw new IllegalStateException("cookie " + name + ": expected secure() with SameSite.NONE");
        }
    }

    private static boolean isAttribute(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != ';');
    }

    /// @param domain null for this host alone
    /// @param maxAge null until the browser is closed
    private record Attributes(
            String path,
            @Nullable String domain,
            @Nullable Duration maxAge,
            boolean secure,
            boolean httpOnly,
            SameSite sameSite) {
        Attributes withPath(String newPath) {
            return new Attributes(newPath, domain, maxAge, secure, httpOnly, sameSite);
        }

        Attributes withDomain(String newDomain) {
            return new Attributes(path, newDomain, maxAge, secure, httpOnly, sameSite);
        }

        Attributes withMaxAge(Duration newMaxAge) {
            return new Attributes(path, domain, newMaxAge, secure, httpOnly, sameSite);
        }

        Attributes secured() {
            return new Attributes(path, domain, maxAge, true, httpOnly, sameSite);
        }

        Attributes forScripts() {
            return new Attributes(path, domain, maxAge, secure, false, sameSite);
        }

        Attributes withSameSite(SameSite newSameSite) {
            return new Attributes(path, domain, maxAge, secure, httpOnly, newSameSite);
        }

        String text() {
            return "; Path=" + path
                    + (domain == null ? "" : "; Domain=" + domain)
                    + (maxAge == null ? "" : "; Max-Age=" + Math.max(maxAge.toSeconds(), 0))
                    + (secure ? "; Secure" : "")
                    + (httpOnly ? "; HttpOnly" : "")
                    + "; SameSite=" + sameSite.text;
        }
    }
}
