package wai.warp.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.transport.DeadlineException;
import wai.transport.Transport;

/// A transport without a socket, and the client at its other end.
///
/// What the client sends arrives in the pieces in which it was sent: a read never joins two of them. Each write of the
/// server is recorded by itself. The client can be slow ([#open(long)]), close its direction, or reset. Waiting,
/// `expire()` and `close()` behave as over a channel; closing on unread input is a reset, as in TCP.
public final class MemoryTransport implements Transport {
    /// How the server ended its direction, as the client sees it.
    public enum Ending {
        /// It did not.
        NONE,
        /// End of stream.
        CLOSED,
        /// Reset: what was received is not to be trusted.
        RESET
    }

    /// So long may a thread need at most to come to rest; a safety net, nothing depends on it.
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Runnable pause;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> arriving = new ArrayDeque<>();
    private final List<String> writes = new ArrayList<>();
    private final StringBuilder received = new StringBuilder();
    private long window = NO_LIMIT;
    private final Set<Thread> readers = new HashSet<>();
    private int writersWaiting;
    private boolean clientEnded;
    private boolean clientReset;
    private boolean drained;
    private boolean awaitedWithoutBuffer;
    private @Nullable Consumer<Runnable> starter;
    private @Nullable Runnable resting;
    private boolean nudged;
    private boolean expired;
    private boolean closed;
    private Ending ending = Ending.NONE;
    private boolean reset;

    public MemoryTransport() {
        this(() -> {});
    }

    /// @param pause runs at the beginning of each of the server's calls: a place where other threads may come between
    public MemoryTransport(Runnable pause) {
        this.pause = pause;
    }

    /// Can wait without a thread from now on.
    ///
    /// @param newStarter starts a thread, which it does not wait for
    public void restsWith(Consumer<Runnable> newStarter) {
        change(() -> starter = newStarter);
    }

    // ------------------------------------------------------------------------------------------ the client

    /// Sends bytes, each text as a piece of its own.
    public void send(String... pieces) {
        change(() -> {
            reset |= closed;
            for (var piece : pieces) {
                arriving.add(piece.getBytes(ISO_8859_1));
            }
        });
    }

    /// Closes the client's direction, behind what it sent.
    public void end() {
        change(() -> clientEnded = true);
    }

    /// Resets the connection; what the server did not read is lost.
    public void reset() {
        change(() -> {
            arriving.clear();
            clientReset = true;
        });
    }

    /// Takes no bytes from now on, unless they fit into what is opened later.
    public void takeNothing() {
        change(() -> window = 0);
    }

    /// Takes that many bytes more.
    public void open(long bytes) {
        change(() -> window = window > NO_LIMIT - bytes ? NO_LIMIT : window + bytes);
    }

    /// Everything the client got, as Latin-1.
    public String received() {
        return get(received::toString);
    }

    /// What each write of the server carried.
    public List<String> writes() {
        return get(() -> List.copyOf(writes));
    }

    /// How the server ended.
    public Ending ending() {
        return get(() -> ending);
    }

    /// Whether the client may have lost what it had not read yet: something that it sent was not taken.
    public boolean isReset() {
        return get(() -> reset);
    }

    /// Whether the server has closed its socket.
    public boolean isClosed() {
        return get(() -> closed);
    }

    /// Whether the server's calls are made to throw.
    public boolean isExpired() {
        return get(() -> expired);
    }

    /// Waits until the server waits for bytes of the client that it did not send, or has closed.
    public void awaitReader() {
        await("a reader that waits", () -> closed || resting != null || (!readers.isEmpty() && arriving.isEmpty()));
    }

    /// Whether the server waits for bytes and brought no buffer for them.
    public boolean isAwaitedWithoutBuffer() {
        return get(() -> awaitedWithoutBuffer || resting != null);
    }

    /// Whether the server waits for bytes without a thread.
    public boolean isResting() {
        return get(() -> resting != null);
    }

    /// Waits until the server waits for bytes without a thread, or has closed.
    public void awaitRest() {
        await("a connection at rest", () -> closed || resting != null);
    }

    /// Waits until this thread waits for bytes that the client did not send, or the server has closed.
    public void awaitReader(Thread thread) {
        await("a thread to read", () -> closed || resting != null || (readers.contains(thread) && arriving.isEmpty()));
    }

    /// Waits until the server waits for a client that takes nothing, or has closed.
    public void awaitWriter() {
        await("a writer that waits", () -> closed || (writersWaiting > 0 && window == 0));
    }

    /// Waits until the client got a text as part of what it received.
    public void awaitReceived(String text) {
        await("\"" + text + "\"", () -> received.indexOf(text) >= 0);
    }

    /// Waits until what the client received is as a condition says.
    public void awaitReceived(String what, Predicate<String> condition) {
        await(what, () -> condition.test(received.toString()));
    }

    /// Waits until the server has ended its direction.
    public void awaitEnding() {
        await("the end", () -> ending != Ending.NONE);
    }

    // ------------------------------------------------------------------------------------------ the server

