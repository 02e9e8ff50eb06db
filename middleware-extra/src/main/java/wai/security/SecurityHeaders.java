package wai.security;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.function.UnaryOperator;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Key;
import wai.Middleware;
import wai.field.Fields;

/// Tells browsers what to refuse: scripts from elsewhere, frames, guessed types, plain http.
///
/// {@snippet file="wai/security/Samples.java" region="security-headers"}
///
/// | field | default |
/// |---|---|
/// | `Content-Security-Policy` | this site only, no frames around it, no plug-ins |
/// | `Strict-Transport-Security` | a year, only on responses to secure requests |
/// | `X-Content-Type-Options` | `nosniff` |
/// | `Referrer-Policy` | `strict-origin-when-cross-origin` |
/// | `Cross-Origin-Opener-Policy` | `same-origin` |
///
/// What the application sets itself stays. In a policy `{nonce}` stands for a random text, another for each request,
/// that the application finds under [#NONCE] and writes into its scripts: `<script nonce="…">`.
public final class SecurityHeaders implements Middleware {
    /// The nonce of this request, for a policy that has one: 128 random bits in Base64.
    public static final Key<String> NONCE = Key.named("nonce of the content security policy");

    private static final String PLACE = "{nonce}";
    private static final String POLICY =
            "default-src 'self'; base-uri 'self'; form-action 'self'; " + "frame-ancestors 'none'; object-src 'none'";
    private static final int NONCE_BYTES = 16;

    private final Headers fields;
    private final String transport;
    private final SecureRandom random = new SecureRandom();

    private SecurityHeaders(Headers fields, String transport) {
        this.fields = fields;
        this.transport = transport;
    }

    /// The middleware with the defaults above.
    ///
    /// @return the middleware
    public static SecurityHeaders defaults() {
        var fields = Headers.builder()
                .add(HeaderName.CONTENT_SECURITY_POLICY, POLICY)
                .add(HeaderName.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .add(HeaderName.of("Referrer-Policy"), "strict-origin-when-cross-origin")
                .add(HeaderName.of("Cross-Origin-Opener-Policy"), "same-origin")
                .build();
        return new SecurityHeaders(fields, "max-age=31536000");
    }

    /// Sets the content security policy.
    ///
    /// @param policy its directives; may hold `{nonce}`
    /// @return the changed copy
    /// @throws IllegalArgumentException when it cannot stand in a field
    public SecurityHeaders withContentSecurityPolicy(String policy) {
        return with(HeaderName.CONTENT_SECURITY_POLICY, policy);
    }

    /// Sets how long browsers come by TLS only.
    ///
    /// @param age zero makes them forget it; whole seconds count
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public SecurityHeaders withStrictTransportSecurity(Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException("strict transport security for " + age + ": expected zero or more");
        }
        return new SecurityHeaders(fields, "max-age=" + age.toSeconds());
    }

    /// Sets another field, or one of the above.
    ///
    /// @param name its name
    /// @param value its value
    /// @return the changed copy
    /// @throws IllegalArgumentException when the value cannot stand in a field
    public SecurityHeaders with(HeaderName name, String value) {
        return new SecurityHeaders(fields.with(name, value), transport);
    }

    /// Leaves a field out.
    ///
    /// @param name its name
    /// @return the changed copy
    public SecurityHeaders without(HeaderName name) {
        requireNonNull(name, "name");
        return name.equals(HeaderName.STRICT_TRANSPORT_SECURITY)
                ? new SecurityHeaders(fields, "")
                : new SecurityHeaders(fields.without(name), transport);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        var secure = transport.isEmpty() ? fields : fields.adding(HeaderName.STRICT_TRANSPORT_SECURITY, transport);
        var policy = fields.first(HeaderName.CONTENT_SECURITY_POLICY, "");
        return policy.contains(PLACE) ? withNonce(inner, policy, secure) : withoutNonce(inner, secure);
    }

    private Application withoutNonce(Application inner, Headers secure) {
        UnaryOperator<Headers> edit = headers -> Fields.addingMissing(headers, fields);
        UnaryOperator<Headers> secureEdit = headers -> Fields.addingMissing(headers, secure);
        return (request, respond) -> {
            var chosen = request.isSecure() ? secureEdit : edit;
            return inner.handle(request, response -> respond.with(Fields.edited(response, chosen)));
        };
    }

    private Application withNonce(Application inner, String policy, Headers secure) {
        return (request, respond) -> {
            var plain = request.isSecure() ? secure : fields;
            var nonce = nonce();
            var added = plain.with(HeaderName.CONTENT_SECURITY_POLICY, policy.replace(PLACE, "'nonce-" + nonce + "'"));
            return inner.handle(
                    request.with(NONCE, nonce),
                    response -> respond.with(Fields.edited(response, headers -> Fields.addingMissing(headers, added))));
        };
    }

    private String nonce() {
        var bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }
}
