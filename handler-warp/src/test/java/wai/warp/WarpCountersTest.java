package wai.warp;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.WireClient.GET;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;
import wai.warp.settings.Limits;
import wai.warp.settings.Timeouts.Kind;
import wai.warp.settings.WarpSettings;

/// The counters of a server on real sockets; each by itself is tried in memory.
class WarpCountersTest {
    private static final Application SAYS_HI = (_, respond) -> respond.with(Response.text(Status.OK, "hi"));
    private static final WarpSettings LOOPBACK = WarpSettings.defaults()
            .withHost("127.0.0.1")
            .withPort(0)
            .withHooks(Hooks.defaults().withOnFailure(_ -> {}));

    private final Resources before = Resources.now();

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    @Test
    void aFreshServerHasCountedNothing() throws Exception {
        try (var server = Warp.start(LOOPBACK, SAYS_HI)) {
            assertThat(server.counters())
                    .hasToString("connections open 0 (raw 0), accepted 0, refused 0; "
                            + "requests in flight 0, begun 0, responses 0; bytes read 0, written 0");
        }
    }

    @Test
    void countsWhatWentOverTheWire() throws Exception {
        try (var server = Warp.start(LOOPBACK, SAYS_HI);
                var first = WireClient.of(server);
                var second = WireClient.of(server)) {
            var answers = first.send(GET).response() + first.send(GET).response();
            var refusal = second.send("bad\r\n\r\n").end().rest();
            int written = answers.length() + refusal.length();
            Resources.await(
                    "all to be counted",
                    () -> server.counters().openConnections() == 1
                            && server.counters().bytesWritten() >= written);

            var counters = server.counters();
            assertThat(counters.acceptedConnections()).isEqualTo(2);
            assertThat(counters.refusedConnections()).isZero();
            assertThat(counters.rawConnections()).isZero();
            assertThat(counters.requests()).isEqualTo(2);
            assertThat(counters.responses()).isEqualTo(3);
            assertThat(counters.responses(2)).isEqualTo(2);
            assertThat(counters.responses(4)).isEqualTo(1);
            assertThat(counters.bytesRead()).isEqualTo(2L * GET.length() + 7);
            assertThat(counters.bytesWritten()).isEqualTo(written);
            assertThat(counters.failures(Phase.REQUEST)).isEqualTo(1);
            assertThat(counters.timeouts(Kind.IDLE)).isZero();
            assertThat(counters.disconnects()).isZero();
        }
    }

    @Test
    void countsRefusedConnections() throws Exception {
        var settings = LOOPBACK.withLimits(Limits.defaults().withConnections(1));
        try (var server = Warp.start(settings, SAYS_HI);
                var first = WireClient.of(server)) {
            first.send(GET).response();
            try (var second = WireClient.of(server)) {
                assertThat(second.status()).isEqualTo("HTTP/1.1 503 Service Unavailable");
            }

            assertThat(server.counters().refusedConnections()).isEqualTo(1);
            assertThat(server.counters().acceptedConnections()).isEqualTo(1);
        }
    }

    @Test
    void stillAnswersAfterTheStop() throws Exception {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        var server = Warp.start(LOOPBACK, (_, respond) -> {
            busy.countDown();
            done.await();
            return respond.with(Response.text(Status.OK, "hi"));
        });
        try (var client = WireClient.of(server)) {
            client.send(GET);
            busy.await();
            assertThat(server.counters().requestsInFlight()).isEqualTo(1);
            done.countDown();
            client.response();
        }

        assertThat(server.stop(ofSeconds(20))).isTrue();
        assertThat(server.counters().openConnections()).isZero();
        assertThat(server.counters().requestsInFlight()).isZero();
        assertThat(server.counters().requests()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {0, 6})
    void knowsFiveClassesOfStatus(int hundreds) throws Exception {
        try (var server = Warp.start(LOOPBACK, SAYS_HI)) {
            assertThatThrownBy(() -> server.counters().responses(hundreds))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected 1 to 5");
        }
    }
}
