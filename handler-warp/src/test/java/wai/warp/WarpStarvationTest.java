package wai.warp;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.settings.Limits;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// As many requests that compute as there are carriers: no virtual thread runs any more, and the server still does what
/// its platform threads do.
class WarpStarvationTest {
    private static final int CARRIERS = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60); // a safety net
    private static final WarpSettings SETTINGS =
            WarpSettings.defaults().withHost("127.0.0.1").withPort(0);

    private final Resources before = Resources.now();

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    @Test
    void deadlinesFireWhileApplicationsKeepEveryCarrier() throws Exception {
        var settings = SETTINGS.withTimeouts(Timeouts.defaults().withIdle(ofSeconds(2)));
        var spinners = new Spinners();

        try (var server = Warp.start(settings, spinners);
                var idle = WireClient.of(server)) {
            idle.send(WireClient.GET).response();
            spinners.start(server);

            assertThat(idle.rest()).isEmpty();

            spinners.end();
        }
    }

    @Test
    void theLimitOfConnectionsHoldsWhileApplicationsKeepEveryCarrier() throws Exception {
        var settings = SETTINGS.withLimits(Limits.defaults().withConnections(CARRIERS));
        var spinners = new Spinners();

        try (var server = Warp.start(settings, spinners)) {
            spinners.start(server);
            try (var refused = WireClient.of(server)) {
                assertThat(refused.status()).isEqualTo("HTTP/1.1 503 Service Unavailable");
            }
            spinners.end();
        }
    }

    @Test
    void whoCameMeanwhileIsServedAfterwards() throws Exception {
        var spinners = new Spinners();

        try (var server = Warp.start(SETTINGS, spinners)) {
            spinners.start(server);
            try (var patient = WireClient.of(server)) {
                patient.send(WireClient.GET);
                spinners.end();

                assertThat(patient.status()).isEqualTo("HTTP/1.1 200 OK");
            }
        }
    }

    /// The application, and clients that have it compute until they are told to stop.
    private static final class Spinners implements Application {
        private final CountDownLatch spinning = new CountDownLatch(CARRIERS);
        private final ArrayList<WireClient> clients = new ArrayList<>();
        private volatile boolean ended;

        @Override
        public wai.ResponseReceived handle(wai.Request request, wai.Respond respond) throws Exception {
            if (request.rawPath().equals("/spin")) {
                spinning.countDown();
                long begin = System.nanoTime();
                while (!ended && System.nanoTime() - begin < PATIENCE_NANOS) {
                    Thread.onSpinWait();
                }
            }
            return respond.with(Response.text(Status.OK, ""));
        }

        void start(WarpServer server) throws Exception {
            for (int i = 0; i < CARRIERS; i++) {
                clients.add(WireClient.of(server).send(WireClient.GET.replace("/ ", "/spin ")));
            }
            spinning.await();
        }

        void end() throws Exception {
            assertThat(ended).isFalse();
            ended = true;
            for (var client : clients) {
                assertThat(client.status()).isEqualTo("HTTP/1.1 200 OK");
                client.close();
            }
        }
    }
}
