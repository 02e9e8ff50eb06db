package wai.cgi.responder;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;

/// The input of one request, between the thread that reads the connection and the one that runs the application.
///
/// Holds at most its limit: the reading thread waits while it is full, and with it every request of the connection. So
/// it takes memory only of those who send, and never more than was allowed.
final class RequestInput extends InputStream {
    private static final byte[] NONE = {};
    private static final int FIRST_SIZE = 1024;
    /// Longer limits count as none; it is far from overflow when it is added to a clock.
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final int limit;
    private final Duration timeout;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /// A ring, of which `count` bytes from `start` on wait to be read.
    private byte[] ring = NONE;
    private int start;
    private int count;
    /// All of it has come.
    private boolean complete;
    /// Nobody will read on.
    private boolean abandoned;
    /// Why no more will come, when it is not complete.
    private @Nullable String loss;
    /// Since when a reader waits, by the clock; only looked at while `isAwaited`.
    private long awaitedSince;

    private boolean isAwaited;
    /// The reader has waited too long.
    private boolean isLate;

    /// @param limit how many bytes wait at most, at least 1
    /// @param timeout how long a reader waits for the next ones, until the [#tick] behind it
    /// @param clock nanoseconds, from anywhere
    RequestInput(int limit, Duration timeout, LongSupplier clock) {
        this.limit = limit;
        this.timeout = timeout;
        this.clock = clock;
    }

    // ------------------------------------------------------------------------------------------ the reading thread

    /// Adds bytes; waits while there is no room.
    ///
    /// @throws InterruptedException when the connection ends meanwhile
    void put(ByteBuffer bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (bytes.hasRemaining()) {
                while (count == limit && !abandoned) {
                    changed.await();
                }
                if (abandoned) {
                    return;
                }
                fill(bytes);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether [#put] would not wait.
    boolean hasRoomFor(int more) {
        lock.lock();
        try {
            return more <= limit - count || abandoned;
        } finally {
            lock.unlock();
        }
    }

    private void fill(ByteBuffer bytes) {
        int size = Math.min(bytes.remaining(), limit - count);
        if (size > ring.length - count) {
            grow(count + size);
        }
        int end = (start + count) % ring.length;
        int first = Math.min(size, ring.length - end);
        bytes.get(ring, end, first);
        bytes.get(ring, 0, size - first);
        count += size;
    }

    private void grow(int needed) {
        int size = Math.max(Math.max(needed, FIRST_SIZE), (int) Math.min(limit, ring.length * 2L));
        var larger = new byte[Math.min(limit, size)];
        int first = Math.min(count, ring.length - start);
        System.arraycopy(ring, start, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, count - first);
        ring = larger;
        start = 0;
    }

    /// All of it has come.
    void complete() {
        lock.lock();
        try {
            complete = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// No more will come, although it is not complete. What has come can still be read.
    ///
    /// @param why the message of the exception for the reader
    void lose(String why) {
        lock.lock();
        try {
            if (!complete && loss == null) {
                loss = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Wakes a reader that has waited too long. By the sweeper, which waits for no lock: whoever holds it may need a
    /// carrier.
    ///
    /// @return whether a reader was late, once for each
    boolean tick(long now) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            boolean isNewlyLate =
                    isAwaited && !isLate && timeout.compareTo(LONGEST) < 0 && now - awaitedSince >= timeout.toNanos();
            if (isNewlyLate) {
                isLate = true;
                changed.signalAll();
            }
            return isNewlyLate;
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ the application

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int size) throws IOException {
        checkFromIndexSize(offset, size, target.length);
        if (size == 0) {
            return 0;
        }
        lock.lock();
        try {
            await();
            if (count == 0) {
                return -1;
            }
            boolean wasFull = count == limit;
            int taken = Math.min(size, count);
            int first = Math.min(taken, ring.length - start);
            System.arraycopy(ring, start, target, offset, first);
            System.arraycopy(ring, 0, target, offset + first, taken - first);
            count -= taken;
            start = count == 0 ? 0 : (start + taken) % ring.length;
            if (wasFull) {
                changed.signalAll();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for bytes or the end.
    private void await() throws IOException {
        awaitedSince = clock.getAsLong();
        isAwaited = true;
        isLate = false;
        try {
            while (count == 0 && !complete) {
                if (loss != null) {
                    throw new ClientDisconnectedException(loss);
                }
                if (isLate) {
                    throw new ClientTimeoutException(
                            "the web server was waited for too long: the body of a request (time-out " + timeout + ")");
                }
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting for the body of a request");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            isAwaited = false;
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// Nobody will read on: what waits and what still comes is forgotten.
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            ring = NONE;
            start = 0;
            count = 0;
            complete = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
