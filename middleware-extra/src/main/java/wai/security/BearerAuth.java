package wai.security;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.field.QuotedText;

/// Lets requests in that carry a token (RFC 6750): `Authorization: Bearer …`.
///
/// {@snippet file="wai/security/Samples.java" region="bearer-auth"}
///
/// Without a token the answer is 401; a wrong one gets 401 with `error="invalid_token"`, a field that is malformed or
/// longer than 8 KiB gets 400 with `error="invalid_request"` (RFC 6750 §3.1). Tokens in the query or in forms are not
/// looked at: they would stand in logs.
public final class BearerAuth {
    private static final int LONGEST = 8192;

    private BearerAuth() {}

    /// Decides about tokens.
    ///
    /// @param <T> what a token stands for
    @FunctionalInterface
    public interface Check<T> {
        /// What a token stands for.
        ///
        /// @param token the token: letters, digits, `-._~+/` and `=` at its end
        /// @return empty when it is not valid
        /// @throws Exception whatever goes wrong; the application is not called
        Optional<T> holder(String token) throws Exception;
    }

    /// Tokens that a function decides about.
    ///
    /// @param realm what is protected; printable ASCII
    /// @param holder under which key the application finds what the token stands for
    /// @param check called for each request that has a token, on its thread
    /// @param <T> what a token stands for
    /// @return the middleware
    /// @throws IllegalArgumentException when the realm cannot be sent
    public static <T> Middleware of(String realm, Key<T> holder, Check<T> check) {
        requireNonNull(holder, "holder");
        requireNonNull(check, "check");
        var challenge = "Bearer realm=" + QuotedText.quote(realm);
        var missing = refusal(Status.UNAUTHORIZED, "a bearer token is required\n", challenge);
        var wrong = refusal(
                Status.UNAUTHORIZED, "the bearer token is not valid\n", challenge + ", error=\"invalid_token\"");
        var malformed = refusal(
                Status.BAD_REQUEST,
                "Authorization: expected Bearer and a token (RFC 6750 §2.1)\n",
                challenge + ", error=\"invalid_request\"");
        return inner -> (request, respond) -> {
            var field = bearer(request);
            if (field == null) {
                return respond.with(missing);
            }
            if (!isToken(field)) {
                return respond.with(malformed);
            }
            var found = check.holder(field);
            return found.isEmpty() ? respond.with(wrong) : inner.handle(request.with(holder, found.get()), respond);
        };
    }

    /// A few tokens in memory, which stand for nothing but themselves.
    ///
    /// @param realm what is protected; printable ASCII
    /// @param tokens the tokens that are valid
    /// @return the middleware
    /// @throws IllegalArgumentException when the realm cannot be sent
    public static Middleware ofTokens(String realm, Collection<String> tokens) {
        var known = List.copyOf(tokens);
        return of(realm, Key.<Boolean>named("bearer"), token -> {
            boolean valid = false;
            for (var one : known) {
                valid |= Secrets.matches(token, one); // all of them, so that the time tells nothing
            }
            return valid ? Optional.of(true) : Optional.empty();
        });
    }

    private static Response refusal(Status status, String text, String challenge) {
        return Response.text(status, text).withHeader(HeaderName.WWW_AUTHENTICATE, challenge);
    }

    /// What stands behind `Bearer`; null when the field has another scheme or is missing.
    private static @Nullable String bearer(Request request) {
        var field = request.headers().first(HeaderName.AUTHORIZATION, "");
        boolean bearer =
                field.regionMatches(true, 0, "Bearer", 0, 6) && (field.length() == 6 || field.charAt(6) == ' ');
        return bearer ? field.substring(6).strip() : null;
    }

    /// b64token of RFC 6750 §2.1.
    private static boolean isToken(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        return end > 0
                && text.length() <= LONGEST
                && text.chars()
                        .limit(end)
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "-._~+/".indexOf(c) >= 0);
    }
}
