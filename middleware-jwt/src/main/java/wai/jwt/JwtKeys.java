package wai.jwt;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.source.CachingJWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.OutageTolerantJWKSetSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.RateLimitedJWKSetSource;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys that tokens are verified with.
///
/// {@snippet file="wai/jwt/Samples.java" region="keys"}
///
/// Those behind an address are fetched when they are needed and kept for five minutes; a token by a key that is not
/// among them has them fetched again, but at most twice in half a minute, whoever sends such tokens. While the address
/// is away, the keys of before are good for another hour.
public final class JwtKeys {
    private static final int SECRET_BYTES = 32;
    private static final int LONGEST_SET = 256 * 1024;
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration BETWEEN = Duration.ofSeconds(30);
    private static final Duration OUTAGE = Duration.ofHours(1);

    /// Null for keys that are there.
    private final @Nullable URI address;

    private final Duration life;
    private final Duration wait;
    private final JWKSetSource<SecurityContext> source;

    private JwtKeys(@Nullable URI address, Duration life, Duration wait, JWKSetSource<SecurityContext> source) {
        this.address = address;
        this.life = life;
        this.wait = wait;
        this.source = source;
    }

    /// A secret that issuer and application share, for the algorithms `HS256` and its like. Whoever can verify with it
    /// can make tokens too.
    ///
    /// @param secret 32 bytes or more, random; as many bits as the algorithm says
    /// @return the keys
    /// @throws IllegalArgumentException when it is shorter
    public static JwtKeys ofSecret(byte[] secret) {
        if (secret.length < SECRET_BYTES) {
            throw new IllegalArgumentException("a secret of " + secret.length + " bytes for tokens: expected "
                    + SECRET_BYTES + " random ones or more (RFC 7518 §3.2)");
        }
        return of(new JWKSet(new OctetSequenceKey.Builder(secret).build()));
    }

    /// Keys as a JSON Web Key Set (RFC 7517 §5).
    ///
    /// @param json the set
    /// @return the keys
    /// @throws IllegalArgumentException when it is none, or has no key
    public static JwtKeys ofSet(String json) {
        try {
            return of(JWKSet.parse(json));
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "no set of keys: expected JSON with \"keys\" (RFC 7517 §5): " + e.getMessage(), e);
        }
    }

    private static JwtKeys of(JWKSet set) {
        if (set.isEmpty()) {
            throw new IllegalArgumentException("a set without keys: expected one or more (RFC 7517 §5)");
        }
        return new JwtKeys(null, LONGEST_LIFE, LONGEST_WAIT, new Present(set));
    }

    /// Keys behind an address: the `jwks_uri` of an issuer.
    ///
    /// @param address of a JSON Web Key Set of up to 256 KiB, `https` outside of tests
    /// @return the keys; nothing is fetched yet
    /// @throws IllegalArgumentException when it is no address for HTTP
    public static JwtKeys at(URI address) {
        return at(address, Duration.ofMinutes(5), Duration.ofSeconds(2));
    }

    private static JwtKeys at(URI address, Duration life, Duration wait) {
        if (!("https".equals(address.getScheme()) || "http".equals(address.getScheme())) || address.getHost() == null) {
            throw new IllegalArgumentException("address of keys \"" + address + "\": expected https://…");
        }
        try {
            int millis = (int) wait.toMillis();
            var fetched = new URLBasedJWKSetSource<SecurityContext>(
                    address.toURL(), new DefaultResourceRetriever(millis, millis, LONGEST_SET));
            var tolerant = new OutageTolerantJWKSetSource<>(fetched, OUTAGE.toMillis(), null);
            var bounded = new RateLimitedJWKSetSource<>(tolerant, BETWEEN.toMillis(), null);
            return new JwtKeys(
                    address, life, wait, new CachingJWKSetSource<>(bounded, life.toMillis(), 2L * millis, null));
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("address of keys \"" + address + "\": expected https://…", e);
        }
    }

    /// Sets how long keys are kept that were fetched; five minutes unless set. A key that the issuer withdraws is
    /// believed for as long.
    ///
    /// @param time a second to a day
    /// @return the changed copy, which has fetched nothing
    /// @throws IllegalArgumentException when it is less or more
    /// @throws IllegalStateException when the keys are not behind an address
    public JwtKeys withLife(Duration time) {
        return at(fetched(), checked("life of keys", time, SHORTEST_LIFE, LONGEST_LIFE), wait);
    }

    /// Sets how long to wait for a connection, and then for each part of the answer; two seconds unless set.
    ///
    /// @param time a millisecond to a minute
    /// @return the changed copy, which has fetched nothing
    /// @throws IllegalArgumentException when it is less or more
    /// @throws IllegalStateException when the keys are not behind an address
    public JwtKeys withTimeout(Duration time) {
        return at(fetched(), life, checked("timeout for keys", time, Duration.ofMillis(1), LONGEST_WAIT));
    }

    /// Where they are, never the keys.
    @Override
    public String toString() {
        return address == null ? "keys" : "keys at " + address;
    }

    /// Those that a token may be by.
    ///
    /// @throws KeySourceException when they cannot be had
    List<JWK> select(JWKSelector selector, InstantSource clock) throws KeySourceException {
        var set = source.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), clock.millis(), null);
        var found = selector.select(set);
        if (!found.isEmpty()) {
            return found;
        }
        try {
            return selector.select(
                    source.getJWKSet(JWKSetCacheRefreshEvaluator.referenceComparison(set), clock.millis(), null));
        } catch (RateLimitReachedException _) { // they were just fetched, without it
            return List.of();
        }
    }

    private URI fetched() {
        return java.util.Optional.ofNullable(address)
                .orElseThrow(() -> new IllegalStateException("these keys are there: expected some behind an address"));
    }

    private static Duration checked(String what, Duration time, Duration least, Duration most) {
        if (requireNonNull(time, "time").compareTo(least) < 0 || time.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " " + time + ": expected " + least + " to " + most);
        }
        return time;
    }

    /// Keys that are there and do not change.
    private record Present(JWKSet set) implements JWKSetSource<SecurityContext> {
        @Override
        public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, @Nullable SecurityContext context) {
            return set;
        }

        @Override
        public void close() {}
    }
}
