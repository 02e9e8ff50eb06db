package wai.redis;

import java.net.URI;
import java.time.Duration;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.limits.RateLimit;
import wai.session.Sessions;
import wai.sse.Event;
import wai.sse.EventStreams;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static RedisSettings settings(URI address) {
        // @start region="settings"
        return RedisSettings.at(address) // redis://user:password@redis.internal:6379/0
                .withPrefix("shop:")
                .withConnections(32)
                .withAnswerTimeout(Duration.ofMillis(200));
        // @end
    }

    static Application redis(Redis redis, Application shop) {
        // @start region="redis"
        return Sessions.in(RedisSessionStore.of(redis))
                .then(RateLimit.of(100, Duration.ofMinutes(1)).in(RedisRateStore.of(redis, "pages")))
                .wrap(shop);
        // @end
    }

    static Application sessions(Redis redis, Application shop) {
        // @start region="sessions"
        return Sessions.in(RedisSessionStore.of(redis))
                .emptyWhileTheStoreIsAway() // without this line: 503
                .wrap(shop);
        // @end
    }

    static Application rateLimit(Redis redis, Application shop) {
        // @start region="rate-limit"
        return RateLimit.of(100, Duration.ofMinutes(1))
                .in(RedisRateStore.of(redis, "pages"))
                .openWhileTheStoreIsAway() // without this line: 503
                .wrap(shop);
        // @end
    }

    static Application broadcast(RedisBroadcast news) {
        // @start region="broadcast"
        var events = EventStreams.defaults();
        return (request, respond) -> {
            if (request.method().equals("POST")) {
                news.publish(Event.of(request.readBody(1000).utf8()));
                return respond.with(Response.text(Status.ACCEPTED, "told to everybody\n"));
            }
            return respond.with(events.subscribed(request, news.local()));
        };
        // @end
    }
}
