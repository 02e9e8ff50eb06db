package wai.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void saysNothingWhenTheServerStopsAtOnce() throws Exception {
        var server = new Stopping(List.of("127.0.0.1:5000 GET /slow"), true, new CountDownLatch(0));

        var exit = new Drain(server, new PrintStream(printed, true, UTF_8), Duration.ofHours(1)).run();

        assertThat(printed.toString(UTF_8)).isEmpty();
        assertThat(exit).isEqualTo(Exit.STOPPED);
    }

    @Test
    void saysForWhichConnectionsItWaits() throws Exception {
        var reports = new CountDownLatch(2);
        var server = new Stopping(List.of("127.0.0.1:5000 GET /slow"), true, reports);

        var exit = new Drain(server, countingLines(reports), Duration.ZERO).run();

        assertThat(printed.toString(UTF_8)).startsWith("""
                waiup: draining, waiting for 1 connection: 127.0.0.1:5000 GET /slow (^C again: stop at once)
                waiup: draining, waiting for 1 connection: 127.0.0.1:5000 GET /slow (^C again: stop at once)
                """);
        assertThat(exit).isEqualTo(Exit.STOPPED);
    }

    @Test
    void namesTheConnectionsItHadToCut() throws Exception {
        var reports = new CountDownLatch(1);
        var connections = IntStream.rangeClosed(1, 7).mapToObj(i -> "c" + i).toList();
        var server = new Stopping(connections, false, reports);

        var exit = new Drain(server, countingLines(reports), Duration.ZERO).run();

        assertThat(printed.toString(UTF_8))
                .endsWith("waiup: gave up after 10 s and cut 7 connections: c1; c2; c3; c4; c5; and 2 more\n");
        assertThat(exit).isEqualTo(Exit.CUT);
    }

    private PrintStream countingLines(CountDownLatch lines) {
        return new PrintStream(printed, true, UTF_8) {
            @Override
            public void println(String line) {
                super.println(line);
                lines.countDown();
            }
        };
    }

    /// A server that has stopped when a latch is at zero.
    ///
    /// @param openConnections the same at any time
    /// @param ended whether they end by themselves
    /// @param stopped at zero when it has stopped
    private record Stopping(List<String> openConnections, boolean ended, CountDownLatch stopped) implements Running {
        @Override
        public SocketAddress address() {
            return new InetSocketAddress(0);
        }

        @Override
        public boolean stop(Duration grace) throws InterruptedException {
            assertThat(grace).isEqualTo(Drain.GRACE);
            assertThat(stopped.await(1, TimeUnit.MINUTES)).isTrue();
            return ended;
        }
    }
}
