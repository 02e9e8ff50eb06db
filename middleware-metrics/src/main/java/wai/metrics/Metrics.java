package wai.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import wai.Application;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.logging.AccessEvent;
import wai.logging.RequestLogger;

/// Measures every request, once, when the last byte of its response was handed over.
///
/// {@snippet file="wai/metrics/Samples.java" region="metrics"}
///
/// | meter | is |
/// |---|---|
/// | `http.server.requests` | a timer, until the last byte |
/// | `http.server.responses.started` | a timer, until the response was begun: what counts for streams |
/// | `http.server.upgrades` | a timer of raw connections, instead of the two |
/// | `http.server.response.size` | bytes of bodies that were sent |
/// | `http.server.request.size` | bytes of bodies whose length was said |
/// | `http.server.requests.active` | a long task timer, how many there are now and since when |
///
/// Each but the last has four tags, and no client can make more of them: `method` (the registered ones, others are
/// `_OTHER`), `route` (the pattern that `UrlMap`, `RouteName` or a router noted, never the path; `none` when nobody
/// did, `_OTHER` when there are too many), `status`, and `outcome` (`complete`, `failed`, `disconnected`).
///
/// Outside of all that answers, beside the access log.
public final class Metrics implements Middleware {
    private static final int ROUTES = 500;
    private static final int MOST_ROUTES = 100_000;
    private static final String OTHER = "_OTHER";

    /// RFC 9110 §9.3, RFC 5789, RFC 10008.
    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE");

    private static final Key<Long> BEGAN = Key.named("measured since");

    private final MeterRegistry registry;
    private final int mostRoutes;
    private final Duration[] buckets;

    private Metrics(MeterRegistry registry, int mostRoutes, Duration... buckets) {
        this.registry = registry;
        this.mostRoutes = mostRoutes;
        this.buckets = buckets;
    }

    /// Metrics in a registry, for up to 500 routes, without buckets.
    ///
    /// @param registry takes them, and decides where they go
    /// @return the middleware
    public static Metrics in(MeterRegistry registry) {
        return new Metrics(requireNonNull(registry, "registry"), ROUTES);
    }

    /// Sets how many routes are told apart; those beyond count as `_OTHER`. A bound for routers that note paths.
    ///
    /// @param most 1 to 100,000; 500 unless set
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less or more
    public Metrics withRoutes(int most) {
        if (most < 1 || most > MOST_ROUTES) {
            throw new IllegalArgumentException("metrics of " + most + " routes: expected 1 to " + MOST_ROUTES);
        }
        return new Metrics(registry, most, buckets);
    }

    /// Counts in the timers how many requests took up to these times: a histogram, from which quantiles over several
    /// processes can be computed.
    ///
    /// @param upTo the times, each above zero
    /// @return the changed copy
    /// @throws IllegalArgumentException when one is not
    public Metrics withBuckets(Duration... upTo) {
        for (var time : upTo) {
            if (!time.isPositive()) {
                throw new IllegalArgumentException("bucket up to " + time + ": expected more than zero");
            }
        }
        return new Metrics(registry, mostRoutes, upTo.clone());
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        return new Measured(requireNonNull(inner, "inner"));
    }

    private Timer.Builder timer(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(buckets);
    }

    /// One application with its meters.
    private final class Measured implements Application {
        private final Application inner;
        private final Clock clock = registry.config().clock();
        private final LongTaskTimer active = LongTaskTimer.builder("http.server.requests.active")
                .description("HTTP requests that are answered now")
                .register(registry);
        private final MeterProvider<Timer> requests = timer(
                        "http.server.requests", "HTTP requests, until the last byte of the response")
                .withRegistry(registry);
        private final MeterProvider<Timer> started = timer(
                        "http.server.responses.started", "HTTP requests, until the response was begun")
                .withRegistry(registry);
        private final MeterProvider<Timer> upgrades = timer(
                        "http.server.upgrades", "Connections that were upgraded, until their end")
                .withRegistry(registry);
        private final MeterProvider<DistributionSummary> sent = DistributionSummary.builder("http.server.response.size")
                .description("Bodies of responses")
                .baseUnit("bytes")
                .withRegistry(registry);
        private final MeterProvider<DistributionSummary> received = DistributionSummary.builder(
                        "http.server.request.size")
                .description("Bodies of requests whose length was said")
                .baseUnit("bytes")
                .withRegistry(registry);

        /// Those told apart; guarded by itself.
        private final Set<String> routes = new HashSet<>();

        Measured(Application application) {
            this.inner = RequestLogger.to(this::measure).wrap(application);
        }

        @Override
        public ResponseReceived handle(Request request, Respond respond) throws Exception {
            var task = active.start();
            try {
                return inner.handle(request.with(BEGAN, clock.monotonicTime()), respond);
            } finally {
                task.stop();
            }
        }

        private void measure(AccessEvent event) {
            long total = clock.monotonicTime() - event.request().get(BEGAN).orElseThrow();
            var tags = Tags.of(
                    "method",
                            METHODS.contains(event.request().method())
                                    ? event.request().method()
                                    : OTHER,
                    "route", route(event.route().orElse("none")),
                    "status", Integer.toString(event.status().code()),
                    "outcome", event.outcome().name().toLowerCase(Locale.ROOT));
            if (event.bytes().isEmpty()) {
                upgrades.withTags(tags).record(total, TimeUnit.NANOSECONDS);
                return;
            }
            requests.withTags(tags).record(total, TimeUnit.NANOSECONDS);
            started.withTags(tags).record(event.untilResponse());
            sent.withTags(tags).record((double) event.bytes().getAsLong());
            long length = event.request().bodyLength().orElse(0);
            if (length > 0) {
                received.withTags(tags).record((double) length);
            }
        }

        private String route(String noted) {
            synchronized (routes) {
                boolean isTold = routes.contains(noted) || (routes.size() < mostRoutes && routes.add(noted));
                return isTold ? noted : OTHER;
            }
        }
    }
}
