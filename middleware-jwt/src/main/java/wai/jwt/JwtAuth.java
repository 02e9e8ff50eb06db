package wai.jwt;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import com.nimbusds.jwt.proc.JWTProcessor;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.HeaderName;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.logging.RequestNotes;
import wai.security.BearerAuth;

/// Lets requests in whose bearer token is a JSON Web Token that somebody trusted has signed for this application.
///
/// {@snippet file="wai/jwt/Samples.java" region="jwt-auth"}
///
/// A token must be signed, by one of the algorithms that are listed and a key that fits; say until when it is valid
/// (`exp`), be valid now, and be meant for this application (`aud`); where an issuer is set, be by that one (`iss`).
/// Its type is `JWT`, `at+jwt` (RFC 9068) or not said. `none` is never an algorithm, and a public key never a secret.
///
/// Inside, [#CLAIMS] has what it says; its subject is noted as the user for logs. Else the answer is (RFC 6750 §3.1):
///
/// | | |
/// |---|---|
/// | no token | 401 |
/// | a field that is malformed or longer than 8 KiB | 400, `invalid_request` |
/// | a token that is not accepted | 401, `invalid_token`, with the reason in a few words |
/// | a token without a scope that is required | 403, `insufficient_scope` |
/// | keys that cannot be fetched | 503 |
public final class JwtAuth implements Middleware {
    /// What the token of a request says; set inside.
    public static final Key<JwtClaims> CLAIMS = Key.named("token claims");

    private static final Set<JWSAlgorithm> SUPPORTED = new DefaultJWSVerifierFactory().supportedJWSAlgorithms();
    private static final String NO_AUDIENCE = "JWT missing required aud claim";
    private static final Key<Verdict> VERDICT = Key.named("token verdict");
    private static final Duration LEEWAY = Duration.ofSeconds(30);
    private static final Duration MOST_LEEWAY = Duration.ofMinutes(5);

    private final JwtKeys keys;
    private final Set<JWSAlgorithm> algorithms;
    private final Demands demands;
    private final InstantSource clock;

    private JwtAuth(JwtKeys keys, Set<JWSAlgorithm> algorithms, Demands demands, InstantSource clock) {
        this.keys = keys;
        this.algorithms = algorithms;
        this.demands = demands;
        this.clock = clock;
    }

    /// Verifies tokens. Before it can be used, [#withAudience] or [#forAnyAudience] has to be called.
    ///
    /// @param keys what they are verified with
    /// @param algorithms those that are accepted, by their names of RFC 7518 §3.1: `RS256`, `PS256`, `ES256`, `HS256`
    ///     and their like
    /// @return the middleware
    /// @throws IllegalArgumentException when there is no algorithm, or one is not among them, such as `none`
    public static JwtAuth verifying(JwtKeys keys, String... algorithms) {
        var accepted = new LinkedHashSet<JWSAlgorithm>();
        for (var name : algorithms) {
            var algorithm = JWSAlgorithm.parse(name);
            if (!SUPPORTED.contains(algorithm)) {
                throw new IllegalArgumentException(
                        "algorithm \"" + name + "\": expected one of " + SUPPORTED + " (RFC 7518 §3.1)");
            }
            accepted.add(algorithm);
        }
        if (accepted.isEmpty()) {
            throw new IllegalArgumentException("no algorithm: expected those that are accepted (RFC 8725 §3.1)");
        }
        return new JwtAuth(
                requireNonNull(keys, "keys"),
                accepted,
                new Demands("tokens", null, null, LEEWAY, Set.of()),
                InstantSource.system());
    }

