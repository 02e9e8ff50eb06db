package wai.limits;

import java.time.Duration;
import wai.Application;
import wai.HeaderName;
import wai.Response;
import wai.Status;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application timeout(Application shop) {
        // @start region="timeout"
        return Timeout.after(Duration.ofSeconds(5)).wrap(shop);
        // @end
    }

    static Application deadline(Shop shop) {
        // @start region="deadline"
        return Deadline.after(Duration.ofSeconds(5)).wrap((request, respond) -> {
            var prices = shop.prices(Deadline.within(request, Duration.ofSeconds(2)));
            return respond.with(Response.text(Status.OK, prices));
        });
        // @end
    }

    /// A service that is asked.
    interface Shop {
        String prices(Duration timeout) throws Exception;
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
