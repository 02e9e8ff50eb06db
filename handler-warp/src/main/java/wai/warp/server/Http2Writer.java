package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import wai.ClientTimeoutException;
import wai.transport.DeadlineException;
import wai.warp.http1.OutputBuffer;
import wai.warp.http2.Http2Stream;
import wai.warp.observe.Count;
import wai.warp.settings.Timeouts.Kind;

/// The one writer of a connection: takes what the engine has to send, frames of many streams together, and writes it.
///
/// It runs while there is something to send, so that an idle connection has no thread and no buffer for it. It ends
/// under the connection's lock, where whoever puts something into the engine then sees that it must be started again.
final class Http2Writer implements Runnable {
    /// A larger buffer is not kept for others.
    private static final int KEPT_CAPACITY = 128 * 1024;

    private final Http2Connection connection;
    private final ServerState server;
    private final Deadline deadline;
    private final Pace pace;
    // Under the connection's lock.
    private boolean running;
    private final Deque<Http2Wait> waitForRoom = new ArrayDeque<>();
    /// Its own: nothing will be written behind this.
    private boolean last;

    Http2Writer(Http2Connection connection) {
        this.connection = connection;
        this.server = connection.server();
        this.deadline = new Deadline(connection.visit());
        this.pace = new Pace(server.writePace());
    }

    /// When the present write must be over; for the sweeper.
    Deadline deadline() {
        return deadline;
    }

    /// Whether it runs; under the lock.
    boolean isRunning() {
        return running;
    }

    /// Has it run, unless it does; under the lock.
    void start() {
        if (!running) {
            running = true;
            connection.transport().start(this);
        }
    }

    /// Waits until the output is small; under the lock.
    ///
    /// @param wait where
    /// @param exchange who
    void awaitRoom(Http2Wait wait, Http2Exchange exchange) throws ClientTimeoutException {
        waitForRoom.add(wait);
        try {
            wait.await(
                    connection.lock(),
                    server.ticker().nanos(),
                    Deadline.nanos(server.settings().timeouts().write()),
                    Kind.WRITE);
        } catch (DeadlineException late) {
            throw new ClientTimeoutException("the client took too few bytes of " + exchange.request(), late);
        } finally {
            waitForRoom.remove(wait);
        }
    }

    /// The output was taken, or never will be; under the lock.
    void roomMade() {
        waitForRoom.forEach(Http2Wait::wake);
    }

    @Override
    public void run() {
        try {
            for (OutputBuffer full; (full = take()) != null; ) {
                try {
                    write(full);
                } finally {
                    give(full);
                }
            }
            if (last) {
                connection.transport().closeOutput();
            }
        } catch (IOException e) {
            connection.outputFailed(e);
            connection.writerStopped();
        } catch (RuntimeException | Error e) { // out of memory, perhaps
            connection.outputFailed(new IOException("the writer of the connection failed", e));
            connection.writerStopped();
        }
    }

    /// @return null when there is nothing to write; it must end then
    private @Nullable OutputBuffer take() {
        var lock = connection.lock();
        lock.lock();
        try {
            var full = connection.engine().takeOutput();
            connection.engine().drainTaken(Http2Writer::wake);
            roomMade();
            if (full == null) {
                running = false;
                pace.restart();
                last = connection.outputEnded();
            }
            return full;
        } finally {
            lock.unlock();
        }
    }

    /// It has failed and will write nothing more; under the lock.
    void stopped() {
        running = false;
    }

    private static void wake(Http2Stream stream) {
        if (stream.owner() instanceof Http2Exchange exchange) {
            exchange.responses().waiting().wake();
        }
    }

    private void write(OutputBuffer full) throws IOException {
        while (!full.isEmpty()) {
            var source = ByteBuffer.wrap(full.array(), full.offset(), full.size());
            long before = server.ticker().nanos();
            deadline.start(before, pace.allowance(), Kind.WRITE);
            int count;
            boolean passed;
            try {
                count = connection.transport().write(source);
            } catch (DeadlineException late) {
                throw tooSlow(late);
            } finally {
                passed = deadline.clear();
            }
            if (passed) { // in the very moment: the transport is of no use any more
                throw tooSlow(new DeadlineException());
            }
            pace.count(server.ticker().nanos() - before, count);
            connection.tally().add(Count.BYTES_WRITTEN, count);
            full.drained(count);
        }
    }

    private void give(OutputBuffer buffer) {
        if (buffer.isEmpty() && buffer.array().length <= KEPT_CAPACITY) {
            server.outputs().give(buffer);
        } else {
            server.outputs().discard(buffer);
        }
    }

    private static ClientTimeoutException tooSlow(DeadlineException late) {
        return new ClientTimeoutException("the client took too few bytes of what is sent to it", late);
    }
}