    /// Accepts tokens that are meant for one of these.
    ///
    /// @param names what `aud` may say: this application's names with the issuer
    /// @return the changed copy
    /// @throws IllegalArgumentException when there is none
    public JwtAuth withAudience(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("no audience: expected a name, or forAnyAudience()");
        }
        return with(new Demands(demands.realm, demands.issuer, Set.of(names), demands.leeway, demands.scopes));
    }

    /// Accepts tokens whoever they are meant for. For issuers that write none, and keys that sign for nobody else.
    ///
    /// @return the changed copy
    public JwtAuth forAnyAudience() {
        return with(new Demands(demands.realm, demands.issuer, Set.of(), demands.leeway, demands.scopes));
    }

    /// Accepts tokens of one issuer only.
    ///
    /// @param name what `iss` must say
    /// @return the changed copy
    public JwtAuth withIssuer(String name) {
        return with(new Demands(
                demands.realm, requireNonNull(name, "issuer"), demands.audience, demands.leeway, demands.scopes));
    }

    /// Sets how far the clocks of issuer and application may be apart; 30 seconds unless set.
    ///
    /// @param time zero to five minutes, in whole seconds
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative or more
    public JwtAuth withLeeway(Duration time) {
        if (time.isNegative() || time.compareTo(MOST_LEEWAY) > 0) {
            throw new IllegalArgumentException("leeway " + time + ": expected zero to " + MOST_LEEWAY);
        }
        return with(new Demands(demands.realm, demands.issuer, demands.audience, time, demands.scopes));
    }

    /// Lets in only whose token has all of these scopes.
    ///
    /// @param names the scopes
    /// @return the changed copy
    /// @throws IllegalArgumentException when one cannot be a scope
    public JwtAuth requiringScopes(String... names) {
        for (var name : names) {
            if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\')) {
                throw new IllegalArgumentException(
                        "scope \"" + name + "\": expected visible ASCII without \" and \\ (RFC 6749 §3.3)");
            }
        }
        return with(new Demands(demands.realm, demands.issuer, demands.audience, demands.leeway, Set.of(names)));
    }

    /// Sets what is said to be protected; `tokens` unless set.
    ///
    /// @param name printable ASCII without quotation mark and backslash
    /// @return the changed copy
    /// @throws IllegalArgumentException when it has others
    public JwtAuth withRealm(String name) {
        if (!name.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\')) {
            throw new IllegalArgumentException(
                    "realm \"" + name + "\": expected printable ASCII without \" and \\ (RFC 9110 §11.5)");
        }
        return with(new Demands(name, demands.issuer, demands.audience, demands.leeway, demands.scopes));
    }

    /// Sets the clock, for tests.
    ///
    /// @param newClock says what time it is
    /// @return the changed copy
    public JwtAuth withClock(InstantSource newClock) {
        return new JwtAuth(keys, algorithms, demands, requireNonNull(newClock, "clock"));
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalStateException when nothing was said about the audience
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        var processor = processor();
        return BearerAuth.of(demands.realm, VERDICT, token -> Optional.of(verdict(processor, token)))
                .wrap((request, respond) -> decided(inner, request, respond));
    }

    private JwtAuth with(Demands newDemands) {
        return new JwtAuth(keys, algorithms, newDemands, clock);
    }

    private JWTProcessor<SecurityContext> processor() {
        var audience = demands.audience;
        if (audience == null) {
            throw new IllegalStateException("no audience: expected withAudience or forAnyAudience (RFC 8725 §3.9)");
        }
        var exact = new JWTClaimsSet.Builder();
        if (demands.issuer != null) {
            exact.issuer(demands.issuer);
        }
        var verifier = new Verifier(audience.isEmpty() ? null : audience, exact.build());
        verifier.setMaxClockSkew((int) demands.leeway.toSeconds());
        var processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(algorithms, (selector, _) -> keys.select(selector, clock)));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWTClaimsSetVerifier(verifier);
        return processor;
    }

    private Verdict verdict(JWTProcessor<SecurityContext> processor, String token) {
        try {
            var claims = processor.process(SignedJWT.parse(token), null);
            return new Verdict.Accepted(
                    new JwtClaims(claims.getClaims(), claims.getExpirationTime().toInstant()));
        } catch (ParseException _) {
            return new Verdict.Refused("it is no signed token");
        } catch (BadJOSEException e) {
            return new Verdict.Refused(reason(e));
        } catch (KeySourceException _) {
            return new Verdict.Undecided();
        } catch (JOSEException | IllegalArgumentException _) {
            return new Verdict.Refused("it cannot be verified");
        }
    }

    /// A few words that hold nothing of the token.
    private static String reason(BadJOSEException e) {
        var message = "" + e.getMessage();
        return switch (e) {
            case ExpiredJWTException _ -> "it has expired";
            case BadJWSException _ -> "its signature is wrong";
            case BadJWTException _ when message.startsWith("JWT before use time") -> "it is not valid yet";
            case BadJWTException _
            when message.startsWith("JWT missing required claims") && message.contains("exp") ->
                "it does not say until when it is valid";
            case BadJWTException _
            when message.startsWith("JWT aud") || message.equals(NO_AUDIENCE) -> "it is meant for others";
            case BadJWTException _
            when message.startsWith("JWT iss") || message.contains("[iss]") -> "it is of another issuer";
            case BadJWTException _ -> "its claims are not accepted";
            default -> "no key or algorithm that is accepted fits it";
        };
    }

    private ResponseReceived decided(Application inner, Request request, Respond respond) throws Exception {
        return switch (request.get(VERDICT).orElseThrow()) {
            case Verdict.Refused(var reason) ->
                respond.with(refusal(
                        Status.UNAUTHORIZED,
                        "the token is not accepted: " + reason,
                        "error=\"invalid_token\", error_description=\"" + reason + '"'));
            case Verdict.Undecided() ->
                respond.with(Response.text(Status.SERVICE_UNAVAILABLE, "the token cannot be verified now\n")
                        .withHeader(HeaderName.RETRY_AFTER, "1"));
            case Verdict.Accepted(var claims) -> {
                if (!claims.scopes().containsAll(demands.scopes)) {
                    yield respond.with(refusal(
                            Status.FORBIDDEN,
                            "the token lacks a scope",
                            "error=\"insufficient_scope\", scope=\""
                                    + new TreeSet<>(demands.scopes).stream().collect(Collectors.joining(" ")) + '"'));
                }
                claims.subject().ifPresent(subject -> RequestNotes.user(request, subject));
                yield inner.handle(request.with(CLAIMS, claims), respond);
            }
        };
    }

    private Response refusal(Status status, String text, String error) {
        return Response.text(status, text + "\n")
                .withHeader(HeaderName.WWW_AUTHENTICATE, "Bearer realm=\"" + demands.realm + "\", " + error);
    }

    /// What a token comes to.
    private sealed interface Verdict {
        /// It is good.
        record Accepted(JwtClaims claims) implements Verdict {}

        /// It is not; the reason is ours.
        record Refused(String reason) implements Verdict {}

        /// The keys cannot be had.
        record Undecided() implements Verdict {}
    }

    /// What is asked of tokens.
    ///
    /// @param issuer null for any
    /// @param audience empty for any; null when nobody has said
    private record Demands(
            String realm,
            @Nullable String issuer,
            @Nullable Set<String> audience,
            Duration leeway,
            Set<String> scopes) {}

    /// Looks at the claims by our clock.
    private final class Verifier extends DefaultJWTClaimsVerifier<SecurityContext> {
        Verifier(@Nullable Set<String> audience, JWTClaimsSet exact) {
            super(audience, exact, Set.of("exp"), Set.of());
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }
}
