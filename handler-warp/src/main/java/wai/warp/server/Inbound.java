package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.ContentTooLargeException;
import wai.Headers;
import wai.transport.DeadlineException;
import wai.transport.Transport;
import wai.warp.http1.Http1Engine;
import wai.warp.http1.Http1Event;
import wai.warp.http1.Http1Fault;
import wai.warp.observe.Count;
import wai.warp.observe.Tally;
import wai.warp.settings.Timeouts.Kind;

/// The reading half of a connection: the input buffer, and the engine's events for what is in it.
///
/// For one thread at a time: the connection's own, the application's reader of the body, or the watcher of a
/// disconnect, which hand it to each other in that order.
final class Inbound {
    /// How long a request is waited for until that goes on without a thread.
    static final long REST_NANOS = 1_000_000_000;
    /// A read that the application asks for goes past the buffer when it is not smaller than that.
    private static final int LEAST_PAST = ServerState.BUFFER_SIZE;
    /// The JDK copies through a direct buffer as large as the read, and keeps it.
    private static final int MOST_PAST = 64 * 1024;

    private final Transport transport;
    private final ServerState server;
    private final Http1Engine engine;
    private final Tally tally;
    private final Visit visit;
    private final Deadline deadline;
    private final Pace pace;
    private final long headerLimit;
    private final long idleLimit;
    /// Whether a wait needs no thread from its beginning.
    private final boolean freely;

    private @Nullable ByteBuffer input;
    private @Nullable ByteBuffer data;
    private boolean headAwaited;
    private long headEnd;
    private boolean ended;
    private @Nullable Exception failure;
    /// When the thread that waits for a request is to end; 0 once it has been told. Looked at in the wait only.
    private volatile long restAt;
    /// Whether a request is waited for without a thread. Set before the thread ends, and taken by the one that goes on.
    private boolean resting;

    /// @param visit in which the deadline of a wait is looked at
    Inbound(Transport transport, ServerState server, Http1Engine engine, Tally tally, Visit visit) {
        this.transport = transport;
        this.server = server;
        this.engine = engine;
        this.tally = tally;
        this.visit = visit;
        this.deadline = new Deadline(visit);
        var timeouts = server.settings().timeouts();
        this.pace = new Pace(server.bodyPace());
        this.headerLimit = Deadline.nanos(timeouts.header());
        this.idleLimit = Deadline.nanos(timeouts.idle());
        this.freely = transport.restsFreely();
    }

    /// When the present wait must be over; for the sweeper.
    Deadline deadline() {
        return deadline;
    }

    /// Whether bytes were read that the engine has not consumed.
    boolean hasInput() {
        var buffer = input;
        return buffer != null && buffer.hasRemaining();
    }

    /// Whether the client has closed its direction.
    boolean hasEnded() {
        return ended;
    }

    /// What made the present body unreadable.
    ///
    /// @return null when nothing did
    @Nullable
    Exception failure() {
        return failure;
    }

    // ------------------------------------------------------------------------------------------ heads

    /// The next event of a head that is, perhaps, in the buffer already.
    Http1Event nextHeadEvent() throws Http1Fault {
        if (hasInput()) {
            var event = engine.nextEvent(buffer());
            if (event != Http1Event.Signal.NEED_INPUT) {
                failure = null;
                data = null;
                headAwaited = false;
                pace.restart();
                return event;
            }
        }
        return ended ? engine.endOfInput() : Http1Event.Signal.NEED_INPUT;
    }

    /// Reads the first bytes of a request; waits for them without a buffer and, when that takes long, without a thread.
    ///
    /// @param driver to be run by another thread when a thread is needed again; it comes back here
    /// @return false when it will be: the current thread is to end, and to touch nothing any more
    boolean awaitRequest(Runnable driver) throws IOException {
        boolean mayLook = resting || !transport.isDrained();
        if (resting) {
            resting = false;
        } else {
            long now = server.ticker().nanos();
            if (!freely) {
                restAt = now + REST_NANOS; // before the next visit is looked at: see Visit
                visit.by(now + REST_NANOS);
            }
            deadline.start(now, idleLimit, Kind.IDLE);
        }
        boolean stays = true;
        boolean passed = false;
        try {
            while (!(mayLook && fillNow())) {
                if ((mayLook || freely) && restAt == 0) {
                    resting = true;
                    if (transport.awaitInput(driver)) {
                        stays = false;
                        return false;
                    }
                    resting = false;
                }
                transport.awaitInput();
                mayLook = true;
            }
        } finally {
            if (stays) {
                passed = deadline.clear();
            }
        }
        checkInTime(passed);
        return true;
    }

