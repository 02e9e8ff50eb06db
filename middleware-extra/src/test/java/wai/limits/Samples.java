package wai.limits;

import java.time.Duration;
import wai.Application;
import wai.HeaderName;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application timeout(Application shop) {
        // @start region="timeout"
        return Timeout.after(Duration.ofSeconds(5)).wrap(shop);
        // @end
    }

    static Application concurrencyLimit(Application reports) {
        // @start region="concurrency-limit"
        var limit = ConcurrencyLimit.of(20).withQueue(100, Duration.ofSeconds(2));
        return limit.wrap(reports);
        // @end
    }

    static Application rateLimit(Application api) {
        // @start region="rate-limit"
        return RateLimit.of(60, Duration.ofMinutes(1))
                .by(request -> request.headers().first(HeaderName.AUTHORIZATION, ""))
                .wrap(api);
        // @end
    }
}
