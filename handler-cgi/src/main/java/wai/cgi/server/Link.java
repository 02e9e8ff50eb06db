package wai.cgi.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.cgi.settings.Timeouts;

/// A connection of a web server: bytes in, bytes out, deadlines, and an end that can be told from a regular one.
///
/// One thread may read while another writes. Waits are ended by the sweeper: one that reads by ending our reading
/// direction, so that an answer can still be written; one that writes by closing.
public final class Link {
    /// What a connection is doing, for stopping and for reports.
    private enum State {
        /// Waiting for a request: may be closed without harm.
        IDLE,
        /// From the first byte of a request on.
        BUSY,
        /// Closed, or about to be.
        CLOSED
    }

    private final SocketChannel channel;
    private final SocketAddress peer;
    private final Timeouts timeouts;
    private final LongSupplier clock;
    private final LinkTally tally;
    private final Deadline reading = new Deadline();
    private final Deadline writing = new Deadline();
    private final AtomicReference<State> state = new AtomicReference<>(State.BUSY);
    private volatile Wait expected = Wait.IDLE;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private volatile LongConsumer tick = _ -> {};
    private volatile @Nullable Pause pause;

    /// @param clock nanoseconds, from anywhere
    Link(SocketChannel channel, Timeouts timeouts, LongSupplier clock, LinkTally tally) throws IOException {
        this.channel = channel;
        this.peer = channel.getRemoteAddress();
        this.timeouts = timeouts;
        this.clock = clock;
        this.tally = tally;
    }

    /// Reads what is there; waits when there is nothing.
    ///
    /// @param target where the bytes go
    /// @param wait what they are
    /// @return how many came; -1 when the web server has ended its direction
    /// @throws ClientTimeoutException when the time-out of that wait is over; writing still works
    /// @throws ClientDisconnectedException when the connection is broken, or closed by a stop
    public int read(ByteBuffer target, Wait wait) throws IOException {
        return read(target, wait, now());
    }

    /// Reads as [#read(ByteBuffer, Wait)] does, within a time-out that began earlier: for what must come as a whole in
    /// time.
    ///
    /// @param target where the bytes go
    /// @param wait what they are
    /// @param since when the time-out began, a time of [#now]
    /// @return how many came; -1 when the web server has ended its direction
    /// @throws IOException as for [#read(ByteBuffer, Wait)]
    public int read(ByteBuffer target, Wait wait, long since) throws IOException {
        expect(wait, since);
        return read(target);
    }

    /// Says what the next read waits for, or the one that waits already: for connections where other threads than the
    /// reading one know that.
    ///
    /// @param wait what comes next
    /// @param since when its time-out began, a time of [#now]
    public void expect(Wait wait, long since) {
        expected = wait;
        reading.start(since, wait.limit(timeouts));
    }

    /// Reads as [#read(ByteBuffer, Wait)] does, within the time-out that [#expect] began.
    ///
    /// @param target where the bytes go
    /// @return how many came; -1 when the web server has ended its direction
    /// @throws IOException as for [#read(ByteBuffer, Wait)]
    public int read(ByteBuffer target) throws IOException {
        boolean wasInterrupted = Thread.interrupted(); // would close the channel, which is not what it was meant for
        int count;
        try {
            count = channel.read(target);
        } catch (IOException e) {
            if (reading.clear()) {
                throw late(expected, e);
            }
            throw new ClientDisconnectedException("the connection broke while waiting for " + expected, e);
        } finally {
            restore(wasInterrupted);
        }
        if (reading.clear() && count < 0) {
            throw late(expected, null);
        }
        tally.read(Math.max(count, 0));
        return count;
    }

    /// Has something run now and then, some ten times a second, on a thread that must not wait.
    ///
    /// @param action what to run; told the time, one of [#now]
    public void onTick(LongConsumer action) {
        tick = action;
    }

    /// The present, for [#read(ByteBuffer, Wait, long)].
    ///
    /// @return nanoseconds, from anywhere
    public long now() {
        return clock.getAsLong();
    }

    /// Writes all bytes of the buffers, which are at their end afterwards; blocks while the web server does not take
    /// them.
    ///
    /// @param buffers what to write, in order
    /// @throws ClientTimeoutException when it took none within the time-out; the connection is closed then
    /// @throws ClientDisconnectedException when the connection is broken, or closed by a stop
    public void write(ByteBuffer... buffers) throws IOException {
        boolean wasInterrupted = Thread.interrupted(); // as above
        try {
            while (hasRemaining(buffers)) {
                writing.start(now(), timeouts.write());
                tally.written(buffers.length == 1 ? channel.write(buffers[0]) : channel.write(buffers));
                if (writing.clear()) {
                    throw late(Wait.WRITE, null);
                }
            }
        } catch (ClientDisconnectedException e) {
            throw e;
        } catch (IOException e) {
            if (writing.clear()) {
                throw late(Wait.WRITE, e);
            }
            throw new ClientDisconnectedException("the web server closed the connection before it had the response", e);
        } finally {
            restore(wasInterrupted);
        }
    }

