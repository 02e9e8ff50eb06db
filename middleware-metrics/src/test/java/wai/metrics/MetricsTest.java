package wai.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.logging.RequestNotes;
import wai.routing.RouteName;
import wai.routing.UrlMap;
import wai.test.TestClient;

/// [Metrics] and [MetricsPage].
class MetricsTest {
    private static final Application OK = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));

    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    private TestClient client(Application application) {
        return TestClient.of(Metrics.in(registry).wrap(application)).answeringErrors();
    }

    /// The tags of the only meter of that name.
    private String tags(String name) {
        return registry.get(name).meter().getId().getTags().stream()
                .map(Tag::getValue)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private double count(String name) {
        return registry.find(name).meters().stream()
                .flatMap(meter ->
                        java.util.stream.StreamSupport.stream(meter.measure().spliterator(), false))
                .filter(measurement -> measurement.getStatistic().name().equals("COUNT"))
                .mapToDouble(io.micrometer.core.instrument.Measurement::getValue)
                .sum();
    }

    // ------------------------------------------------------------------------------------------ what is measured

    @Test
    void aRequestIsMeasuredOnceWithItsRoute() {
        var client = client(UrlMap.of("/orders", RouteName.of("/orders/{id}").wrap(OK)));

        client.post("/orders/17", "abc");

        assertThat(tags("http.server.requests")).isEqualTo("/orders/{id} 200 POST complete");
        assertThat(registry.get("http.server.requests").timer().count()).isEqualTo(1);
        assertThat(registry.get("http.server.responses.started").timer().count())
                .isEqualTo(1);
        assertThat(registry.get("http.server.response.size").summary().totalAmount())
                .isEqualTo(5);
        assertThat(registry.get("http.server.request.size").summary().totalAmount())
                .isEqualTo(3);
        assertThat(registry.find("http.server.upgrades").meters()).isEmpty();
    }

    @Test
    void theTimeEndsBehindTheLastByte() {
        client((_, respond) -> {
                    clock.add(Duration.ofSeconds(1));
                    return respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                        clock.add(Duration.ofSeconds(2));
                        out.writeUtf8("a");
                        clock.add(Duration.ofSeconds(4));
                    }));
                })
                .get("/");

        assertThat(registry.get("http.server.requests").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(7);
        assertThat(registry.get("http.server.response.size").summary().totalAmount())
                .isEqualTo(1);
    }

    @Test
    void aRequestIsActiveUntilItsEnd() {
        var client = client((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, _ -> {
            assertThat(registry.get("http.server.requests.active")
                            .longTaskTimer()
                            .activeTasks())
                    .isEqualTo(1);
            assertThat(registry.find("http.server.requests").meters()).isEmpty();
        })));

        assertThat(client.get("/")).hasStatus(200);

        assertThat(registry.get("http.server.requests.active").longTaskTimer().activeTasks())
                .isZero();
    }

    @Test
    void failuresAreMeasuredToo() {
        client((_, _) -> {
                    throw new IllegalStateException("broken");
                })
                .get("/");
        assertThat(tags("http.server.requests")).isEqualTo("500 GET failed none");
        assertThat(registry.get("http.server.requests.active").longTaskTimer().activeTasks())
                .isZero();

        registry.clear();
        client(UrlMap.of(
                        "/a",
                        (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                            out.writeUtf8("abc");
                            out.flush();
                            throw new IllegalStateException("broken");
                        }))))
                .get("/a");
        assertThat(tags("http.server.requests")).isEqualTo("/a 200 GET failed");
        assertThat(registry.get("http.server.response.size").summary().totalAmount())
                .isEqualTo(3);
        assertThat(registry.get("http.server.requests").timer().count()).isEqualTo(1);
    }

    @Test
    void rawConnectionsAreMeasuredByThemselves() {
        var raw = Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(HeaderName.UPGRADE, "echo", HeaderName.CONNECTION, "Upgrade"),
                Response.text(Status.OK, "no"),
                connection -> clock.add(Duration.ofHours(1)));
        try (var live = client((_, respond) -> respond.with(raw))
                .request("GET", "/")
                .upgrade("echo")
                .open()) {
            live.raw().readToEnd();
        }
        while (registry.find("http.server.upgrades").meters().isEmpty()) {
            Thread.onSpinWait(); // the end of the connection is seen before that of the application
        }

        assertThat(tags("http.server.upgrades")).isEqualTo("101 GET complete none");
        assertThat(registry.find("http.server.requests").meters()).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ bounds

    @Test
    void tenThousandPathsMethodsAndQueriesMakeNoTenThousandSeries() {
        var client = client(UrlMap.of("/a", OK));

        for (int i = 0; i < 10_000; i++) {
            client.request("M" + i, "/a/" + i + "?" + i)
                    .header("User-Agent", "" + i)
                    .send();
            client.get("/b" + i);
        }

        assertThat(count("http.server.requests")).isEqualTo(20_000);
        assertThat(registry.find("http.server.requests").meters()).hasSize(2);
        assertThat(registry.getMeters()).hasSizeLessThanOrEqualTo(2 * 4 + 1);
    }

    @Test
    void aRouterThatNotesPathsMakesNoMoreSeriesThanSet() {
        var client = TestClient.of(Metrics.in(registry).withRoutes(10).wrap((request, respond) -> {
            RequestNotes.route(request, request.rawPath());
            return OK.handle(request, respond);
        }));

        for (int i = 0; i < 1000; i++) {
            client.get("/" + i);
        }

        assertThat(registry.find("http.server.requests").meters()).hasSize(11);
        assertThat(registry.get("http.server.requests")
                        .tag("route", "_OTHER")
                        .timer()
                        .count())
                .isEqualTo(990);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"0", "-1", "100001"})
    void holdsTheNumberOfRoutesWithinBounds(int routes) {
        var metrics = Metrics.in(registry).withRoutes(1).withRoutes(100_000);

        assertThatThrownBy(() -> metrics.withRoutes(routes)).hasMessageContaining("expected 1 to 100000");
        assertThatThrownBy(() -> metrics.withBuckets(Duration.ZERO)).hasMessageContaining("more than zero");
    }

    // ------------------------------------------------------------------------------------------ the page

    @Test
    void prometheusGetsItsPage() {
        var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711);
        var client = TestClient.of(Samples.metricsPage(prometheus, Samples.metrics(registry, OK)));
        client.get("/a");

        var page = client.request("GET", "/metrics").remoteAddress(local).send();

        assertThat(page).hasStatus(200).hasHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        assertThat(page.text())
                .contains("http_server_requests_seconds_count{method=\"GET\",outcome=\"complete\",route=\"none\","
                        + "status=\"200\"} 1\n");
        assertThat(client.request("POST", "/metrics").remoteAddress(local).send())
                .hasStatus(405)
                .hasHeader("Allow", "GET, HEAD");
        var elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711);
        assertThat(client.request("GET", "/metrics").remoteAddress(elsewhere).send())
                .hasStatus(404);
        assertThatThrownBy(() -> MetricsPage.at("metrics", () -> "")).hasMessageContaining("begins with /");
    }

    @Test
    void bucketsAreThere() {
        var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        TestClient.of(Samples.metrics(prometheus, OK)).get("/");

        assertThat(prometheus.scrape())
                .contains("http_server_requests_seconds_bucket{")
                .contains("le=\"0.01\"");
    }

    @Test
    void theSameRegistryTakesSeveralApplications() {
        var metrics = Metrics.in(registry);
        for (var application : List.of(metrics.wrap(OK), metrics.wrap(OK))) {
            TestClient.of(application).get("/");
        }

        assertThat(registry.get("http.server.requests").timer().count()).isEqualTo(2);
        assertThat(registry.getMeters()).map(Meter::getId).doesNotHaveDuplicates();
    }
}
