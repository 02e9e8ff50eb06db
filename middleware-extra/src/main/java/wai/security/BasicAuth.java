package wai.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.field.QuotedText;
import wai.logging.RequestNotes;

/// Asks for user and password by the means of HTTP (RFC 7617).
///
/// {@snippet file="wai/security/Samples.java" region="basic-auth"}
///
/// The password travels readable: only with TLS. Inside, [#USER] is who it is. Without valid credentials the answer is
/// 401 with the realm, and nothing tells whether the user or the password was wrong. Both are UTF-8; a password may
/// have colons. What is malformed or longer than 4 KiB counts as wrong. For a part of an application:
/// [Middleware#when].
public final class BasicAuth {
    /// Who was let in.
    public static final Key<String> USER = Key.named("user of basic authentication");

    private static final int LONGEST = 4096;

    private BasicAuth() {}

    /// Decides about credentials.
    @FunctionalInterface
    public interface Check {
        /// Whether this user has this password. Compare in constant time ([Secrets#matches]) or by a password hash.
        ///
        /// @param user the user's name; whatever was sent
        /// @param password the password; whatever was sent
        /// @return true to let the request in
        /// @throws Exception whatever goes wrong; the application is not called
        boolean allows(String user, String password) throws Exception;
    }

    /// Credentials that a function decides about.
    ///
    /// @param realm what is protected, shown to people; printable ASCII
    /// @param check called for each request that has credentials, on its thread
    /// @return the middleware
    /// @throws IllegalArgumentException when the realm cannot be sent
    public static Middleware of(String realm, Check check) {
        requireNonNull(check, "check");
        var unauthorized = Response.text(Status.UNAUTHORIZED, "Basic authentication is required\n")
                .withHeader(
                        HeaderName.WWW_AUTHENTICATE, "Basic realm=" + QuotedText.quote(realm) + ", charset=\"UTF-8\"");
        return inner -> (request, respond) -> {
            var sent = Credentials.of(request);
            if (sent == null || !check.allows(sent.user(), sent.password())) {
                return respond.with(unauthorized);
            }
            RequestNotes.user(request, sent.user());
            return inner.handle(request.with(USER, sent.user()), respond);
        };
    }

    /// A few users whose passwords are in memory.
    ///
    /// @param realm what is protected, shown to people; printable ASCII
    /// @param passwords from user to password
    /// @return the middleware
    /// @throws IllegalArgumentException when the realm cannot be sent
    public static Middleware ofUsers(String realm, Map<String, String> passwords) {
        var known = Map.copyOf(passwords);
        return of(realm, (user, password) -> {
            var secret = known.get(user);
            boolean matches = Secrets.matches(password, secret == null ? "" : secret);
            return matches && secret != null;
        });
    }

    private record Credentials(String user, String password) {
        static @Nullable Credentials of(Request request) {
            var field = request.headers().first(HeaderName.AUTHORIZATION, "");
            boolean basic = field.regionMatches(true, 0, "Basic ", 0, 6) && field.length() <= LONGEST;
            if (!basic) {
                return null;
            }
            try {
                var text =
                        new String(Base64.getDecoder().decode(field.substring(6).strip()), UTF_8);
                int colon = text.indexOf(':');
                return colon < 0 ? null : new Credentials(text.substring(0, colon), text.substring(colon + 1));
            } catch (IllegalArgumentException _) { // not Base64: as wrong as any other
                return null;
            }
        }
    }
}
