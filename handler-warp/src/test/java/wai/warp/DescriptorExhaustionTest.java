package wai.warp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static wai.warp.WireClient.GET;

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

/// A process whose descriptors are all in use, mostly by others than the server.
@Timeout(180) // a safety net, nothing depends on it
class DescriptorExhaustionTest {
    /// Some hundred times what it takes to back off for as long as this test may last, and nothing for a loop.
    private static final long FEW = 10_000;
    /// Of clients that nobody accepts, the kernel keeps 50 here and lets any further one wait for seconds.
    private static final int FEWER_THAN_MAY_WAIT = 30;

    @TempDir
    private Path folder;

    private @Nullable ChildJvm child;
    private @Nullable WireClient early;
    private int port;

    /// Starts the server, and a client that it goes on serving: one that closed would leave a descriptor behind at some
    /// later time.
    private void start(Mode mode) throws Exception {
        assumeTrue(ChildJvm.has("sh", "-c", "ulimit -n 100"), "no shell that can limit descriptors");
        var options = mode == Mode.LOOPS ? ChildJvm.LOOPS : List.<String>of();
        var started = new ChildJvm(
                List.of("sh", "-c", "ulimit -n 100 && exec \"$0\" \"$@\""),
                options,
                DescriptorHog.class,
                folder,
                mode == Mode.LOOPS ? "plain" : "watched");
        child = started;
        var said = started.line().split(" ", 2);
        port = Integer.parseInt(said[0]);
        assertThat(said[1]).isEqualTo(mode.name());
        early = WireClient.of(port);
        assertThat(askEarly()).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @AfterEach
    void end() throws Exception {
        var client = early;
        if (client != null) {
            client.close();
        }
        var started = child;
        if (started != null) {
            started.close();
        }
    }

    private String ask() throws Exception {
        try (var client = WireClient.of(port)) {
            return client.send(GET).response();
        }
    }

    private String askEarly() throws Exception {
        return requireNonNull(early).send(GET).response();
    }

    private long number(String what) throws Exception {
        return Long.parseLong(requireNonNull(child).ask(what));
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"SHARED", "LOOPS"})
    void whoeverComesIsToldSoUntilThereAreDescriptorsAgain(Mode mode) throws Exception {
        start(mode);
        assertThat(number("take")).isGreaterThan(10);
        var served = new ArrayList<WireClient>();
        String answer;
        while (true) { // a thread that waits for a connection has the descriptor already; a loop has none
            var client = WireClient.of(port);
            served.add(client);
            answer = client.send(GET).response();
            if (!answer.startsWith("HTTP/1.1 200 OK\r\n")) {
                break;
            }
            assertThat(served).hasSizeLessThan(5);
        }
        assertThat(answer)
                .startsWith("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n")
                .endsWith("\r\n\r\n503 Service Unavailable: too many connections\n");
        served.removeLast().close();
        for (int i = 0; i < 20; i++) {
            assertThat(ask()).startsWith("HTTP/1.1 503 ");
        }
        assertThat(askEarly()).startsWith("HTTP/1.1 200 OK\r\n");
        for (var client : served) {
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 OK\r\n");
        }

        assertThat(number("give")).isPositive();
        for (int i = 0; i < 3; i++) {
            assertThat(ask()).startsWith("HTTP/1.1 200 OK\r\n");
        }
        assertThat(number("accepts")).isLessThan(FEW);
        assertThat(number("failures")).isLessThan(FEW);
        assertThat(number("reports")).isBetween(1L, 60L);
        for (var client : served) {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"SHARED", "LOOPS"})
    void theAcceptorOutlivesThatOthersTakeEvenItsSpareDescriptor(Mode mode) throws Exception {
        start(mode);
        number("take");
        for (int i = 0; i < FEWER_THAN_MAY_WAIT; i++) { // whatever it closes is taken by others
            try (var _ = WireClient.of(port)) {
                number("take");
            }
            number("take");
        }
        assertThat(askEarly()).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(number("accepts")).isLessThan(FEW);
        assertThat(number("failures")).isLessThan(FEW);

        number("give");
        assertThat(ask()).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(askEarly()).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(number("accepts")).isLessThan(FEW);
        assertThat(number("failures")).isLessThan(FEW);
        assertThat(number("reports")).isBetween(1L, 60L);
    }
}
