package wai.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import wai.ClientDisconnectedException;

/// Many connections on one poller at once: no wake-up is lost, no byte is.
@ParameterizedClass(name = "{0}")
@EnumSource(PollerKind.class)
class PollerTest {
    private static final int PAIRS = 40;

    private final long seed = Long.getLong("seed", System.nanoTime());

    private final PollerKind kind;
    private Pollers pollers;

    @SuppressWarnings("NullAway.Init") // the pollers are started before each test
    PollerTest(PollerKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() throws IOException {
        pollers = kind.start();
    }

    @AfterEach
    void stop() {
        if (pollers != null) {
            pollers.close();
        }
    }

    private List<SocketPair> pairs() throws IOException {
        return pairsAt(pollers::next);
    }

    private static List<SocketPair> pairsAt(Supplier<Poller> places) throws IOException {
        var pairs = new ArrayList<SocketPair>();
        for (int i = 0; i < PAIRS; i++) {
            pairs.add(SocketPair.open(places.get()));
        }
        return pairs;
    }

    /// Runs a step as a connection of some poller.
    private FutureTask<Integer> run(Callable<Integer> step) {
        var task = new FutureTask<>(step);
        pollers.next().start(task);
        return task;
    }

    private static void closeAll(List<SocketPair> pairs) throws IOException {
        for (var pair : pairs) {
            pair.close();
        }
    }

    /// The bytes of a connection: each tells its place and its connection.
    private static byte octet(int connection, int place) {
        return (byte) (place * 31 + connection);
    }

    private static Callable<Integer> echoes(ChannelTransport transport, Random random) {
        return () -> {
            int echoed = 0;
            while (true) {
                var buffer = ByteBuffer.allocate(1 + random.nextInt(40_000));
                if (transport.read(buffer) < 0) {
                    transport.closeOutput();
                    return echoed;
                }
                for (buffer.flip(); buffer.hasRemaining(); ) {
                    echoed += transport.write(buffer);
                }
            }
        };
    }

    private static Callable<Integer> writes(SocketPair pair, int connection, int count, Random random) {
        return () -> {
            for (int place = 0; place < count; ) {
                var piece = ByteBuffer.allocate(Math.min(count - place, 1 + random.nextInt(30_000)));
                while (piece.hasRemaining()) {
                    piece.put(octet(connection, place++));
                }
                for (piece.flip(); piece.hasRemaining(); ) {
                    pair.client().write(piece);
                }
            }
            pair.client().shutdownOutput();
            return count;
        };
    }

    private static Callable<Integer> checks(SocketPair pair, int connection) {
        return () -> {
            int place = 0;
            for (var buffer = ByteBuffer.allocate(10_000); pair.client().read(buffer.clear()) >= 0; ) {
                for (buffer.flip(); buffer.hasRemaining(); place++) {
                    if (buffer.get() != octet(connection, place)) {
                        throw new AssertionError("wrong byte at " + place + " of connection " + connection);
                    }
                }
            }
            return place;
        };
    }

    @Test
    void everyByteOfManyConnectionsComesBack() throws Exception {
        var random = new Random(seed);
        var pairs = pairs();
        try {
            var sizes = new ArrayList<Integer>();
            var tasks = new ArrayList<FutureTask<Integer>>();
            for (int i = 0; i < PAIRS; i++) {
                int size = 1 + random.nextInt(1_000_000);
                sizes.add(size);
                tasks.add(run(echoes(pairs.get(i).server(), new Random(random.nextLong()))));
                tasks.add(run(writes(pairs.get(i), i, size, new Random(random.nextLong()))));
                tasks.add(run(checks(pairs.get(i), i)));
            }

            for (int i = 0; i < tasks.size(); i++) { // what was echoed, what was written, what came back
                assertThat(tasks.get(i).get(20, SECONDS)).as("-Dseed=%d", seed).isEqualTo(sizes.get(i / 3));
            }
        } finally {
            closeAll(pairs);
        }
    }

    @Test
    void pingPongLosesNoWakeUp() throws Exception {
        var pairs = pairs();
        try {
            var tasks = new ArrayList<FutureTask<Integer>>();
            for (var pair : pairs) {
                tasks.add(run(echoes(pair.server(), new Random(seed))));
                tasks.add(run(() -> {
                    int balls = bounces(pair).call();
                    pair.client().shutdownOutput();
                    return balls;
                }));
            }

            for (var task : tasks) {
                assertThat(task.get(20, SECONDS)).isEqualTo(200);
            }
        } finally {
            closeAll(pairs);
        }
    }

    /// Echoes without a thread while nothing comes; so it is settled behind its first echo.
    private static final class RestingEcho implements Runnable {
        private final ChannelTransport transport;
        private final CompletableFuture<Integer> echoed = new CompletableFuture<>();
        private int count;

        RestingEcho(ChannelTransport transport) {
            this.transport = transport;
        }

        @Override
        public void run() {
            try {
                var buffer = ByteBuffer.allocate(100);
                int read;
                while ((read = transport.readNow(buffer.clear())) >= 0) {
                    if (read == 0 && transport.awaitInput(this)) {
                        return;
                    }
                    for (buffer.flip(); buffer.hasRemaining(); ) {
                        count += transport.write(buffer);
                    }
                }
                transport.closeOutput();
                echoed.complete(count);
            } catch (IOException | RuntimeException | Error e) {
                echoed.completeExceptionally(e);
            }
        }
    }

    private List<RestingEcho> restingEchoes(List<SocketPair> pairs) {
        var echoes = new ArrayList<RestingEcho>();
        for (var pair : pairs) {
            var echo = new RestingEcho(pair.server());
            pair.server().start(echo);
            echoes.add(echo);
        }
        return echoes;
    }

    private static Callable<Integer> bounces(SocketPair pair) {
        return () -> {
            for (int i = 0; i < 200; i++) {
                var ball = ByteBuffer.allocate(1).put((byte) i).flip();
                pair.client().write(ball);
                if (pair.client().read(ball.clear()) != 1 || ball.get(0) != (byte) i) {
                    throw new AssertionError("no answer to ball " + i);
                }
            }
            return 200;
        };
    }

    @Test
    void connectionsThatRestAndAreSettledLoseNothing() throws Exception {
        var first = pollers.next();
        var pairs = pairsAt(() -> first);
        var echoes = restingEchoes(pairs);
        try {
            var tasks = new ArrayList<FutureTask<Integer>>();
            for (var pair : pairs) {
                tasks.add(run(bounces(pair)));
            }
            for (var task : tasks) {
                assertThat(task.get(20, SECONDS)).isEqualTo(200);
            }

            var others = new HashSet<>(List.of(first, pollers.next(), pollers.next()));
            others.remove(first);
            if (first instanceof Loop) {
                for (var other : others) {
                    assertThat(first.staying() - other.staying())
                            .as("as good as even: who is settled at the same time does not see the other")
                            .isBetween(-PAIRS / 4, PAIRS / 4);
                }
            }
            for (var pair : pairs) {
                pair.client().shutdownOutput();
            }
            for (var echo : echoes) {
                assertThat(echo.echoed.get(20, SECONDS)).isEqualTo(200);
            }
        } finally {
            closeAll(pairs);
        }
        assertThat(first.staying()).isZero();
        assertThat(first.open()).isZero();
    }

    @Test
    void connectionsAreClosedWhileTheyAreSettled() throws Exception {
        var random = new Random(seed);
        var first = pollers.next();
        for (int round = 0; round < 10; round++) {
            var pairs = pairsAt(() -> first);
            var echoes = restingEchoes(pairs);
            for (var pair : pairs) {
                pair.send("a");
            }
            Collections.shuffle(pairs, random);
            for (var pair : pairs) {
                pollers.next().start(pair.server()::close);
            }

            for (var echo : echoes) {
                assertThat(echo.echoed)
                        .as("-Dseed=%d", seed)
                        .failsWithin(Duration.ofSeconds(20))
                        .withThrowableThat()
                        .withCauseInstanceOf(ClientDisconnectedException.class);
            }
            closeAll(pairs);
            assertThat(first.open()).isZero();
            assertThat(first.staying()).isZero();
        }
    }

    @Test
    void closingFromOtherThreadsEndsEveryWait() throws Exception {
        for (int round = 0; round < 10; round++) {
            var pairs = pairs();
            var tasks = new ArrayList<FutureTask<Integer>>();
            for (var pair : pairs) {
                tasks.add(run(() -> disconnected(() -> pair.server().read(ByteBuffer.allocate(1)))));
                tasks.add(run(() -> disconnected(() -> pair.server().write(ByteBuffer.allocate(100_000)))));
            }
            for (var pair : pairs) {
                pollers.next().start(pair.server()::close);
            }

            for (var task : tasks) {
                assertThat(task.get(20, SECONDS)).isEqualTo(1);
            }
            closeAll(pairs);
        }
    }

    /// The number of a closed socket is soon that of the next one.
    @Test
    void aConnectionThatIsBeingClosedNeverReadsAnothersBytes() throws Exception {
        var foreign = new AtomicInteger();
        var readers = new ArrayList<FutureTask<Integer>>();
        for (int i = 0; i < 500; i++) {
            byte own = (byte) (1 + i % 100);
            try (var pair = SocketPair.open(pollers.next())) {
                readers.add(run(() -> countForeign(pair.server(), own, foreign)));
                for (int j = 0; j < 5; j++) {
                    pair.client().write(ByteBuffer.wrap(new byte[] {own, own, own}));
                }
            }
        }
        for (var reader : readers) {
            assertThat(reader.get(20, SECONDS)).isNotNegative();
        }

        assertThat(foreign).hasValue(0);
    }

    /// Reads without waiting until the connection is closed.
    @SuppressWarnings("ThreadPriorityCheck") // lets others run, which may be on the same loop
    private static int countForeign(ChannelTransport transport, byte own, AtomicInteger foreign) throws IOException {
        int rounds = 0;
        while (true) {
            var buffer = ByteBuffer.allocate(100);
            try {
                if (transport.readNow(buffer) < 0) {
                    return rounds;
                }
            } catch (ClientDisconnectedException _) {
                return rounds;
            }
            for (int i = 0; i < buffer.position(); i++) {
                if (buffer.get(i) != own) {
                    foreign.incrementAndGet();
                }
            }
            rounds++;
            Thread.yield();
        }
    }

    @Test
    void expiringFromOtherThreadsEndsEveryWait() throws Exception {
        var pairs = pairs();
        try {
            var tasks = new ArrayList<FutureTask<Integer>>();
            var ended = new AtomicInteger();
            for (var pair : pairs) {
                tasks.add(run(() -> {
                    for (int i = 0; i < 50; i++) {
                        try {
                            pair.server().read(ByteBuffer.allocate(1));
                        } catch (DeadlineException _) {
                            ended.incrementAndGet();
                            pair.server().revive();
                        }
                    }
                    return 50;
                }));
            }
            while (tasks.stream().anyMatch(task -> !task.isDone())) {
                pairs.forEach(pair -> pair.server().expire());
            }

            for (var task : tasks) {
                assertThat(task.get(20, SECONDS)).isEqualTo(50);
            }
            assertThat(ended).hasValue(50 * PAIRS);
        } finally {
            closeAll(pairs);
        }
    }

    @Test
    void goesOnAfterItsConnectionsWereClosed() throws Exception {
        for (int round = 0; round < 3; round++) {
            closeAll(pairs());
            try (var pair = SocketPair.open(pollers.next())) {
                var reading = run(() -> pair.server().read(ByteBuffer.allocate(9)));
                pair.send("abc");

                assertThat(reading.get(20, SECONDS)).isEqualTo(3);
            }
        }
    }

    private static int disconnected(Callable<Integer> step) throws Exception {
        try {
            while (true) {
                step.call();
            }
        } catch (ClientDisconnectedException | java.nio.channels.ClosedChannelException _) {
            return 1;
        }
    }
}
