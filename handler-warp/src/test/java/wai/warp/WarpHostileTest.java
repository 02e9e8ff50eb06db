package wai.warp;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.WireClient.GET;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Bytes;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Hooks;
import wai.warp.settings.Limits;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// Clients that are slow, silent, rude or many; each time another client is served meanwhile, and everything is given
/// back afterwards.
class WarpHostileTest {
    private static final Application ECHO = (request, respond) -> respond.with(
            Response.of(Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));

    private final Resources before = Resources.now();
    private final List<WarpServer> servers = new ArrayList<>();

    private WarpServer start(WarpSettings settings, Application application) throws IOException {
        var server = Warp.start(settings, application);
        servers.add(server);
        return server;
    }

    private static WarpSettings settings() {
        return WarpSettings.defaults()
                .withHost("127.0.0.1")
                .withPort(0)
                .withTimeouts(Timeouts.defaults()
                        .withHeader(ofMillis(300))
                        .withBody(ofMillis(300))
                        .withWrite(ofMillis(300))
                        .withIdle(ofMillis(600))
                        .withLinger(ofMillis(300)))
                .withHooks(Hooks.defaults().withOnFailure(_ -> {}));
    }

    private static void othersAreServed(WarpServer server) throws IOException {
        try (var other = WireClient.of(server)) {
            assertThat(other.send(GET).status()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
        servers.forEach(Resources::awaitNoBuffer);
    }

    @Test
    void aClientThatSendsNothingIsClosedSilently() throws Exception {
        try (var server = start(settings(), ECHO);
                var silent = WireClient.of(server)) {
            othersAreServed(server);

            assertThat(silent.rest()).isEmpty();
            Resources.awaitNoConnection(server);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: b"})
    void aClientThatSendsHalfAHeadIsAnswered408(String half) throws Exception {
        try (var server = start(settings(), ECHO);
                var slow = WireClient.of(server)) {
            slow.send(half);
            othersAreServed(server);

            assertThat(slow.status()).isEqualTo("HTTP/1.1 408 Request Timeout");
            assertThat(slow.rest()).isEmpty();
            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void aClientThatSendsHalfABodyIsAnswered408() throws Exception {
        try (var server = start(settings(), ECHO);
                var slow = WireClient.of(server)) {
            slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na");
            othersAreServed(server);

            assertThat(slow.status()).isEqualTo("HTTP/1.1 408 Request Timeout");
            assertThat(slow.rest()).isEmpty();
            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void aClientThatSendsByteByByteIsServedWhenItIsQuickEnough() throws Exception {
        var settings = settings().withTimeouts(Timeouts.defaults());

        try (var server = start(settings, ECHO);
                var slow = WireClient.of(server)) {
            var request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
            for (int i = 0; i < request.length(); i++) {
                slow.send(request.substring(i, i + 1));
            }

            assertThat(slow.response()).endsWith("\r\n\r\nabc");
            othersAreServed(server);
        }
    }

    @Test
    void aClientThatResetsInsideARequestIsForgotten() throws Exception {
        try (var server = start(settings().withTimeouts(Timeouts.defaults()), ECHO)) {
            for (var half : List.of("", "GET", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na", GET)) {
                WireClient.of(server).send(half).reset();
            }
            othersAreServed(server);

            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void aClientThatTakesNothingIsCut() throws Exception {
        Application large = (request, respond) -> respond.with(
                request.rawPath().equals("/large")
                        ? Response.of(Status.OK, Headers.EMPTY, Bytes.of(new byte[50_000_000]))
                        : Response.text(Status.OK, ""));

        try (var server = start(settings(), large);
                var slow = WireClient.slow(server)) {
            slow.send(GET.replace("/ ", "/large "));
            othersAreServed(server);
            Resources.awaitNoConnection(server);

            assertThat(slow.isReset()).isTrue();
        }
    }

    @Test
    void aClientThatSendsALargeHeadIsRefused() throws Exception {
        try (var server = start(settings(), ECHO);
                var large = WireClient.of(server)) {
            large.sendInVain("GET / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(64 * 1024 + 1));
            othersAreServed(server);

            assertThat(large.status()).isEqualTo("HTTP/1.1 431 Request Header Fields Too Large");
            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void aClientThatGoesOnSendingAfterItsRefusalCanReadIt() throws Exception {
        try (var server = start(settings(), ECHO);
                var rude = WireClient.of(server)) {
            rude.send("bad\r\n\r\n" + "x".repeat(100_000));

            assertThat(rude.status()).isEqualTo("HTTP/1.1 400 Bad Request");
            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void aClientThatGoesOnSendingWithoutEndIsClosed() throws Exception {
        try (var server = start(settings(), ECHO);
                var rude = WireClient.of(server)) {
            rude.sendInVain("bad\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                rude.sendInVain("x".repeat(100_000));
            }

            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void aRefusedPeerSeesTheEndWithoutAByte() throws Exception {
        var settings = settings().withHooks(settings().hooks().withOnOpen(_ -> false));

        try (var server = start(settings, ECHO);
                var refused = WireClient.of(server)) {
            assertThat(refused.rest()).isEmpty();
        }
    }

    @Test
    void oneConnectionTooManyIsToldSo() throws Exception {
        var settings = settings()
                .withTimeouts(Timeouts.defaults())
                .withLimits(Limits.defaults().withConnections(2));

        try (var server = start(settings, ECHO);
                var first = WireClient.of(server);
                var second = WireClient.of(server)) {
            assertThat(first.send(GET).status()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(second.send(GET).status()).isEqualTo("HTTP/1.1 200 OK");
            try (var third = WireClient.of(server)) {
                assertThat(third.response())
                        .startsWith("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n")
                        .endsWith("too many connections\n");
                assertThat(third.rest()).isEmpty();
            }
            second.end();
            Resources.await("one connection", () -> server.openConnections().size() == 1);

            othersAreServed(server);
        }
    }

    @Test
    void manyClientsAtOnceAreAllServed() throws Exception {
        try (var server = start(settings().withTimeouts(Timeouts.defaults()), ECHO)) {
            var start = new CountDownLatch(1);
            var clients = new ArrayList<FutureTask<Integer>>();
            for (int i = 0; i < 200; i++) {
                var name = "client " + i;
                var task = new FutureTask<>(() -> {
                    start.await();
                    return talk(server, name);
                });
                clients.add(task);
                Thread.startVirtualThread(task);
            }
            start.countDown();

            for (var client : clients) {
                assertThat(client.get(60, TimeUnit.SECONDS)).isEqualTo(10);
            }
            Resources.awaitNoConnection(server);
        }
    }

    private static int talk(WarpServer server, String name) throws IOException {
        int answers = 0;
        try (var client = WireClient.of(server)) {
            for (; answers < 10; answers++) {
                var body = name + " says " + answers;
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                if (!client.response().endsWith("\r\n\r\n" + body)) {
                    throw new AssertionError("a wrong answer for " + body);
                }
            }
        }
        return answers;
    }

    @Test
    void applicationsThatBlockDoNotStopOthers() throws Exception {
        var blocked = new CountDownLatch(100);
        var done = new CountDownLatch(1);
        Application blocks = (request, respond) -> {
            if (request.rawPath().equals("/blocks")) {
                blocked.countDown();
                done.await();
            }
            return respond.with(Response.text(Status.OK, ""));
        };

        try (var server = start(settings(), blocks)) {
            var clients = new ArrayList<WireClient>();
            for (int i = 0; i < 100; i++) {
                clients.add(WireClient.of(server).send(GET.replace("/ ", "/blocks ")));
            }
            blocked.await();
            othersAreServed(server);
            done.countDown();
            for (var client : clients) {
                assertThat(client.status()).isEqualTo("HTTP/1.1 200 OK");
                client.close();
            }
        }
    }

    @ParameterizedTest(name = "reset: {0}")
    @ValueSource(booleans = {false, true})
    void anApplicationThatIsBlockedInItsOwnWorkLearnsThatItsClientHasLeft(boolean reset) throws Exception {
        var busy = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        Application works = (request, respond) -> {
            var left = new CountDownLatch(1);
            request.onDisconnect(left::countDown);
            busy.countDown();
            left.await(); // nothing else opens it
            ended.countDown();
            return respond.with(Response.text(Status.OK, ""));
        };

        try (var server = start(settings(), works)) {
            var client = WireClient.of(server).send(GET);
            busy.await();
            if (reset) {
                client.reset();
            } else {
                client.close();
            }

            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void startingAndStoppingLeavesNothing() throws Exception {
        long selectors = Resources.now().selectors();

        for (int i = 0; i < 20; i++) {
            startTalkAndStop();
        }

        // less than one for each: the JDK may have opened some of its own for virtual threads meanwhile
        Resources.await("fewer selectors", () -> Resources.now().selectors() < selectors + 10);
    }

    private void startTalkAndStop() throws Exception {
        var server = start(settings(), ECHO);
        try (var client = WireClient.of(server)) {
            client.send(GET).response();

            assertThat(server.stop(ofSeconds(20))).isTrue();
        }
    }
}
