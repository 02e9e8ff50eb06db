package wai.warp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.WireClient.GET;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Limits;
import wai.warp.settings.Threads;
import wai.warp.settings.WarpSettings;

/// Applications of every manner on a single event loop, which none of them can stop.
@EnabledIfSystemProperty(named = "warp.loops", matches = "possible")
class WarpLoopsTest {
    private static final Threads ONE_LOOP =
            Threads.defaults().withMode(Threads.Mode.LOOPS).withLoops(1);
    private static final WarpSettings SETTINGS =
            WarpSettings.defaults().withHost("127.0.0.1").withPort(0).withThreads(ONE_LOOP);

    private final Resources before = Resources.now();
    private final AtomicBoolean released = new AtomicBoolean();

    @AfterEach
    void everythingIsGivenBack() {
        released.set(true);
        before.awaitReturn();
    }

    private static Response ok(String text) {
        return Response.text(Status.OK, text);
    }

    private static void isServed(WarpServer server) throws Exception {
        try (var client = WireClient.of(server)) {
            assertThat(client.send(GET).response()).endsWith("hi");
        }
    }

    /// Computes in `/busy` until released.
    private Application computes(CountDownLatch begun) {
        return (request, respond) -> {
            if (request.rawPath().equals("/busy")) {
                begun.countDown();
                while (!released.get()) {
                    Thread.onSpinWait();
                }
            }
            return respond.with(ok("hi"));
        };
    }

    @Test
    void computingConnectionsDoNotStopTheOthers() throws Exception {
        var begun = new CountDownLatch(4);

        try (var server = Warp.start(SETTINGS, computes(begun))) {
            var busy = new ArrayList<WireClient>();
            for (int i = 0; i < 4; i++) {
                busy.add(WireClient.of(server).send(GET.replace("/ ", "/busy ")));
            }
            begun.await();
            for (int i = 0; i < 20; i++) {
                isServed(server);
            }

            released.set(true);
            for (var client : busy) {
                assertThat(client.response()).endsWith("hi");
                assertThat(client.send(GET).response()).endsWith("hi");
                client.close();
            }
        }
    }

    @Test
    void aConnectionThatWaitsForAnotherByComputingEnds() throws Exception {
        var all = new CountDownLatch(3);
        Application waits = (_, respond) -> {
            all.countDown();
            while (all.getCount() > 0) {
                Thread.onSpinWait();
            }
            return respond.with(ok("hi"));
        };

        try (var server = Warp.start(SETTINGS, waits);
                var first = WireClient.of(server).send(GET);
                var second = WireClient.of(server).send(GET);
                var third = WireClient.of(server).send(GET)) {
            assertThat(first.response()).endsWith("hi");
            assertThat(second.response()).endsWith("hi");
            assertThat(third.response()).endsWith("hi");
        }
    }

    @Test
    void aSingleSpareServesTheRestWhileOneComputes() throws Exception {
        var begun = new CountDownLatch(1);
        var settings = SETTINGS.withThreads(ONE_LOOP.withSpares(1));

        try (var server = Warp.start(settings, computes(begun));
                var busy = WireClient.of(server)) {
            busy.send(GET.replace("/ ", "/busy "));
            begun.await();
            isServed(server);
            released.set(true);
            assertThat(busy.response()).endsWith("hi");
        }
    }

    @Test
    void withoutSparesOthersWaitAndTheHookIsTold() throws Exception {
        var begun = new CountDownLatch(1);
        var told = new CompletableFuture<String>();
        var settings = SETTINGS.withThreads(ONE_LOOP.withSpares(0))
                .withHooks(Hooks.defaults()
                        .withOnFailure(failure -> told.complete(failure.cause().getMessage())));
        Application computes = computes(begun);
        Application tells = (request, respond) -> request.rawPath().equals("/tell")
                ? respond.with(ok(released.get() ? "after" : "before"))
                : computes.handle(request, respond);

        try (var server = Warp.start(settings, tells);
                var busy = WireClient.of(server);
                var other = WireClient.of(server)) {
            busy.send(GET.replace("/ ", "/busy "));
            begun.await();
            other.send(GET.replace("/ ", "/tell "));
            assertThat(told.get()).contains("all spare threads are held up");
            released.set(true);

            assertThat(other.response()).endsWith("after");
            assertThat(busy.response()).endsWith("hi");
        }
    }

    @Test
    void withoutSparesWhoIsOneTooManyIsToldSoNevertheless() throws Exception {
        var begun = new CountDownLatch(1);
        var settings = SETTINGS.withThreads(ONE_LOOP.withSpares(0))
                .withLimits(Limits.defaults().withConnections(1));

        try (var server = Warp.start(settings, computes(begun));
                var busy = WireClient.of(server)) {
            busy.send(GET.replace("/ ", "/busy "));
            begun.await();
            try (var refused = WireClient.of(server)) {
                assertThat(refused.status()).isEqualTo("HTTP/1.1 503 Service Unavailable");
            }

            released.set(true);
            assertThat(busy.response()).endsWith("hi");
        }
    }

