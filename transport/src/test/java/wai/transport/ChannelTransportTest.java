package wai.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import wai.ClientDisconnectedException;

/// One connection over a real socket: what waits, and what ends the wait.
@ParameterizedClass(name = "{0}")
@EnumSource(PollerKind.class)
class ChannelTransportTest {
    private final PollerKind kind;
    private Pollers pollers;

    @SuppressWarnings("NullAway.Init") // the pollers are started before each test
    ChannelTransportTest(PollerKind kind) {
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

    /// Runs a step on a virtual thread; the answer waits for its end, which a broken wait would never reach.
    private <T> Waiting<T> start(Callable<T> step) {
        var thread = new CompletableFuture<Thread>();
        var task = new FutureTask<>(() -> {
            thread.complete(Thread.currentThread());
            return step.call();
        });
        pollers.next().start(task);
        return new Waiting<>(thread, task);
    }

    private record Waiting<T>(CompletableFuture<Thread> thread, FutureTask<T> task) {
        /// Waits until the thread waits, too.
        Waiting<T> parked() throws Exception {
            var running = thread.get(20, SECONDS);
            while (running.getState() != Thread.State.WAITING && !task.isDone()) {
                Thread.onSpinWait();
            }
            return this;
        }

        T get() throws Exception {
            return task.get(20, SECONDS);
        }

        Throwable failure() throws Exception {
            try {
                throw new AssertionError("ended with " + get());
            } catch (ExecutionException e) {
                return Objects.requireNonNull(e.getCause());
            }
        }
    }

    private static Callable<Integer> fill(ChannelTransport transport) {
        return () -> {
            while (true) {
                transport.write(ByteBuffer.allocate(64 * 1024));
            }
        };
    }

    // ------------------------------------------------------------------------------------------ reading

    @Test
    void readsWhatIsThere() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            pair.send("abc");

            assertThat(start(() -> pair.take(3)).get()).isEqualTo("abc");
        }
    }

    @Test
    void waitsForWhatIsNotThereYet() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            for (var text : List.of("abc", "def", "ghi")) {
                var reading = start(() -> pair.take(3)).parked();
                pair.send(text);

                assertThat(reading.get()).isEqualTo(text);
            }
        }
    }

    @Test
    void knowsTheEndOfTheClient() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            pair.send("abc");
            pair.client().shutdownOutput();

            assertThat(start(() -> pair.take(3)).get()).isEqualTo("abc");
            assertThat(start(() -> pair.server().read(ByteBuffer.allocate(9))).get())
                    .isEqualTo(-1);
            assertThat(start(() -> pair.server().read(ByteBuffer.allocate(9))).get())
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest(name = "a first write of {0} bytes: {1}")
    @CsvSource({"1024, false", "1025, true"})
    void hastensWritesBeforeTheFirstThatCouldWait(int size, boolean atOnce) throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            start(() -> pair.server().write(ByteBuffer.allocate(size))).get();

            assertThat(pair.server().channel().getOption(StandardSocketOptions.TCP_NODELAY))
                    .isEqualTo(atOnce);
            start(() -> pair.server().write(ByteBuffer.allocate(1))).get();
            assertThat(pair.server().channel().getOption(StandardSocketOptions.TCP_NODELAY))
                    .isTrue();
        }
    }

    @Test
    void hastensAFileBehindItsHead(@TempDir Path folder) throws Exception {
        var path = Files.writeString(folder.resolve("file"), "content");
        try (var pair = SocketPair.open(pollers.next());
                var file = FileChannel.open(path)) {
            start(() -> pair.server().write(ByteBuffer.allocate(1))).get();
            start(() -> pair.server().sendFile(file, 0, 7)).get();

            assertThat(pair.server().channel().getOption(StandardSocketOptions.TCP_NODELAY))
                    .isTrue();
        }
    }

    @Test
    void aResetOfTheClientIsADisconnect() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var reading = start(() -> pair.take(1)).parked();
            pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.client().close();

            assertThat(reading.failure()).isInstanceOf(ClientDisconnectedException.class);
        }
    }

    @Test
    void canWaitForInputWithoutABuffer() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            pair.send("abc");
            assertThat(start(() -> pair.server().read(ByteBuffer.allocate(9))).get())
                    .isEqualTo(3);
            var waiting = start(() -> {
                        pair.server().awaitInput();
                        return pair.take(1);
                    })
                    .parked();
            assertThat(waiting.task().isDone()).isFalse();
            pair.send("d");

            assertThat(waiting.get()).isEqualTo("d");
        }
    }

    // ------------------------------------------------------------------------------------------ without a thread

    /// Has the server's end wait without a thread, before anything came.
    private CompletableFuture<Thread> rest(SocketPair pair) throws Exception {
        var driven = new CompletableFuture<Thread>();
        var rests = start(() -> pair.server().awaitInput(() -> driven.complete(Thread.currentThread())));
        assertThat(rests.get()).isTrue();
        return driven;
    }

    @Test
    void whatComesStartsTheDriverOfAConnectionWithoutAThread() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var driven = rest(pair);
            assertThat(driven).isNotDone();
            pair.send("d");

            assertThat(driven.get(20, SECONDS).isVirtual()).isTrue();
            assertThat(start(() -> pair.take(1)).get()).isEqualTo("d");
        }
    }

    /// What the poller announces late was read long ago, and the driver is started for nothing: then it rests again.
    @Test
    void aConnectionRestsAgainAndAgain() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            for (var text : List.of("d", "e", "f")) {
                var came = new CompletableFuture<String>();
                pair.send("abc");
                start(() -> {
                            pair.take(3);
                            restUntilSomethingComes(pair, came);
                            return true;
                        })
                        .get();
                pair.send(text);

                assertThat(came.get(20, SECONDS)).isEqualTo(text);
            }
        }
    }

    private static void restUntilSomethingComes(SocketPair pair, CompletableFuture<String> came) {
        pair.server().awaitInput(() -> {
            var bytes = ByteBuffer.allocate(9);
            try {
                if (pair.server().readNow(bytes) == 0) {
                    restUntilSomethingComes(pair, came);
                } else {
                    came.complete(new String(bytes.array(), 0, bytes.position(), ISO_8859_1));
                }
            } catch (IOException e) {
                came.completeExceptionally(e);
            }
        });
    }

    @Test
    void theEndOfTheClientStartsTheDriver() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var driven = rest(pair);
            pair.client().shutdownOutput();

            assertThat(driven.get(20, SECONDS)).isNotNull();
            assertThat(start(() -> pair.server().readNow(ByteBuffer.allocate(9)))
                            .get())
                    .isEqualTo(-1);
        }
    }

    @Test
    void expireStartsTheDriver() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var driven = rest(pair);
            pair.server().expire();

            assertThat(driven.get(20, SECONDS)).isNotNull();
            assertThat(start(() -> pair.take(1)).failure()).isInstanceOf(DeadlineException.class);
        }
    }

    @Test
    void closeStartsTheDriver() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var driven = rest(pair);
            pair.server().close();

            assertThat(driven.get(20, SECONDS)).isNotNull();
            assertThat(start(() -> pair.take(1)).failure()).isInstanceOf(ClientDisconnectedException.class);
        }
    }

    @Test
    void nobodyRestsWhoseWaitIsOver() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            Runnable driver = () -> {
                throw new AssertionError("was started");
            };
            pair.server().expire();
            assertThat(start(() -> pair.server().awaitInput(driver)).get()).isFalse();
            pair.server().revive();
            pair.server().close();

            assertThat(start(() -> pair.server().awaitInput(driver)).get()).isFalse();
        }
    }

    @Test
    void aNudgeEndsAWaitWithoutABufferAndNoOther() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            pair.send("abc");
            var waiting = start(() -> {
                        pair.server().read(ByteBuffer.allocate(9));
                        pair.server().awaitInput();
                        return pair.server().readNow(ByteBuffer.allocate(9));
                    })
                    .parked();
            pair.server().nudge();
            assertThat(waiting.get()).isZero();
            var reading = start(() -> pair.take(1)).parked();
            pair.server().nudge();
            pair.send("d");

            assertThat(reading.get()).isEqualTo("d");
        }
    }

    // ------------------------------------------------------------------------------------------ writing

    @Test
    void waitsForASlowReader() throws Exception {
        var size = 8 * 1024 * 1024;

        try (var pair = SocketPair.open(pollers.next())) {
            var writing = start(() -> {
                        var source = ByteBuffer.allocate(size);
                        while (source.hasRemaining()) {
                            pair.server().write(source);
                        }
                        return source.position();
                    })
                    .parked();
            assertThat(writing.task().isDone()).isFalse();
            var target = ByteBuffer.allocate(size);
            while (target.hasRemaining()) {
                pair.client().read(target);
            }

            assertThat(writing.get()).isEqualTo(size);
        }
    }

    @Test
    void aReaderAndAWriterWaitIndependently() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var writing = start(fill(pair.server())).parked();
            for (int i = 0; i < 100; i++) {
                var reading = start(() -> pair.take(1));
                pair.send("x");
                assertThat(reading.get()).isEqualTo("x");
            }

            assertThat(writing.task().isDone()).isFalse();
        }
    }

    @Test
    void closingTheOutputEndsTheClientsInputOnly() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            pair.server().closeOutput();

            assertThat(pair.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            pair.send("still here");
            assertThat(start(() -> pair.take(10)).get()).isEqualTo("still here");
        }
    }

    // ------------------------------------------------------------------------------------------ files

    @Test
    void sendsALargeFileToASlowReader(@TempDir Path folder) throws Exception {
        var content = new byte[9 * 1024 * 1024];
        new java.util.Random(1).nextBytes(content);
        var path = Files.write(folder.resolve("f"), content);

        try (var pair = SocketPair.open(pollers.next());
                var file = FileChannel.open(path)) {
            var sending = start(() -> {
                        long sent = 0;
                        while (sent < content.length) {
                            sent += pair.server().sendFile(file, sent, content.length - sent);
                        }
                        return sent;
                    })
                    .parked();
            assertThat(sending.task().isDone()).isFalse();
            var target = ByteBuffer.allocate(content.length);
            while (target.hasRemaining()) {
                pair.client().read(target);
            }

            assertThat(sending.get()).isEqualTo(content.length);
            assertThat(target.array()).isEqualTo(content);
        }
    }

    @Test
    void aFileThatEndsEarlyIsNoWait(@TempDir Path folder) throws Exception {
        var path = Files.writeString(folder.resolve("f"), "abc");

        try (var pair = SocketPair.open(pollers.next());
                var file = FileChannel.open(path)) {
            assertThat(start(() -> pair.server().sendFile(file, 0, 9)).get()).isEqualTo(3);
            assertThat(start(() -> pair.server().sendFile(file, 3, 6)).failure())
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("3 bytes");
        }
    }

    // ------------------------------------------------------------------------------------------ what ends a wait

    @Test
    void expireEndsBothWaits() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var reading = start(() -> pair.take(1)).parked();
            var writing = start(fill(pair.server())).parked();
            pair.server().expire();

            assertThat(reading.failure()).isInstanceOf(DeadlineException.class);
            assertThat(writing.failure()).isInstanceOf(DeadlineException.class);
        }
    }

    @Test
    void expireEndsLaterWaitsUntilRevive() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            pair.server().expire();
            assertThat(start(() -> pair.take(1)).failure()).isInstanceOf(DeadlineException.class);
            pair.server().revive();
            var reading = start(() -> pair.take(1)).parked();
            pair.send("x");

            assertThat(reading.get()).isEqualTo("x");
        }
    }

    @Test
    void closeEndsBothWaits() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var reading = start(() -> pair.take(1)).parked();
            var writing = start(fill(pair.server())).parked();
            pair.server().close();
            pair.server().close();

            assertThat(reading.failure())
                    .isInstanceOf(ClientDisconnectedException.class)
                    .hasMessageContaining("by this server");
            assertThat(writing.failure()).isInstanceOf(ClientDisconnectedException.class);
        }
    }

    @Test
    void closeIsTheEndForTheClient() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            start(() -> pair.server().write(ByteBuffer.allocate(3))).get();
            pair.server().close();
            var target = ByteBuffer.allocate(9);
            while (pair.client().read(target) >= 0) {}

            assertThat(target.position()).isEqualTo(3);
        }
    }

    @Test
    void abortIsAResetForTheClient() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var reading = start(() -> pair.take(1)).parked();
            pair.server().abort();

            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
            assertThat(reading.failure()).isInstanceOf(ClientDisconnectedException.class);
        }
    }

    @Test
    void interruptedThreadsWaitWithoutStarvingTheOthers() throws Exception {
        var pairs = new ArrayList<SocketPair>();
        var waiting = new ArrayList<Waiting<String>>();
        var flags = new ArrayList<CompletableFuture<Boolean>>();
        try (var other = SocketPair.open(pollers.next())) {
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                var pair = SocketPair.open(pollers.next());
                var flag = new CompletableFuture<Boolean>();
                pairs.add(pair);
                flags.add(flag);
                waiting.add(start(() -> {
                    Thread.currentThread().interrupt();
                    var text = pair.take(1);
                    flag.complete(Thread.currentThread().isInterrupted());
                    return text;
                }));
            }
            var reading = start(() -> other.take(1));
            other.send("x");
            assertThat(reading.get()).isEqualTo("x");
            for (int i = 0; i < pairs.size(); i++) {
                pairs.get(i).send("y");
                assertThat(waiting.get(i).get()).isEqualTo("y");
                assertThat(flags.get(i)).isCompletedWithValue(true);
            }
        } finally {
            for (var pair : pairs) {
                pair.close();
            }
        }
    }

    @Test
    void knowsBothAddresses() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            assertThat(pair.server().remoteAddress()).isEqualTo(pair.client().getLocalAddress());
            assertThat(pair.server().localAddress()).isEqualTo(pair.client().getRemoteAddress());
            assertThat(pair.server())
                    .hasToString(pair.client().getLocalAddress().toString());
        }
    }
}