    /// Says that no request has begun, so that a stop may close the connection.
    ///
    /// @return false when the server stops: then the connection should end
    public boolean becomesIdle() {
        state.compareAndSet(State.BUSY, State.IDLE);
        return !stopping; // looked at after the state was set, so that the stop closes it or we see it
    }

    /// Says that a request has begun.
    ///
    /// @return false when a stop has closed the connection
    public boolean becomesBusy() {
        return state.compareAndSet(State.IDLE, State.BUSY) || state.get() == State.BUSY;
    }

    /// Whether the server stops: no further request should begin.
    ///
    /// @return true from the stop on
    public boolean isStopping() {
        return stopping;
    }

    /// Ends our direction and reads what still comes, for two seconds at most: closing with unread bytes would be a
    /// reset, which takes the response away from a web server that is still sending.
    public void finish() {
        try {
            channel.shutdownOutput();
            var sink = ByteBuffer.allocate(16 * 1024);
            long since = now();
            while (read(sink.clear(), Wait.LINGER, since) >= 0) {}
        } catch (IOException _) {
            // the web server is gone, and with it whatever it was sending
        }
    }

    /// Ends our direction behind what was written: the web server sees that nothing more comes.
    public void endWriting() {
        try {
            channel.shutdownOutput();
        } catch (IOException _) {
            // it is closed already
        }
    }

    /// Waits for nothing, by the clock of the server; ends at once when the thread is interrupted, which stays so. One
    /// thread of a connection may do so.
    ///
    /// @param length how long, at least; zero does not wait
    public void pause(Duration length) {
        if (length.isZero()) {
            return;
        }
        var own = new Pause(now() + Deadline.nanos(length), new CountDownLatch(1));
        pause = own;
        try {
            own.over.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            pause = null;
        }
    }

    /// Counts a time-out that ended a wait of somebody else on this connection.
    ///
    /// @param kind which
    public void timedOut(Timeouts.Kind kind) {
        tally.timedOut(kind);
    }

    /// Breaks the connection, so that the web server sees a reset and no regular end; over a Unix socket it sees one
    /// only when it was still sending.
    public void abort() {
        state.set(State.CLOSED);
        try {
            if (!(peer instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException _) {
            // it is closed already
        }
        close();
    }

    /// Where the web server is.
    ///
    /// @return the other end of the connection
    public SocketAddress peer() {
        return peer;
    }

    // ------------------------------------------------------------------------------------------ for the server

    void begin() {
        thread = Thread.currentThread();
    }

    void close() {
        state.set(State.CLOSED);
        try {
            channel.close();
        } catch (IOException _) {
            // nothing is left to be closed
        }
    }

    /// The server stops: an idle connection is closed.
    void stop() {
        stopping = true;
        if (state.compareAndSet(State.IDLE, State.CLOSED)) {
            endWriting(); // at once, so that no further request is sent here: closing waits for the thread that reads
            close();
        }
    }

    /// The grace period is over.
    void kill() {
        abort();
        var running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /// Ends waits whose time has passed. By the sweeper.
    void sweep(long now) {
        tick.accept(now);
        var waiting = pause;
        if (waiting != null && now - waiting.end >= 0) {
            waiting.over.countDown();
        }
        if (reading.takeIfPassed(now)) {
            try {
                channel.shutdownInput();
            } catch (IOException _) {
                // it is closed already
            }
        }
        if (writing.takeIfPassed(now)) {
            abort();
        }
    }

    /// For people.
    @Override
    public String toString() {
        return peer + " " + state.get();
    }

    private static void restore(boolean wasInterrupted) {
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        for (var buffer : buffers) {
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    private ClientTimeoutException late(Wait wait, @Nullable IOException cause) {
        if (wait.kind() != null) {
            tally.timedOut(wait.kind());
        }
        var message = "the web server was waited for too long: " + wait + " (time-out " + wait.limit(timeouts) + ")";
        return cause == null ? new ClientTimeoutException(message) : new ClientTimeoutException(message, cause);
    }

    /// A thread that waits until a time.
    private record Pause(long end, CountDownLatch over) {}
}
