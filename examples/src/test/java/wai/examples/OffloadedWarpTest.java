package wai.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Capability;
import wai.Response;
import wai.Status;
import wai.middleware.Offload;
import wai.tck.Backend;
import wai.tck.HandlerUnderTest;
import wai.tck.TckResult.Outcome;
import wai.tck.TckRun;
import wai.warp.Warp;
import wai.warp.WarpServer;
import wai.warp.settings.Hooks;
import wai.warp.settings.WarpSettings;

/// Offload on Warp: breaks no rule, and keeps the server alive under applications that compute.
class OffloadedWarpTest {
    private static final int CARRIERS = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    private static final Duration PATIENCE = Duration.ofMinutes(1); // a safety net
    /// More than the kit blocks at a time: it is about applications that block.
    private static final int BLOCKED = 100;

    private static final WarpSettings SETTINGS = WarpSettings.defaults()
            .withHost("127.0.0.1")
            .withPort(0)
            .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose

    @Test
    void theWholeKitPassesOnThreadsOfAPool() throws Exception {
        var report = TckRun.of(new OffloadedWarp(), _ -> true, _ -> {});

        assertThat(report.results()).isNotEmpty().allSatisfy(result -> assertThat(result.outcome())
                .as(result.subject() + " " + result.detail())
                .isNotEqualTo(Outcome.FAILED));
    }

    @Test
    void othersAreServedWhileAsManyRequestsComputeAsThereAreCarriers() throws Exception {
        var spinning = new CountDownLatch(CARRIERS);
        var answered = new CountDownLatch(1);
        Application application = (request, respond) -> {
            if (request.rawPath().equals("/spin")) {
                spinning.countDown();
                long begin = System.nanoTime();
                while (answered.getCount() > 0) {
                    Thread.onSpinWait();
                    if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                        throw new AssertionError("nobody else was answered");
                    }
                }
            }
            return respond.with(Response.text(Status.OK, ""));
        };
        var offload = Offload.onThreads(CARRIERS)
                .when(request -> request.rawPath().equals("/spin"))
                .wrap(application);

        try (var server = Warp.start(SETTINGS, offload);
                var client = HttpClient.newHttpClient()) {
            var spins = Stream.generate(() -> get(client, server, "/spin"))
                    .limit(CARRIERS)
                    .toList();
            spinning.await();

            var other = get(client, server, "/").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            answered.countDown();

            assertThat(other.statusCode()).isEqualTo(200);
            for (var spin : spins) {
                assertThat(spin.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                        .isEqualTo(200);
            }
        }
    }

    private static CompletableFuture<HttpResponse<String>> get(HttpClient client, WarpServer server, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(PATIENCE)
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    private record OffloadedWarp() implements HandlerUnderTest {
        @Override
        public Backend start(Application application) throws IOException {
            var server = Warp.start(SETTINGS, Offload.onThreads(BLOCKED).wrap(application));
            return Backend.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), server);
        }

        @Override
        public Set<Capability> capabilities() {
            return EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2));
        }
    }
}
