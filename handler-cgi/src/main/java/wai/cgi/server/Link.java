package wai.cgi.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.cgi.settings.Timeouts;
import wai.transport.Transport;

/// A connection of a web server: bytes in, bytes out, deadlines, and an end that can be told from a regular one.
///
/// One thread may read while another writes; of two that read, one waits for the other. Waits are ended by the sweeper:
/// one that reads by ending our reading direction, so that an answer can still be written; one that writes by closing.
/// An interrupt ends no wait and stays set.
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

    private final Transport transport;
    private final Timeouts timeouts;
    private final LongSupplier clock;
    private final LinkTally tally;
    private final Deadline reading = new Deadline();
    private final Deadline writing = new Deadline();
    /// Whose turn it is to read; held while that one waits.
    private final ReentrantLock turn = new ReentrantLock();
    /// Nothing came in time, and nothing is read any more.
    private boolean isLate;

    private final AtomicReference<State> state = new AtomicReference<>(State.BUSY);
    private volatile Wait expected = Wait.IDLE;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private volatile LongConsumer tick = _ -> {};
    private volatile @Nullable Pause pause;

    /// @param clock nanoseconds, from anywhere
    Link(Transport transport, Timeouts timeouts, LongSupplier clock, LinkTally tally) {
        this.transport = transport;
        this.timeouts = timeouts;
        this.clock = clock;
        this.tally = tally;
    }

    /// Reads what is there; waits when there is nothing.
    ///
    /// @param target where the bytes go; has room
    /// @param wait what they are
    /// @return how many came; -1 when the web server has ended its direction, or behind a time-out
    /// @throws ClientTimeoutException when the time-out of that wait is over and nothing has come; writing still works
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
        expect(wait, since); // also for a thread that reads already
        turn.lock();
        try {
            expect(wait, since); // what that one has read ended the wait
            return read(target);
        } finally {
            turn.unlock();
        }
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
        turn.lock();
        try {
            return isLate ? -1 : await(target);
        } finally {
            turn.unlock();
        }
    }

    private int await(ByteBuffer target) throws IOException {
        int count;
        try {
            do {
                transport.awaitInput();
                boolean isOver = reading.isTaken(); // looked at first: what has come by then is not too late
                count = transport.readNow(target);
                isLate = isOver && count == 0;
            } while (count == 0 && !isLate);
        } catch (IOException e) {
            throw new ClientDisconnectedException("the connection broke while waiting for " + expected, e);
        } finally {
            reading.clear();
        }
        if (isLate) {
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

    /// Writes all bytes of a buffer, which is at its end afterwards; blocks while the web server does not take them.
    ///
    /// @param bytes what to write
    /// @throws ClientTimeoutException when it took none within the time-out; the connection is closed then
    /// @throws ClientDisconnectedException when the connection is broken, or closed by a stop
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            writeSome(bytes);
        }
    }

    private void writeSome(ByteBuffer bytes) throws IOException {
        writing.start(now(), timeouts.write());
        try {
            tally.written(transport.write(bytes));
        } catch (IOException e) {
            if (writing.clear()) {
                throw late(Wait.WRITE, e);
            }
            throw new ClientDisconnectedException("the web server closed the connection before it had the response", e);
        }
        if (writing.clear()) {
            throw late(Wait.WRITE, null);
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
        endWriting();
        try {
            var sink = ByteBuffer.allocate(16 * 1024);
            long since = now();
            long most = Deadline.nanos(Wait.LINGER.limit(timeouts)); // also where something is always there to be read
            while (now() - since < most && read(sink.clear(), Wait.LINGER, since) >= 0) {}
        } catch (IOException _) {
            // the web server is gone, and with it whatever it was sending
        }
    }

    /// Ends our direction behind what was written: the web server sees that nothing more comes.
    public void endWriting() {
        transport.closeOutput();
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
        transport.abort();
    }

    /// Where the web server is.
    ///
    /// @return the other end of the connection
    public SocketAddress peer() {
        return transport.remoteAddress();
    }

    // ------------------------------------------------------------------------------------------ for the server

    /// Starts the thread of the connection.
    void start(Runnable driver) {
        transport.start(driver);
    }

    void begin() {
        var own = Thread.currentThread();
        own.setName("wai-cgi-" + peer());
        thread = own;
    }

    void close() {
        state.set(State.CLOSED);
        transport.close();
    }

    /// The server stops: an idle connection is closed.
    void stop() {
        stopping = true;
        if (state.compareAndSet(State.IDLE, State.CLOSED)) {
            endWriting(); // at once, so that no further request is sent here: closing waits for the poller
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
        reading.takeIfPassed(now);
        if (reading.isTaken()) {
            transport.nudge(); // each time: who was only about to wait has not noticed
        }
        if (writing.takeIfPassed(now)) {
            abort();
        }
    }

    /// For people.
    @Override
    public String toString() {
        return peer() + " " + state.get();
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