    /// Reads what has come already on a new connection.
    ///
    /// @return whether a thread has something to do: with bytes, the end of the client, or a failure
    boolean hasCome() {
        try {
            return fillNow();
        } catch (IOException _) {
            release();
            return true; // the thread meets it, too
        }
    }

    /// Waits for the first bytes of a new connection without a thread.
    ///
    /// @param driver to be run by a thread when they come; calls [#awaitRequest]
    /// @return false when it will not be
    boolean restAtOnce(Runnable driver) {
        deadline.start(server.ticker().nanos(), idleLimit, Kind.IDLE);
        resting = true;
        if (transport.awaitInput(driver)) {
            return true;
        }
        resting = false;
        return false;
    }

    /// Whether a request is waited for without a thread; asked by the thread that goes on.
    boolean isResting() {
        return resting;
    }

    /// Has the thread that waits for a request end, if it has waited for long. By the sweeper, while the connection is
    /// idle. A thread that is only about to wait, as there was no carrier for it, may miss it and stays.
    ///
    /// @return when to come again; [Visit#NEVER] when it has been told
    long rest(long now) {
        long at = restAt;
        if (at == 0 || at - now > 0) {
            return at == 0 ? Visit.NEVER : at;
        }
        restAt = 0; // first: whoever is woken looks at it
        transport.nudge();
        return Visit.NEVER;
    }

    /// Reads more of a head, up to the deadline of the whole head, which begins when its rest is first waited for.
    void fillHead() throws IOException {
        long now = server.ticker().nanos();
        if (!headAwaited) {
            headAwaited = true;
            headEnd = now + headerLimit;
        }
        deadline.start(now, headerLimit >= Deadline.LONGEST ? Deadline.LONGEST : headEnd - now, Kind.HEADER);
        fill();
    }

    // ------------------------------------------------------------------------------------------ bodies

