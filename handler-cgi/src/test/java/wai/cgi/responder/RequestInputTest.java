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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;

@Timeout(60)
class RequestInputTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @RepeatedTest(30)
    void passesAllBytesOnAndHoldsNeverMoreThanItsLimit() throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        int limit = random.nextInt(1, 5000);
        var content = new byte[random.nextInt(100_000)];
        random.nextBytes(content);
        var input = new RequestInput(limit, LONG);
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
        var input = new RequestInput(4, LONG);
        input.put(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
        var writing = Thread.startVirtualThread(() -> {
            try {
                input.put(ByteBuffer.wrap(new byte[] {5}));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (writing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        assertThat(input.read()).isEqualTo(1);
        writing.join();

        assertThat(input.readNBytes(4)).containsExactly(2, 3, 4, 5);
    }

    @Test
    void aWriterWaitsNoLongerWhenNobodyReads() throws Exception {
        var input = new RequestInput(4, LONG);
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
        var input = new RequestInput(10, LONG);
        input.put(ByteBuffer.wrap(new byte[] {7}));

        input.lose("gone");

        assertThat(input.read()).isEqualTo(7);
        assertThatThrownBy(input::read)
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessage("gone");
    }

    @Test
    void aLossBehindTheEndIsNone() throws IOException {
        var input = new RequestInput(10, LONG);
        input.complete();

        input.lose("gone");

        assertThat(input.read()).isEqualTo(-1);
    }

    @Test
    void aReaderWaitsSoLong() {
        var input = new RequestInput(10, Duration.ofMillis(1));

        assertThatThrownBy(input::read)
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessageContaining("time-out PT0.001S");
    }

    @Test
    void aReaderThatIsInterruptedStaysInterrupted() {
        var input = new RequestInput(10, LONG);
        Thread.currentThread().interrupt();

        assertThatThrownBy(input::read).isInstanceOf(InterruptedIOException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void readsOneByteAtATimeWithoutSigns() throws Exception {
        var input = new RequestInput(10, LONG);
        var bytes = new byte[] {(byte) 255, 0};

        input.put(ByteBuffer.wrap(bytes));
        input.complete();

        assertThat(Arrays.asList(input.read(), input.read(), input.read())).containsExactly(255, 0, -1);
    }
}
