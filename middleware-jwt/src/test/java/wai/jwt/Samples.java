package wai.jwt;

import java.net.URI;
import java.time.Duration;
import wai.Application;
import wai.Response;
import wai.Status;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application jwtAuth(JwtKeys keys) {
        // @start region="jwt-auth"
        Application hello = (request, respond) -> {
            var claims = request.get(JwtAuth.CLAIMS).orElseThrow();
            return respond.with(
                    Response.text(Status.OK, "Hello, " + claims.subject().orElse("nobody") + "\n"));
        };
        return JwtAuth.verifying(keys, "RS256", "ES256")
                .withIssuer("https://id.example")
                .withAudience("orders")
                .requiringScopes("orders:read")
                .wrap(hello);
        // @end
    }

    static JwtKeys keys(URI address) {
        // @start region="keys"
        return JwtKeys.at(address) // https://id.example/.well-known/jwks.json
                .withLife(Duration.ofMinutes(10))
                .withTimeout(Duration.ofSeconds(1));
        // @end
    }
}
