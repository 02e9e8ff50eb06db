package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static wai.warp.WireClient.GET;

import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.transport.Pollers;
import wai.warp.http2.ClientFrames;
import wai.warp.settings.Threads;
import wai.warp.settings.Threads.Mode;
import wai.warp.settings.WarpSettings;

/// Which threads run the connections: what was set, and what the JDK lets us. Runs in a JVM that opens `java.lang`
/// and allows direct system calls, and in one that does neither.
class WarpThreadsTest {
    private static final boolean IS_OPEN = Object.class.getModule().isOpen("java.lang", Warp.class.getModule());
    private static final boolean CALLS_ARE_ALLOWED = Pollers.class.getModule().isNativeAccessEnabled()
            && Object.class.getModule().isOpen("sun.nio.ch", Pollers.class.getModule());
    private static final Application TELLS_ITS_THREAD = (_, respond) ->
            respond.with(Response.text(Status.OK, Thread.currentThread().toString()));

    private final Resources before = Resources.now();

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    private static WarpSettings settings(Threads threads) {
        return WarpSettings.defaults().withHost("127.0.0.1").withPort(0).withThreads(threads);
    }

    private static String threadOf(WarpServer server) throws Exception {
        try (var client = WireClient.of(server)) {
            return client.send(GET).response();
        }
    }

    private static long platformThreads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name))
                .count();
    }

    @Test
    void loopsRunConnectionsWhereJavaLangIsOpen() throws Exception {
        assumeTrue(IS_OPEN);

        try (var server = Warp.start(settings(Threads.defaults()), TELLS_ITS_THREAD)) {
            assertThat(server.mode()).isEqualTo(Mode.LOOPS);
            assertThat(threadOf(server)).contains("@wai-loop-");
        }
    }

    @Test
    void theDefaultSchedulerRunsConnectionsWhereItIsNot() throws Exception {
        assumeFalse(IS_OPEN);

        try (var server = Warp.start(settings(Threads.defaults()), TELLS_ITS_THREAD)) {
            assertThat(server.mode()).isEqualTo(Mode.SHARED);
            assertThat(threadOf(server)).contains("@ForkJoinPool-");
        }
    }

    @Test
    void theDefaultSchedulerCanBeDemanded() throws Exception {
        var threads = Threads.defaults().withMode(Mode.SHARED).withPollers(3);

        try (var server = Warp.start(settings(threads), TELLS_ITS_THREAD)) {
            assertThat(server.mode()).isEqualTo(Mode.SHARED);
            for (int i = 0; i < 6; i++) {
                assertThat(threadOf(server)).contains("@ForkJoinPool-");
            }
        }
    }

    @Test
    void thereAreAsManyPollersAsSet() throws Exception {
        long selectors = Resources.now().selectors();
        var threads = Threads.defaults().withMode(Mode.SHARED).withPollers(20);

        try (var _ = Warp.start(settings(threads), TELLS_ITS_THREAD)) {
            assertThat(Resources.now().selectors()).isGreaterThanOrEqualTo(selectors + 20);
        }
    }

    @Test
    void thereAreAsManyLoopsAsSetAndEachGetsConnectionsThatStay() throws Exception {
        assumeTrue(IS_OPEN);
        var threads = Threads.defaults().withLoops(3);

        try (var server = Warp.start(settings(threads), TELLS_ITS_THREAD)) {
            Resources.await("three loops", () -> platformThreads("wai-loop-") == 3);
            var seen = new HashSet<String>();
            var open = new ArrayList<WireClient>();
            for (int i = 0; i < 3; i++) {
                var client = WireClient.of(server);
                open.add(client);
                client.send(GET).response();
                client.send(GET).response(); // behind the second one it has its place, up to the fourth
                seen.add(loopOf(client.send(GET).response()));
            }

            assertThat(seen).hasSize(3);
            for (var client : open) {
                client.close();
            }
        }
    }

    @Test
    void eachLoopGetsConnectionsOfHttp2() throws Exception {
        assumeTrue(IS_OPEN);

        Application tellsItsLoop = (_, respond) -> respond.with(
                Response.text(Status.OK, loopOf(Thread.currentThread().toString())));

        try (var server = Warp.start(settings(Threads.defaults().withLoops(3)), tellsItsLoop)) {
            var seen = new HashSet<String>();
            var open = new ArrayList<Http2Client>();
            for (int i = 0; i < 3; i++) {
                var client = Http2Client.of(server);
                open.add(client);
                seen.add(
                        loopOf(String.join(" ", client.send(ClientFrames.get(1)).response(1))));
            }

            assertThat(seen).hasSize(3);
            for (var client : open) {
                client.close();
            }
        }
    }

    private static String loopOf(String answer) {
        int start = answer.indexOf("@wai-loop-");
        assertThat(start).as(answer).isNotNegative();
        return answer.substring(start, start + "@wai-loop-1".length());
    }

    @Test
    void connectionsMakeDirectCallsWhereTheseAreAllowed() throws Exception {
        assumeTrue(CALLS_ARE_ALLOWED);

        try (var server = Warp.start(settings(Threads.defaults()), TELLS_ITS_THREAD)) {
            Resources.await("direct system calls", server::makesDirectCalls);

            assertThat(threadOf(server)).contains("@wai-loop-");
        }
    }

    @Test
    void connectionsMakeNoDirectCallsWhereTheseAreNotAllowed() throws Exception {
        assumeFalse(CALLS_ARE_ALLOWED);

        try (var server = Warp.start(settings(Threads.defaults()), TELLS_ITS_THREAD)) {
            assertThat(threadOf(server)).isNotEmpty();

            assertThat(server.makesDirectCalls()).isFalse();
        }
    }

    @Test
    void loopsThatAreNotPossibleAreRefusedWithTheFlagThatWouldHelp() {
        assumeFalse(IS_OPEN);
        var settings = settings(Threads.defaults().withMode(Mode.LOOPS));

        assertThatThrownBy(() -> Warp.start(settings, TELLS_ITS_THREAD))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("--add-opens java.base/java.lang=wai.transport");
    }
}
