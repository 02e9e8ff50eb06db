package wai.jwt;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a token that was verified says (RFC 7519 §4).
public final class JwtClaims {
    private final Map<String, Object> claims;
    private final Instant expires;
    private final Set<String> scopes;

    JwtClaims(Map<String, Object> claims, Instant expires) {
        this.claims = claims;
        this.expires = expires;
        this.scopes = scopes(claims);
    }

    private static Set<String> scopes(Map<String, Object> claims) {
        var scopes = new TreeSet<String>();
        if (claims.get("scope") instanceof String text) {
            scopes.addAll(List.of(text.strip().split(" +", -1)));
        }
        for (var name : List.of("scope", "scp")) {
            if (claims.get(name) instanceof List<?> list) {
                list.forEach(scope -> scopes.add(String.valueOf(scope)));
            }
        }
        scopes.remove("");
        return Set.copyOf(scopes);
    }

    /// Whom the token is about: `sub`.
    ///
    /// @return a name, unique for the issuer; empty when it says none
    public Optional<String> subject() {
        return text("sub");
    }

    /// Who made the token: `iss`.
    ///
    /// @return the issuer; empty when it says none
    public Optional<String> issuer() {
        return text("iss");
    }

    /// When the token ends: `exp`.
    ///
    /// @return the time, which every token has
    public Instant expires() {
        return expires;
    }

    /// What the token allows: `scope` as a text with blanks (RFC 8693 §4.2) or a list, or `scp`.
    ///
    /// @return the scopes
    public Set<String> scopes() {
        return scopes;
    }

    /// A claim that is a text.
    ///
    /// @param name its name
    /// @return the text; empty when there is no such claim, or it is none
    public Optional<String> text(String name) {
        return claims.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /// All claims: texts, numbers, booleans, lists and maps as JSON has them, times of the registered ones as `Date`.
    ///
    /// @return cannot be changed
    public Map<String, Object> all() {
        return claims;
    }

    /// The names of the claims, without what they say.
    @Override
    public String toString() {
        return "JwtClaims" + claims.keySet();
    }
}
