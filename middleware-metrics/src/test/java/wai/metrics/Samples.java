package wai.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import wai.Application;
import wai.routing.Matches;
import wai.security.LocalOnly;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application metrics(MeterRegistry registry, Application shop) {
        // @start region="metrics"
        return Metrics.in(registry)
                .withBuckets(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1))
                .wrap(shop);
        // @end
    }

    static Application metricsPage(PrometheusMeterRegistry registry, Application shop) {
        // @start region="metrics-page"
        var page = LocalOnly.orNotFound().then(MetricsPage.at("/metrics", registry::scrape));
        return page.when(Matches.path("/metrics")).then(Metrics.in(registry)).wrap(shop);
        // @end
    }
}