    @Override
    public void start(Runnable driver) {
        var own = get(() -> starter);
        if (own == null) {
            Thread.startVirtualThread(driver);
        } else {
            own.accept(driver);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        pause.run();
        lock.lock();
        try {
            if (drained && expired) {
                throw new DeadlineException(); // without a look at what may have arrived, as a channel does
            }
            awaitArrival();
            return take(target);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
        lock.lock();
        try {
            if (isUsable() && arriving.isEmpty() && !clientEnded) {
                drained = true;
                return 0;
            }
            return take(target);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isDrained() {
        return get(() -> drained);
    }

    @Override
    public void awaitInput() throws IOException {
        pause.run();
        lock.lock();
        try {
            if (drained) {
                awaitedWithoutBuffer = true;
                nudged = false;
                try {
                    awaitArrival();
                } finally {
                    awaitedWithoutBuffer = false;
                    nudged = false;
                }
                drained = false;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean awaitInput(Runnable driver) {
        pause.run();
        lock.lock();
        try {
            if (starter == null || isOverOrThere()) {
                return false;
            }
            resting = driver;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void nudge() {
        pause.run();
        change(() -> nudged = awaitedWithoutBuffer);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        pause.run();
        lock.lock();
        try {
            awaitWindow();
            var bytes = new byte[(int) Math.min(window, source.remaining())];
            source.get(bytes);
            record(bytes);
            return bytes.length;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        pause.run();
        lock.lock();
        try {
            awaitWindow();
            var bytes = ByteBuffer.allocate((int) Math.min(Math.min(window, count), 64 * 1024));
            boolean interrupted = Thread.interrupted(); // as a channel does
            try {
                if (file.read(bytes, position) < 0) {
                    throw new EOFException("the file ends before byte " + position);
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            var read = new byte[bytes.flip().remaining()];
            bytes.get(read);
            record(read);
            return read.length;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void expire() {
        pause.run();
        change(() -> expired = true);
    }

    @Override
    public void revive() {
        pause.run();
        change(() -> expired = false);
    }

    @Override
    public void closeOutput() {
        pause.run();
        change(() -> end(Ending.CLOSED));
    }

    @Override
    public void close() {
        pause.run();
        change(() -> {
            reset |= !arriving.isEmpty();
            end(arriving.isEmpty() ? Ending.CLOSED : Ending.RESET);
            closed = true;
        });
    }

    @Override
    public void abort() {
        pause.run();
        change(() -> {
            end(Ending.RESET);
            closed = true;
        });
    }

    @Override
    public SocketAddress localAddress() {
        return InetSocketAddress.createUnresolved("server", 80);
    }

    @Override
    public SocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("client", 1234);
    }

    // ------------------------------------------------------------------------------------------ under the lock

    private void end(Ending how) {
        if (ending == Ending.NONE) {
            ending = how;
        }
    }

    private void record(byte[] bytes) {
        if (window != NO_LIMIT) {
            window -= bytes.length;
        }
        var text = new String(bytes, ISO_8859_1);
        writes.add(text);
        received.append(text);
        changed.signalAll();
    }

    /// Takes a piece that has arrived, or the end.
    private int take(ByteBuffer target) {
        if (arriving.isEmpty()) {
            drained = false;
            return -1;
        }
        var piece = ByteBuffer.wrap(arriving.remove());
        int count = Math.min(piece.remaining(), target.remaining());
        target.put(piece.slice(0, count));
        if (count < piece.remaining()) {
            var rest = new byte[piece.remaining() - count];
            piece.position(count).get(rest);
            arriving.addFirst(rest);
        }
        drained = target.hasRemaining();
        return count;
    }

    /// Waits for bytes or the end of them.
    private void awaitArrival() throws IOException {
        readers.add(Thread.currentThread());
        changed.signalAll();
        try {
            while (isUsable() && arriving.isEmpty() && !clientEnded && !nudged) {
                waitOnce();
            }
        } finally {
            readers.remove(Thread.currentThread());
        }
    }

    private void awaitWindow() throws IOException {
        writersWaiting++;
        changed.signalAll();
        try {
            if (ending != Ending.NONE) {
                throw new ClientDisconnectedException("written behind the end of the server's direction");
            }
            while (isUsable() && window == 0) {
                waitOnce();
            }
        } finally {
            writersWaiting--;
        }
    }

    /// Whether there is something to be read, or a wait for it ends at once.
    private boolean isOverOrThere() {
        return closed || clientReset || expired || clientEnded || !arriving.isEmpty();
    }

    private boolean isUsable() throws IOException {
        if (closed) {
            throw new ClientDisconnectedException("the connection was closed by this server");
        }
        if (clientReset) {
            throw new ClientDisconnectedException("the client closed the connection");
        }
        return true;
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private void waitOnce() throws DeadlineException {
        if (expired) {
            throw new DeadlineException();
        }
        changed.awaitUninterruptibly();
        if (expired) {
            throw new DeadlineException();
        }
    }

    private void await(String what, BooleanSupplier condition) {
        lock.lock();
        try {
            long left = PATIENCE_NANOS;
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError("waited in vain for " + what + "; the client got: " + received);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable step) {
        lock.lock();
        try {
            step.run();
            var driver = resting;
            if (driver != null && starter != null && isOverOrThere()) {
                resting = null;
                starter.accept(driver);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T get(java.util.function.Supplier<T> value) {
        lock.lock();
        try {
            return value.get();
        } finally {
            lock.unlock();
        }
    }
}
