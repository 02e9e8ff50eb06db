package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.transport.DeadlineException;
import wai.transport.Transport;
import wai.warp.http2.Http2Engine;
import wai.warp.http2.Http2Event;
import wai.warp.http2.Http2Stream;
import wai.warp.http2.frame.ConnectionFault;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.observe.Count;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Timeouts.Kind;

/// The one reader of a connection: bytes into events, which [Http2Requests] takes; on the connection's thread.
///
/// It runs no application and writes nothing. While it waits for another frame it holds no buffer.
final class Http2Reader {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Http2Connection connection;
    private final Http2Requests requests;
    private final Transport transport;
    private final ServerState server;
    private final Http2Engine engine;
    private final ReentrantLock lock;
    private final Deadline deadline;
    private @Nullable ByteBuffer input;

    /// The client has said nothing yet.
    private boolean silent;

    private long headEnd = Visit.NEVER;
    private long secondsSeen;
    /// Nothing more is read; under the lock.
    private boolean over;

    Http2Reader(Http2Connection connection, Http2Requests requests) {
        this.connection = connection;
        this.requests = requests;
        this.transport = connection.transport();
        this.server = connection.server();
        this.engine = connection.engine();
        this.lock = connection.lock();
        this.deadline = new Deadline(connection.visit());
        this.secondsSeen = server.ticker().nanos() / NANOS_PER_SECOND;
    }

    /// When the present wait must be over; for the sweeper.
    Deadline deadline() {
        return deadline;
    }

    /// Reads until the client has nothing more to say, or the last word was said to it.
    ///
    /// @param first what was read already, perhaps nothing
    void run(ByteBuffer first) {
        silent = !first.hasRemaining();
        input().clear().put(first).flip();
        try {
            kick();
            do {
                takeEvents();
            } while (read());
            Linger.run(transport, server, deadline, connection.tally());
        } catch (ConnectionFault fault) {
            connection.report(Phase.REQUEST, fault, null);
            connection.lastWord();
            Linger.run(transport, server, deadline, connection.tally());
        } catch (DeadlineException late) {
            tooLate(late);
        } catch (IOException e) {
            if (engine.isInsideHead() && !silent && connection.isUsable()) {
                connection.report(Phase.REQUEST, e, null);
            }
            inputEnded(e);
        } finally {
            end();
        }
    }

    private void kick() {
        lock.lock();
        try {
            connection.kick();
        } finally {
            lock.unlock();
        }
    }

    /// Takes everything that was read.
    private void takeEvents() throws ConnectionFault {
        long seconds = server.ticker().nanos() / NANOS_PER_SECOND;
        lock.lock();
        try {
            if (seconds != secondsSeen) {
                engine.passed(seconds - secondsSeen);
                secondsSeen = seconds;
            }
            for (Http2Event event; (event = engine.nextEvent(input())) != Http2Event.Signal.NEED_INPUT; ) {
                requests.take(event);
            }
            engine.drainTaken(Http2Reader::wakeSender);
            connection.kick();
        } catch (ConnectionFault fault) {
            var limit = fault.limit();
            if (limit != null) {
                server.totals().exceeded(limit); // before the client can be told of it
            }
            throw fault;
        } finally {
            lock.unlock();
            requests.reportAll();
        }
    }

    private static void wakeSender(Http2Stream stream) {
        if (stream.owner() instanceof Http2Exchange exchange) {
            exchange.responses().waiting().wake();
        }
    }

    private ByteBuffer input() {
        var buffer = input;
        if (buffer == null) {
            input = buffer = server.inputs().take().clear().limit(0);
        }
        return buffer;
    }

    /// Gives the input buffer back; nothing is in it that anybody wants.
    private void releaseInput() {
        var buffer = input;
        if (buffer != null) {
            input = null;
            server.inputs().give(buffer);
        }
    }

    /// Reads more behind what is left of a frame; without a buffer, where there is nothing of one.
    ///
    /// @return false when the last word was said
    private boolean read() throws IOException {
        if (!setDeadline(input().hasRemaining())) {
            return false;
        }
        int count;
        boolean passed;
        try {
            if (!input().hasRemaining() && transport.isDrained()) {
                releaseInput();
                transport.awaitInput();
            }
            count = transport.read(input().compact());
        } finally {
            passed = deadline.clear();
            if (input != null) {
                input.flip();
            }
        }
        if (passed) {
            throw new DeadlineException();
        }
        if (count < 0) {
            throw new ClientDisconnectedException("the client closed the connection");
        }
        silent = false;
        connection.tally().add(Count.BYTES_READ, count);
        return true;
    }

    // ------------------------------------------------------------------------------------------ deadlines

    /// Sets the deadline of the next wait: for the rest of something begun, or for another request.
    ///
    /// @param begun whether there is the beginning of a frame
    /// @return false when nothing is to be waited for
    private boolean setDeadline(boolean begun) {
        long now = server.ticker().nanos();
        var timeouts = server.settings().timeouts();
        lock.lock();
        try {
            if (connection.isClosing()) {
                return false;
            }
            if (engine.isInsideHead() || (engine.inHand() == 0 && begun)) {
                long limit = Deadline.nanos(timeouts.header());
                headEnd = headEnd == Visit.NEVER ? now + limit : headEnd;
                deadline.start(now, limit >= Deadline.LONGEST ? limit : headEnd - now, Kind.HEADER);
            } else {
                headEnd = Visit.NEVER;
                if (engine.inHand() == 0) {
                    idles();
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Nothing is in hand any more: the client has so long for another request. Under the lock.
    void idles() {
        start(server.settings().timeouts().idle(), Kind.IDLE);
    }

    /// Everything was said: the client has so long to close. Under the lock.
    void lingers() {
        start(server.settings().timeouts().linger(), Kind.LINGER);
    }

    private void start(Duration limit, Kind kind) {
        if (!over) {
            deadline.start(server.ticker().nanos(), Deadline.nanos(limit), kind);
        }
    }

    /// The deadline has passed, or that of the writer.
    private void tooLate(DeadlineException late) {
        if (connection.isOutputLate()) {
            return; // the writer knows as well
        }
        lock.lock();
        try {
            if (connection.isClosing()) {
                return; // the client had time enough
            }
            engine.goAway(ErrorCode.NO_ERROR, "");
        } finally {
            lock.unlock();
        }
        if (engine.isInsideHead()) {
            var slow = new ClientTimeoutException("the client sent too few bytes of a request head", late);
            connection.report(Phase.REQUEST, slow, null);
        }
        transport.revive();
        connection.lastWord();
    }

    /// The client sends nothing more. Responses go on, as long as it takes them.
    private void inputEnded(IOException why) {
        lock.lock();
        try {
            requests.inputEnded(why);
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            over = true;
            deadline.clear();
        } finally {
            lock.unlock();
        }
        releaseInput();
    }
}
