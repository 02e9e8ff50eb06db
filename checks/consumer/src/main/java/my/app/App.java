package my.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.util.function.Consumer;
import wai.Application;
import wai.Body;
import wai.Response;
import wai.Status;
import wai.jwt.JwtAuth;
import wai.jwt.JwtKeys;
import wai.logging.LogFormat;
import wai.logging.RequestLogger;
import wai.metrics.Metrics;
import wai.redis.Redis;
import wai.redis.RedisSessionStore;
import wai.redis.RedisSettings;
import wai.session.Session;
import wai.session.Sessions;
import wai.tracing.Tracing;

/// What a user's own code sees of the contract, and of the parts of the shelf that need a library: the registry of
/// Micrometer and the API of OpenTelemetry by way of our modules, Jedis and Nimbus not at all.
final class App {
    private App() {}

    static Module contract() {
        return Body.class.getModule();
    }

    /// Counts, traces and logs all requests, and lets those in who have a token.
    static Application watched(MeterRegistry meters, OpenTelemetry traces, byte[] secret, Consumer<String> log) {
        Application hello = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));
        return RequestLogger.lines(LogFormat.common(), log)
                .then(Metrics.in(meters))
                .then(Tracing.by(traces))
                .then(JwtAuth.verifying(JwtKeys.ofSecret(secret), "HS256").withAudience("my"))
                .wrap(hello);
    }

    /// Remembers browsers in Redis.
    static Application remembering(Redis redis) {
        Application visits = (request, respond) -> {
            Session.of(request).set("seen", "yes");
            return respond.with(Response.text(Status.OK, "seen"));
        };
        return Sessions.in(RedisSessionStore.of(redis)).wrap(visits);
    }

    static Redis redis(URI address) {
        return Redis.of(RedisSettings.at(address));
    }
}