    @Test
    void aHookThatIsToldOfOverloadMayWaitForAnotherRefusal() throws Exception {
        var second = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        var settings = SETTINGS.withLimits(Limits.defaults().withConnections(1))
                .withHooks(Hooks.defaults().withOnFailure(failure -> {
                    if (failure.phase() == Failure.Phase.OVERLOAD) {
                        told.countDown();
                        awaitUninterrupted(second);
                    }
                }));

        try (var server = Warp.start(settings, (_, respond) -> respond.with(ok("hi")));
                var served = WireClient.of(server)) {
            assertThat(served.send(GET).response()).endsWith("hi");
            try (var first = WireClient.of(server)) {
                told.await(); // the hook holds the loop up
                try (var other = WireClient.of(server)) {
                    assertThat(other.status()).isEqualTo("HTTP/1.1 503 Service Unavailable");
                }
                assertThat(served.send(GET).response()).endsWith("hi");
                second.countDown();

                assertThat(first.status()).isEqualTo("HTTP/1.1 503 Service Unavailable");
            }
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCrowdThatComesWhileNobodyLooksIsLetIn() throws Exception {
        var begun = new CountDownLatch(1);
        var settings = SETTINGS.withThreads(ONE_LOOP.withSpares(1));

        try (var server = Warp.start(settings, computes(begun));
                var busy = WireClient.of(server)) {
            busy.send(GET.replace("/ ", "/busy "));
            begun.await();
            var crowd = new ArrayList<WireClient>();
            for (int i = 0; i < 100; i++) {
                crowd.add(WireClient.of(server).send(GET));
            }
            for (var client : crowd) {
                assertThat(client.response()).endsWith("hi");
                client.close();
            }
            released.set(true);
            assertThat(busy.response()).endsWith("hi");
        }
    }

    @Test
    void requestsThatMeetEachOtherAreServed() throws Exception {
        var barrier = new CyclicBarrier(50);
        Application meets = (_, respond) -> {
            barrier.await();
            return respond.with(ok("hi"));
        };

        try (var server = Warp.start(SETTINGS, meets)) {
            var clients = new ArrayList<WireClient>();
            for (int i = 0; i < 50; i++) {
                clients.add(WireClient.of(server).send(GET));
            }
            for (var client : clients) {
                assertThat(client.response()).endsWith("hi");
                client.close();
            }
        }
    }

    /// What one of them leaves in its thread is not met by another.
    @Test
    void requestsThatDoNotBlockShareAThreadAndNothingElse() throws Exception {
        var local = new ThreadLocal<String>();
        Application leaves = (_, respond) -> {
            var mine = Thread.currentThread();
            var found = local.get() + " " + mine.getName() + mine.isInterrupted();
            local.set("left behind");
            mine.setName("left behind");
            var answered = respond.with(ok(mine.threadId() + " " + found));
            mine.interrupt();
            return answered;
        };

        try (var server = Warp.start(SETTINGS, leaves);
                var first = WireClient.of(server);
                var second = WireClient.of(server)) {
            var answer = body(first.send(GET).response());
            assertThat(answer).endsWith(" null false");

            for (var client : List.of(second, first, second)) {
                assertThat(body(client.send(GET).response())).isEqualTo(answer);
            }
        }
    }

    private static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void anApplicationMayWaitForItsOwnServer() throws Exception {
        var address = new CompletableFuture<URI>();
        Application asksItself = (request, respond) -> {
            if (request.rawPath().equals("/inner")) {
                return respond.with(ok("inner"));
            }
            try (var answer = address.get().resolve("/inner").toURL().openStream()) {
                return respond.with(ok("outer of " + new String(answer.readAllBytes(), US_ASCII)));
            }
        };

        try (var server = Warp.start(SETTINGS, asksItself);
                var client = WireClient.of(server)) {
            address.complete(URI.create("http://127.0.0.1:" + server.port()));

            assertThat(client.send(GET).response()).endsWith("outer of inner");
        }
    }

    @Test
    void anApplicationMaySleepAndFanOut() throws Exception {
        Application fansOut = (_, respond) -> {
            LockSupport.parkNanos(1_000_000);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var parts = new ArrayList<Future<String>>();
                for (int i = 0; i < 10; i++) {
                    var part = Integer.toString(i);
                    parts.add(threads.submit(() -> part));
                }
                var text = new StringBuilder();
                for (var part : parts) {
                    text.append(part.get());
                }
                return respond.with(ok(text.toString()));
            }
        };

        try (var server = Warp.start(SETTINGS, fansOut);
                var client = WireClient.of(server)) {
            assertThat(client.send(GET).response()).endsWith("0123456789");
        }
    }

    @Test
    void stopCutsAComputingConnectionAndItsThreadEndsWithIt() throws Exception {
        var begun = new CountDownLatch(1);
        var server = Warp.start(SETTINGS, computes(begun));

        try (var client = WireClient.of(server)) {
            client.send(GET.replace("/ ", "/busy "));
            begun.await();

            assertThat(server.stop(ZERO)).isFalse();
            assertThat(client.isReset()).isTrue();
        }
    }

    @Test
    void aConnectionThatWaitsWhenItIsCutGoesOnAfterTheLoopHasEnded() throws Exception {
        var waiting = new CountDownLatch(1);
        var open = new CountDownLatch(1);
        var ended = new CompletableFuture<String>();
        Application waits = (_, respond) -> {
            try {
                waiting.countDown();
                open.await();
                return respond.with(ok(""));
            } finally {
                ended.complete("its resources are closed");
            }
        };
        var server = Warp.start(SETTINGS, waits);

        try (var client = WireClient.of(server)) {
            client.send(GET);
            waiting.await();
            assertThat(server.stop(ZERO)).isFalse();
            Resources.await("no loop", () -> Resources.now().threads() <= before.threads());
            open.countDown();

            assertThat(ended.get()).isEqualTo("its resources are closed");
            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void manyLoopsServeAsOne() throws Exception {
        var settings = SETTINGS.withThreads(ONE_LOOP.withLoops(8));
        Application says = (_, respond) -> respond.with(ok("hi"));

        try (var server = Warp.start(settings, says)) {
            for (int i = 0; i < 20; i++) {
                isServed(server);
            }
            assertThat(server.stop(ofSeconds(20))).isTrue();
        }
    }
}