    /// Reads body bytes for the application.
    ///
    /// @param beforeWaiting called before a wait for the client: what it waits for must have been sent
    /// @return how many bytes; -1 at the end of the body
    int readBody(byte[] target, int offset, int length, Flush beforeWaiting) throws IOException {
        if (failure != null) {
            throw unreadable(failure);
        }
        try {
            var bytes = data;
            while (bytes == null || !bytes.hasRemaining()) {
                if (engine.isRequestRead()) {
                    return -1;
                }
                int past = (int) Math.min(Math.min(length, MOST_PAST), engine.openBody());
                if (past >= LEAST_PAST && !ended && !hasInput()) {
                    return readPast(target, offset, past, beforeWaiting);
                }
                if (nextBodyEvent(beforeWaiting) instanceof Http1Event.Data event) {
                    data = bytes = event.bytes();
                }
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(target, offset, count);
            return count;
        } catch (DeadlineException e) {
            transport.revive();
            failure = e;
            throw unreadable(e);
        } catch (Http1Fault | IOException e) {
            failure = e;
            throw unreadable(e);
        }
    }

    /// Reads body bytes to where the application wants them, past the input buffer, which is empty.
    private int readPast(byte[] target, int offset, int most, Flush beforeWaiting) throws IOException, Http1Fault {
        beforeWaiting.flush();
        long before = server.ticker().nanos();
        deadline.start(before, pace.allowance(), Kind.BODY);
        int count;
        boolean passed;
        try {
            count = transport.read(ByteBuffer.wrap(target, offset, most));
        } finally {
            passed = deadline.clear();
        }
        checkInTime(passed);
        if (count < 0) {
            ended = true;
            engine.endOfInput(); // inside a body: throws
            return count;
        }
        pace.count(server.ticker().nanos() - before, count);
        tally.add(Count.BYTES_READ, count);
        engine.bodyRead(count);
        return count;
    }

    /// How many body bytes can be read without waiting.
    int availableBody() {
        var bytes = data;
        return bytes == null ? 0 : bytes.remaining();
    }

    /// The trailer fields, once the body was read to its end.
    Headers trailers() {
        if (!engine.isRequestRead() || availableBody() > 0) {
            throw new IllegalStateException("trailers were asked for before the body was read to its end");
        }
        return engine.trailers();
    }

    /// Reads what the application left of a body, up to a limit.
    ///
    /// @return whether the request is read to its end
    boolean drainBody(long limit, Flush beforeWaiting) throws IOException, Http1Fault {
        if (failure != null || engine.unreadBody() > limit) {
            return false;
        }
        long left = limit;
        while (!engine.isRequestRead()) {
            if (nextBodyEvent(beforeWaiting) instanceof Http1Event.Data(ByteBuffer bytes)) {
                left -= bytes.remaining();
            }
            if (left < 0) {
                return false;
            }
        }
        return true;
    }

    private Http1Event nextBodyEvent(Flush beforeWaiting) throws IOException, Http1Fault {
        while (true) {
            var event = engine.nextEvent(buffer());
            if (event != Http1Event.Signal.NEED_INPUT) {
                return event;
            }
            if (ended) {
                return engine.endOfInput();
            }
            beforeWaiting.flush();
            long before = server.ticker().nanos();
            deadline.start(before, pace.allowance(), Kind.BODY);
            int count = fill();
            pace.count(server.ticker().nanos() - before, count);
        }
    }

    /// What the application gets to see of a failure.
    private IOException unreadable(Exception seen) {
        return switch (seen) {
            case ClientDisconnectedException same -> same;
            case DeadlineException late ->
                new ClientTimeoutException("the client sent too few bytes of the request body", late);
            case Http1Fault fault
            when fault.kind() == Http1Fault.Kind.BODY_TOO_LARGE ->
                new ContentTooLargeException(server.http1Limits().bodySize());
            default ->
                new ClientDisconnectedException("the request body could not be read: " + seen.getMessage(), seen);
        };
    }

    // ------------------------------------------------------------------------------------------ other reading

    /// Reads ahead for as long as the client stays, the buffer has room and nobody ends it by [Transport#expire].
    ///
    /// @return true when the client has left
    boolean watch() {
        try {
            while (!ended && hasRoom()) {
                fill();
            }
            return ended;
        } catch (DeadlineException _) {
            return false; // the exchange is over
        } catch (IOException _) {
            ended = true;
            return true;
        }
    }

    /// The bytes behind the head of a raw response; they belong to the caller.
    ByteBuffer takeLeftover() {
        var buffer = input;
        if (buffer == null) {
            return ByteBuffer.allocate(0);
        }
        var copy = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
        release(); // whoever gets the rest may hold it as long as the connection lives
        return copy;
    }

    /// Lets the client read our last word.
    void linger() {
        Linger.run(transport, server, deadline, tally);
    }

    /// Gives the buffer back; nothing is in it.
    void release() {
        var buffer = input;
        if (buffer != null) {
            input = null;
            data = null;
            if (buffer.capacity() == ServerState.BUFFER_SIZE) {
                server.inputs().give(buffer);
            }
        }
    }

    /// What was read and not consumed, from position to limit.
    private ByteBuffer buffer() {
        var buffer = input;
        if (buffer == null) {
            input = buffer = server.inputs().take().clear().limit(0);
        }
        return buffer;
    }

    /// Reads more behind what was not consumed, until the deadline.
    ///
    /// @return how many bytes came; 0 at the end of the client's direction
    private int fill() throws IOException {
        var buffer = roomy();
        int start = buffer.position();
        buffer.position(buffer.limit()).limit(buffer.capacity());
        int count;
        boolean passed;
        try {
            count = transport.read(buffer);
        } finally {
            passed = deadline.clear();
            buffer.limit(buffer.position()).position(start);
        }
        checkInTime(passed);
        if (count < 0) {
            ended = true;
            return 0;
        }
        tally.add(Count.BYTES_READ, count);
        return count;
    }

    /// What comes in the very moment in which its deadline passes is late: the transport is of no use any more.
    private static void checkInTime(boolean passed) throws DeadlineException {
        if (passed) {
            throw new DeadlineException();
        }
    }

    /// Reads what is there already, on a new connection most often a whole request.
    ///
    /// @return false when there was nothing; the buffer is given back then
    private boolean fillNow() throws IOException {
        int count = transport.readNow(buffer().clear());
        buffer().flip();
        if (count == 0) {
            release();
            return false;
        }
        ended = count < 0;
        if (count > 0) {
            tally.add(Count.BYTES_READ, count);
        }
        return true;
    }

    private boolean hasRoom() {
        var buffer = buffer();
        return buffer.remaining() < buffer.capacity();
    }

    /// The input buffer with room at its end: what is left moves to the front, or to a larger buffer.
    private ByteBuffer roomy() {
        var buffer = buffer();
        if (!buffer.hasRemaining()) {
            return buffer.clear().limit(0);
        }
        if (buffer.limit() < buffer.capacity()) {
            return buffer;
        }
        if (buffer.position() > 0) {
            return buffer.compact().flip();
        }
        int wanted = Math.min(server.http1Limits().largestInput() + 1, buffer.capacity() * 2);
        var larger = ByteBuffer.allocate(Math.max(wanted, buffer.capacity() + 1))
                .put(buffer)
                .flip();
        release();
        input = larger;
        return larger;
    }

    /// Sends what waits to be sent.
    @FunctionalInterface
    interface Flush {
        void flush() throws IOException;
    }
}
