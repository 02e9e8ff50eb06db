package wai.cgi.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.cgi.settings.Timeouts;

@Timeout(60)
class RequestInputTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicLong time = new AtomicLong();

    @RepeatedTest(30)
    void passesAllBytesOnAndHoldsNeverMoreThanItsLimit() throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        int limit = random.nextInt(1, 5000);
        var content = new byte[random.nextInt(100_000)];
        random.nextBytes(content);
        var input = new RequestInput(limit, LONG, time::get);
        var most = new AtomicInteger();
        long writerSeed = random.nextLong();

        var writing = Thread.startVirtualThread(() -> {
            var sizes = new Random(writerSeed);
            try {
                for (int at = 0; at < content.length; ) {
                    int count = Math.min(content.length - at, sizes.nextInt(1, 9000));
                    input.put(ByteBuffer.wrap(content, at, count));
                    most.accumulateAndGet(input.available(), Math::max);
                    at += count;
                }
                input.complete();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        var read = new ByteArrayOutputStream();
        var target = new byte[7000];
        for (int count = 0; count >= 0; count = input.read(target, 3, random.nextInt(1, 6900))) {
            read.write(target, 3, count);
        }
        writing.join();

        assertThat(read.toByteArray()).as("seed %d", seed).isEqualTo(content);
        assertThat(most.get()).as("seed %d", seed).isLessThanOrEqualTo(limit);
    }

    @Test
    void aWriterWaitsAtTheLimitUntilSomethingIsRead() throws Exception {
        var input = new RequestInput(4, LONG, time::get);
        input.put(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
        var writing = Thread.startVirtualThread(() -> {
            try {
                input.put(ByteBuffer.wrap(new byte[] {5}));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        awaitWaiting(writing);

        assertThat(input.read()).isEqualTo(1);
        writing.join();

        assertThat(input.readNBytes(4)).containsExactly(2, 3, 4, 5);
    }

    @Test
    void aWriterWaitsNoLongerWhenNobodyReads() throws Exception {
        var input = new RequestInput(4, LONG, time::get);
        input.put(ByteBuffer.wrap(new byte[4]));
        var writing = Thread.startVirtualThread(() -> {
            try {
                input.put(ByteBuffer.wrap(new byte[100]));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        input.abandon();

        writing.join();
        assertThat(input.read()).isEqualTo(-1);
    }

    @Test
    void whatHasComeIsReadBeforeTheLossIsTold() throws Exception {
        var input = new RequestInput(10, LONG, time::get);
        input.put(ByteBuffer.wrap(new byte[] {7}));

        input.lose("gone");

        assertThat(input.read()).isEqualTo(7);
        assertThatThrownBy(input::read)
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessage("gone");
    }

    @Test
    void aLossBehindTheEndIsNone() throws IOException {
        var input = new RequestInput(10, LONG, time::get);
        input.complete();

        input.lose("gone");

        assertThat(input.read()).isEqualTo(-1);
    }

    @Test
    void aReaderWaitsSoLongAndNoLonger() throws Exception {
        var input = new RequestInput(10, LONG, time::get);
        var thrown = new CompletableFuture<Exception>();
        var reading = Thread.startVirtualThread(() -> thrown.complete(exceptionOf(input)));
        awaitWaiting(reading);

        assertThat(input.tick(LONG.toNanos() - 1)).isFalse();
        assertThat(thrown).isNotDone();
        assertThat(input.tick(LONG.toNanos())).isTrue();

        assertThat(thrown.get())
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessageContaining("the body of a request (time-out PT1M)");
        assertThat(input.tick(LONG.toNanos())).as("nobody waits").isFalse();
    }

    @Test
    void eachWaitHasItsOwnTime() throws Exception {
        var input = new RequestInput(10, LONG, time::get);
        input.put(ByteBuffer.wrap(new byte[1]));
        assertThat(input.read()).isZero();
        time.set(LONG.toNanos());
        var thrown = new CompletableFuture<Exception>();
        var reading = Thread.startVirtualThread(() -> thrown.complete(exceptionOf(input)));
        awaitWaiting(reading);

        assertThat(input.tick(2 * LONG.toNanos() - 1)).isFalse();
        assertThat(input.tick(2 * LONG.toNanos())).isTrue();

        assertThat(thrown.get()).isInstanceOf(ClientTimeoutException.class);
    }

    @Test
    void aReaderWithoutALimitIsNeverLate() throws Exception {
        var input = new RequestInput(10, Timeouts.NEVER, time::get);
        var byteRead = new CompletableFuture<Integer>();
        var reading = Thread.startVirtualThread(() -> {
            try {
                byteRead.complete(input.read());
            } catch (IOException e) {
                byteRead.completeExceptionally(e);
            }
        });
        awaitWaiting(reading);

        assertThat(input.tick(Long.MAX_VALUE)).isFalse();
        input.put(ByteBuffer.wrap(new byte[] {5}));

        assertThat(byteRead.get()).isEqualTo(5);
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static Exception exceptionOf(RequestInput input) {
        try {
            return new IllegalStateException("read " + input.read());
        } catch (IOException e) {
            return e;
        }
    }

    @Test
    void aReaderThatIsInterruptedStaysInterrupted() {
        var input = new RequestInput(10, LONG, time::get);
        Thread.currentThread().interrupt();

        assertThatThrownBy(input::read).isInstanceOf(InterruptedIOException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void readsOneByteAtATimeWithoutSigns() throws Exception {
        var input = new RequestInput(10, LONG, time::get);
        var bytes = new byte[] {(byte) 255, 0};

        input.put(ByteBuffer.wrap(bytes));
        input.complete();

        assertThat(Arrays.asList(input.read(), input.read(), input.read())).containsExactly(255, 0, -1);
    }
}
