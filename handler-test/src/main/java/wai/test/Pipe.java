package wai.test;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;

/// Bytes on their way from one thread to another: bounded, in chunks, and with an end that is told from a cut.
///
/// ```text
///              end()                 the reader gets the chunks, then the end
///    OPEN ────────────▶ ENDED
///      │       cut()                 the reader gets the chunks, then an exception
///      ├──────────────▶ CUT
///      │       abandon()             the writer gets an exception
///      └──────────────▶ ABANDONED ◀── from ENDED and CUT too, where it changes nothing for the writer
/// ```
final class Pipe {
    /// How many bytes may wait before a writer blocks: about what the two socket buffers of a loopback connection of a
    /// small machine hold, and small enough for a test to fill. A chunk that is larger alone passes when nothing waits.
    static final int CAPACITY = 64 * 1024;

    private enum State {
        OPEN,
        ENDED,
        CUT,
        ABANDONED
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private int waiting;
    private State state = State.OPEN;
    private String reason = "";

    /// Adds a chunk, which belongs to the pipe from now on; blocks while the pipe is full.
    ///
    /// @throws ClientDisconnectedException when the reader or the writer's side is gone
    void write(byte[] chunk, Patience patience) throws IOException {
        if (chunk.length == 0) {
            return;
        }
        lock.lock();
        try {
            patience.await(changed, () -> state != State.OPEN || hasRoomFor(chunk));
            switch (state) {
                case OPEN -> {
                    chunks.add(chunk);
                    waiting += chunk.length;
                    changed.signalAll();
                }
                case ENDED -> throw new IllegalStateException("written after the end");
                case CUT, ABANDONED -> throw new ClientDisconnectedException(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes the next chunk; blocks until there is one.
    ///
    /// @return the chunk, never empty; null at the end
    /// @throws ClientDisconnectedException after a cut
    byte @Nullable [] read(Patience patience) throws IOException {
        lock.lock();
        try {
            patience.await(changed, () -> !chunks.isEmpty() || state != State.OPEN);
            if (chunks.isEmpty()) {
                if (state == State.ENDED) {
                    return null;
                }
                throw new ClientDisconnectedException(reason);
            }
            var chunk = chunks.remove();
            waiting -= chunk.length;
            changed.signalAll();
            return chunk;
        } finally {
            lock.unlock();
        }
    }

    /// Takes part of the next chunk, for streams.
    ///
    /// @return how many bytes were taken, at least 1; -1 at the end
    int read(byte[] target, int offset, int length, Patience patience) throws IOException {
        lock.lock();
        try {
            var chunk = read(patience);
            if (chunk == null) {
                return -1;
            }
            int count = Math.min(length, chunk.length);
            System.arraycopy(chunk, 0, target, offset, count);
            if (count < chunk.length) {
                chunks.addFirst(Arrays.copyOfRange(chunk, count, chunk.length));
                waiting += chunk.length - count;
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// How many bytes wait.
    int available() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /// Says that nothing follows.
    void end() {
        close(State.ENDED, "");
    }

    /// Says that something would have followed.
    void cut(String newReason) {
        close(State.CUT, newReason);
    }

    /// Says that nobody reads any more; what waits is dropped.
    void abandon(String newReason) {
        lock.lock();
        try {
            chunks.clear();
            waiting = 0;
        } finally {
            lock.unlock();
        }
        close(State.ABANDONED, newReason);
    }

    /// Whether a writer would be refused.
    boolean isClosed() {
        lock.lock();
        try {
            return state != State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoomFor(byte[] chunk) {
        return waiting == 0 || chunk.length <= CAPACITY - waiting;
    }

    private void close(State newState, String newReason) {
        lock.lock();
        try {
            if (state == State.OPEN || (newState == State.ABANDONED && state != State.ABANDONED)) {
                state = newState;
                reason = newReason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
