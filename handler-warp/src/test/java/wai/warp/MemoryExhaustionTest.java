package wai.warp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.WireClient.GET;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.warp.settings.Threads.Mode;

/// Applications that take all the heap, or all their stack: they are answered 500, and the server serves on.
@Timeout(180) // a safety net, nothing depends on it
class MemoryExhaustionTest {
    private static final String TAKE_HEAP = GET.replace("/ ", "/heap ");
    private static final String TAKE_STACK = GET.replace("/ ", "/stack ");
    private static final String ERROR = "HTTP/1.1 500 Internal Server Error\r\n";
    private static final int TIMES = 5;
    private static final int AT_A_TIME = 8;

    @TempDir
    private Path folder;

    private @Nullable ChildJvm child;
    private int port;

    private void start(Mode mode) throws Exception {
        var options = new ArrayList<>(List.of("-Xmx32m"));
        if (mode == Mode.LOOPS) {
            options.addAll(ChildJvm.LOOPS);
        }
        var started = new ChildJvm(List.of(), options, MemoryHog.class, folder);
        child = started;
        var said = started.line().split(" ", 2);
        port = Integer.parseInt(said[0]);
        assertThat(said[1]).isEqualTo(mode.name());
    }

    @AfterEach
    void end() {
        var started = child;
        if (started != null) {
            started.close();
        }
    }

    private int told() throws IOException {
        return Integer.parseInt(requireNonNull(child).ask("told"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"SHARED", "LOOPS"})
    void whoTakesAllMemoryIsAnswered500AndTheServerServesOn(Mode mode) throws Exception {
        start(mode);
        try (var early = WireClient.of(port);
                var hog = WireClient.of(port)) {
            assertThat(early.send(GET).response()).endsWith("hi");

            for (int i = 1; i <= TIMES; i++) {
                assertThat(hog.send(TAKE_HEAP).response()).startsWith(ERROR);
                assertThat(hog.send(TAKE_STACK).response()).startsWith(ERROR);
                assertThat(told()).isEqualTo(2 * i);
            }

            assertThat(early.send(GET).response()).endsWith("hi");
            assertThat(hog.send(GET).response()).endsWith("hi");
        }
        servesOn();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"SHARED", "LOOPS"})
    void severalThatTakeAllMemoryAtATimeHarmNobodyAfterwards(Mode mode) throws Exception {
        start(mode);
        for (int i = 0; i < TIMES; i++) {
            var hogs = new ArrayList<WireClient>();
            for (int j = 0; j < AT_A_TIME; j++) {
                hogs.add(WireClient.of(port).send(TAKE_HEAP));
            }
            for (var hog : hogs) {
                awaitEnd(hog); // whichever thread finds no memory: it may be one that was not to blame
                hog.close();
            }
        }

        servesOn();
    }

    private static void awaitEnd(WireClient client) {
        try {
            client.response();
        } catch (IOException | AssertionError _) {
            // cut
        }
    }

    /// Connections are accepted, served, and watched by the sweeper.
    private void servesOn() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (var client = WireClient.of(port)) {
                assertThat(client.send(GET).response()).endsWith("hi");
                assertThat(client.send(GET).response()).endsWith("hi");
            }
        }
        try (var slow = WireClient.of(port)) {
            assertThat(slow.send("GET / HT").response()).startsWith("HTTP/1.1 408 ");
        }
    }
}
