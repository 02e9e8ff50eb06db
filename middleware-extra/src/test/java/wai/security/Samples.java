package wai.security;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wai.Application;
import wai.Key;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    record Account(String name) {}

    static final Key<Account> ACCOUNT = Key.named("account");

    private Samples() {}

    static boolean secrets(String sent, String secret) {
        // @start region="secrets"
        return Secrets.matches(sent, secret);
        // @end
    }

    static Application basicAuth(Application admin) {
        // @start region="basic-auth"
        return BasicAuth.ofUsers("Back office", Map.of("ada", "enchantress")).wrap(admin);
        // @end
    }

    static Application bearerAuth(Application api, Map<String, Account> accounts) {
        // @start region="bearer-auth"
        return BearerAuth.of("shop", ACCOUNT, token -> Optional.ofNullable(accounts.get(token)))
                .wrap(api);
        // @end
    }

    static Application tokens(Application api) {
        return BearerAuth.ofTokens("shop", List.of("abc", "def")).wrap(api);
    }

    static Application localOnly(Application metrics) {
        // @start region="local-only"
        return LocalOnly.orNotFound().wrap(metrics);
        // @end
    }

    static Application csrf(Application shop) {
        // @start region="csrf"
        return Csrf.refusingOtherSites().trusting("https://login.example").wrap(shop);
        // @end
    }

    static Application cors(Application api) {
        // @start region="cors"
        return Cors.forOrigins("https://shop.example", "http://localhost:3000")
                .withCredentials()
                .withMethods("GET", "PUT", "DELETE")
                .withRequestHeaders("Content-Type")
                .withExposedHeaders("X-Request-Id")
                .withMaxAge(Duration.ofHours(1))
                .wrap(api);
        // @end
    }

    static Application securityHeaders(Application shop) {
        // @start region="security-headers"
        return SecurityHeaders.defaults()
                .withContentSecurityPolicy("default-src 'self'; script-src {nonce}")
                .wrap(shop);
        // @end
    }
}
