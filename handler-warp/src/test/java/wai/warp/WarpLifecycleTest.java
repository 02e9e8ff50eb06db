package wai.warp;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.WireClient.GET;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Limits;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// From the announcement of a stop to its end, and what a server without room says.
class WarpLifecycleTest {
    private static final Application SAYS_HI = (_, respond) -> respond.with(Response.text(Status.OK, "hi"));
    private static final WarpSettings LOOPBACK =
            WarpSettings.defaults().withHost("127.0.0.1").withPort(0);

    private final Resources before = Resources.now();

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    // ------------------------------------------------------------------------------------------ announcing

    @Test
    void aHealthCheckCanFailWhileTheServerStillServes() throws Exception {
        var ready = new AtomicBoolean(true);
        var told = new AtomicInteger();
        var hooks = Hooks.defaults().withOnStop(() -> {
            ready.set(false);
            told.incrementAndGet();
        });
        Application checked = (_, respond) ->
                respond.with(Response.text(ready.get() ? Status.OK : Status.SERVICE_UNAVAILABLE, "health"));

        try (var server = Warp.start(LOOPBACK.withHooks(hooks), checked);
                var kept = WireClient.of(server)) {
            assertThat(server.isStopping()).isFalse();
            assertThat(kept.send(GET).status()).isEqualTo("HTTP/1.1 200 OK");

            server.announceStop();
            server.announceStop();

            assertThat(server.isStopping()).isTrue();
            assertThat(kept.send(GET).response()).startsWith("HTTP/1.1 503 ").doesNotContain("Connection: close");
            try (var fresh = WireClient.of(server)) {
                assertThat(fresh.send(GET).status()).isEqualTo("HTTP/1.1 503 Service Unavailable");
            }
            assertThat(server.stop(ofSeconds(20))).isTrue();
            assertThat(server.isStopping()).isTrue();
        }
        assertThat(told).hasValue(1);
    }

    @Test
    void closingGivesNoticeFirst() throws Exception {
        var announced = new CountDownLatch(1);
        var settings = LOOPBACK.withTimeouts(Timeouts.defaults().withNotice(ofDays(1)))
                .withHooks(Hooks.defaults().withOnStop(announced::countDown));
        var server = Warp.start(settings, SAYS_HI);
        var closing = new FutureTask<Boolean>(server::close, true);
        Thread.startVirtualThread(closing);
        announced.await();

        try (var client = WireClient.of(server)) {
            assertThat(client.send(GET).response()).endsWith("hi");
        }
        assertThat(server.stop(ofSeconds(20))).isTrue(); // ends the notice, too

        assertThat(closing.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStopThatNobodyAnnouncedIsAnnouncedByItself() throws Exception {
        var told = new AtomicInteger();
        var server = Warp.start(
                LOOPBACK.withHooks(Hooks.defaults().withOnStop(() -> {
                    told.incrementAndGet();
                    throw new IllegalStateException("a hook of a test");
                })),
                SAYS_HI);

        assertThat(server.stop(ZERO)).isTrue();
        assertThat(told).hasValue(1);
    }

    @Test
    void aStreamWithoutEndCanLookForItsEnd() throws Exception {
        var serving = new CompletableFuture<WarpServer>();
        Application endless = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            while (!serving.join().isStopping()) {
                out.writeUtf8("tick\n");
                out.flush();
            }
            out.writeUtf8("bye\n");
        }));
        var server = Warp.start(LOOPBACK, endless);
        serving.complete(server);

        try (var client = WireClient.of(server)) {
            client.send(GET);
            assertThat(client.status()).isEqualTo("HTTP/1.1 200 OK");
            var rest = new FutureTask<>(client::rest);
            Thread.startVirtualThread(rest);

            assertThat(server.stop(ofSeconds(20))).isTrue();
            assertThat(rest.get(20, TimeUnit.SECONDS)).endsWith("bye\n\r\n0\r\n\r\n");
        }
    }

    // ------------------------------------------------------------------------------------------ the end

    @Test
    void whatHeldUpTheStopIsThereAsData() throws Exception {
        var busy = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Boolean>();
        Application hangs = (_, respond) -> {
            busy.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
                throw e;
            }
            return respond.with(Response.text(Status.OK, "never"));
        };
        var server = Warp.start(LOOPBACK.withHooks(Hooks.defaults().withOnFailure(_ -> {})), hangs);

        try (var client = WireClient.of(server)) {
            client.send(GET.replace("/ ", "/hangs "));
            busy.await();
            assertThat(server.cutConnections()).isEmpty();

            assertThat(server.stop(ZERO)).isFalse();
            assertThat(server.cutConnections()).singleElement().asString().contains("GET /hangs HTTP/1.1");
            assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
            Resources.awaitNoConnection(server);
            assertThat(server.stop(ZERO)).isTrue();
            assertThat(server.cutConnections()).hasSize(1);
        }
    }

    @Test
    void closingCutsWhatOutlivesTheGracePeriodOfTheSettings() throws Exception {
        var busy = new CountDownLatch(1);
        Application hangs = (_, respond) -> {
            busy.countDown();
            new CountDownLatch(1).await();
            return respond.with(Response.text(Status.OK, "never"));
        };
        var settings = LOOPBACK.withTimeouts(Timeouts.defaults().withStop(ZERO))
                .withHooks(Hooks.defaults().withOnFailure(_ -> {}));
        var server = Warp.start(settings, hangs);

        try (var client = WireClient.of(server)) {
            client.send(GET);
            busy.await();
            server.close();

            assertThat(server.cutConnections()).hasSize(1);
            assertThat(client.isReset()).isTrue();
        }
    }

    // ------------------------------------------------------------------------------------------ PORT

    @Test
    void thePortComesFromTheEnvironmentWhenItIsSet() {
        assertThat(Warp.port(null, 3000)).isEqualTo(3000);
        assertThat(Warp.port("8080", 3000)).isEqualTo(8080);
        assertThat(Warp.port("0", 3000)).isZero();
        assertThat(Warp.port("65535", 3000)).isEqualTo(65535);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80a", "-1", "65536", " 80", "http"})
    void saysWhatIsWrongWithThePortOfTheEnvironment(String value) {
        assertThatThrownBy(() -> Warp.port(value, 3000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the environment variable PORT is \"" + value + "\": expected a number from 0 to 65535");
    }

    // ------------------------------------------------------------------------------------------ overload

    @Test
    void aRefusedClientThatHasSentItsRequestReadsTheRefusal() throws Exception {
        var failures = new CopyOnWriteArrayList<Failure>();
        var settings = LOOPBACK.withLimits(Limits.defaults().withConnections(1))
                .withHooks(Hooks.defaults().withOnFailure(failures::add));

        try (var server = Warp.start(settings, SAYS_HI);
                var first = WireClient.of(server)) {
            assertThat(first.send(GET).status()).isEqualTo("HTTP/1.1 200 OK");
            for (int i = 0; i < 5; i++) {
                try (var refused = WireClient.of(server)) {
                    refused.sendInVain(
                            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
                    assertThat(refused.response())
                            .startsWith("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n")
                            .endsWith("too many connections\n");
                    assertThat(refused.rest()).isEmpty();
                }
            }
            assertThat(first.send(GET).status()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(server.openConnections()).hasSize(1);
        }
        assertThat(failures).first().satisfies(failure -> {
            assertThat(failure.phase()).isEqualTo(Failure.Phase.OVERLOAD);
            assertThat(failure.cause()).hasMessageContaining("Limits.connections");
        });
    }
}
