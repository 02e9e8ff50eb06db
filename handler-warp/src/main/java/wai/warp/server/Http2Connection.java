package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.ContentTooLargeException;
import wai.Headers;
import wai.spi.Exchange.Progress;
import wai.spi.Signal;
import wai.warp.arrival.Arrival;
import wai.warp.http2.Http2Engine;
import wai.warp.http2.Http2Event;
import wai.warp.http2.Http2Stream;
import wai.warp.http2.frame.ConnectionFault;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.http2.frame.StreamFault;
import wai.warp.observe.Count;
import wai.warp.observe.Flight;
import wai.warp.observe.Tally;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Timeouts.Kind;
import wai.warp.transport.DeadlineException;
import wai.warp.transport.Transport;

/// The driver of one HTTP/2 connection: a reader, this one; a writer, [Http2Writer]; and a thread for each stream,
/// [Http2Exchange].
///
/// ```text
///   transport ──bytes──▶ reader ──events──▶ exchanges: body, reset, a new one          one thread each
///                          │ engine, under the lock │ heads, bodies, what was read
///                          └────────────┬───────────┘
///   transport ◀──bytes── writer ◀───────┘ frames of many streams
/// ```
///
/// The engine is used under `lock`, which nobody holds while he reads, writes or runs anything of the application's.
final class Http2Connection {
    /// What HTTP/2 over TLS is called in ALPN (RFC 9113 §3.2).
    static final String ALPN_NAME = "h2";

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /// How long a client may take to answer the PING behind the first GOAWAY.
    private static final long STOP_NANOS = NANOS_PER_SECOND;

    private final Transport transport;
    private final ServerState server;
    private final Arrival arrival;
    private final Tally tally;
    private final Visit visit;
    private final Http2Engine engine;
    private final ReentrantLock lock = new ReentrantLock();
    private final Http2Writer writer;
    private final Deadline reading;
    private final Set<Http2Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private final long requestLimit;
    private final long oldAt;

    // Under the lock.
    private final Condition quiet = lock.newCondition();
    private final Deque<Http2Wait> waitForRoom = new ArrayDeque<>();
    private final Deque<Failure> unreported = new ArrayDeque<>();
    /// The last word was said, or is about to be.
    private boolean closing;

    /// The output works no longer; whoever waits is woken and looks.
    private volatile boolean broken;

    /// The client took too little, so that the reader's wait was ended as well.
    private volatile boolean writerExpired;

    /// When the second GOAWAY is due, after the first; [Visit#NEVER] before.
    private volatile long stopsAt = Visit.NEVER;

    /// Of the reader.
    private @Nullable ByteBuffer input;

    /// The client has said nothing yet.
    private boolean silent;

    private long headEnd = Visit.NEVER;
    private long requests;
    private long secondsSeen;

    /// @param arrival how it came in
    /// @param tally counts what it does
    /// @param visit in which its deadlines are looked at
    /// @param oldAt when it is too old for further requests
    Http2Connection(Arrival arrival, ServerState server, Tally tally, Visit visit, long oldAt) {
        this.arrival = arrival;
        this.transport = arrival.transport();
        this.server = server;
        this.tally = tally;
        this.visit = visit;
        this.oldAt = oldAt;
        this.engine = new Http2Engine(server.http2Limits(), server.outputs()::take);
        this.reading = new Deadline(visit);
        this.writer = new Http2Writer(this);
        this.requestLimit = server.settings().limits().requestsPerConnection();
        this.secondsSeen = server.ticker().nanos() / NANOS_PER_SECOND;
    }

    // ------------------------------------------------------------------------------------------ reading

    /// Serves the connection to its end; on the reader's thread.
    ///
    /// @param first what was read already, perhaps nothing
    void serve(ByteBuffer first) {
        silent = !first.hasRemaining();
        input().clear().put(first).flip();
        try {
            kickLocked();
            do {
                takeEvents();
            } while (read());
            Linger.run(transport, server, reading, tally);
        } catch (ConnectionFault fault) {
            report(Phase.REQUEST, fault, null);
            lastWord();
            Linger.run(transport, server, reading, tally);
        } catch (DeadlineException late) {
            tooLate(late);
        } catch (IOException e) {
            if (engine.isInsideHead() && !silent && !broken) {
                report(Phase.REQUEST, e, null);
            }
            inputEnded(e);
        } finally {
            leave();
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
                take(event);
            }
            engine.drainTaken(Http2Connection::wakeSender);
            kick();
        } finally {
            lock.unlock();
            reportAll();
        }
    }

    /// Tells the hook what was seen under the lock.
    private void reportAll() {
        for (Failure failure; (failure = unreported.poll()) != null; ) {
            try {
                server.report(failure);
            } catch (Throwable _) {
                // as in report
            }
        }
    }

    private static void wakeSender(Http2Stream stream) {
        if (stream.owner() instanceof Http2Exchange exchange) {
            exchange.responses().waiting().wake();
        }
    }

    private void take(Http2Event event) {
        switch (event) {
            case Http2Event.Head head -> begin(head);
            case Http2Event.Refusal refusal -> refuse(refusal);
            case Http2Event.Data(Http2Stream stream, ByteBuffer bytes) -> {
                if (stream.owner() instanceof Http2Exchange exchange) {
                    exchange.body().add(bytes);
                }
            }
            case Http2Event.End end -> {
                if (end.stream().owner() instanceof Http2Exchange exchange) {
                    exchange.body().end(end.trailers());
                }
            }
            case Http2Event.Excess(Http2Stream stream) -> {
                if (stream.owner() instanceof Http2Exchange exchange) {
                    exchange.body()
                            .fail(new ContentTooLargeException(
                                    server.settings().limits().bodyBytes()));
                }
            }
            case Http2Event.Reset reset -> reset(reset);
            case Http2Event.Signal _ -> {}
        }
    }

    private void begin(Http2Event.Head head) {
        var observation = server.observe();
        var exchange = new Http2Exchange(this, head, observation);
        head.stream().belongsTo(exchange);
        if (!head.stream().isReceiving()) {
            exchange.body().end(Headers.EMPTY);
        }
        requests++;
        tally.add(Count.REQUESTS);
        if (requests >= requestLimit || Deadline.isPassed(oldAt, server.ticker().nanos())) {
            engine.finishStop();
        }
        start(exchange, exchange);
    }

    private void start(Http2Exchange exchange, Runnable work) {
        exchanges.add(exchange);
        boolean started = false;
        try {
            transport.start(work);
            started = true;
        } finally {
            if (!started) { // out of memory
                engine.reset(exchange.stream(), ErrorCode.REFUSED_STREAM);
                ended(exchange);
            }
        }
    }

    /// Answers a request past a limit on a thread of its own: the reader does not wait for windows.
    private void refuse(Http2Event.Refusal refusal) {
        var stream = refusal.stream();
        unreported.add(
                failure(Phase.REQUEST, new StreamFault(stream.id(), ErrorCode.PROTOCOL_ERROR, refusal.why()), null));
        var request = new Http2Event.Head(stream, "GET", "/", null, Headers.EMPTY, 0, false);
        var exchange = new Http2Exchange(this, request, null);
        stream.belongsTo(exchange);
        start(exchange, () -> {
            try {
                exchange.responses().refuse(refusal.method(), refusal.status(), refusal.why());
            } catch (IOException _) {
                // the client is gone and needs no answer
            } finally {
                ended(exchange);
            }
        });
    }

    private void reset(Http2Event.Reset reset) {
        if (reset.fault() != null) {
            var owner = reset.stream().owner() instanceof Http2Exchange exchange ? exchange : null;
            unreported.add(
                    failure(Phase.REQUEST, new StreamFault(reset.stream().id(), reset.code(), reset.fault()), owner));
        }
        if (reset.stream().owner() instanceof Http2Exchange exchange) {
            exchange.body().fail(new ClientDisconnectedException("the stream was reset: " + reset.code()));
            exchange.disconnected();
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
            passed = reading.clear();
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
        tally.add(Count.BYTES_READ, count);
        return true;
    }

    /// Sets the deadline of the next wait: for the rest of something begun, or for another request.
    ///
    /// @param begun whether there is the beginning of a frame
    /// @return false when nothing is to be waited for
    private boolean setDeadline(boolean begun) {
        long now = server.ticker().nanos();
        var timeouts = server.settings().timeouts();
        lock.lock();
        try {
            if (closing) {
                return false;
            }
            if (engine.isInsideHead() || (engine.inHand() == 0 && begun)) {
                long limit = Deadline.nanos(timeouts.header());
                headEnd = headEnd == Visit.NEVER ? now + limit : headEnd;
                reading.start(now, limit >= Deadline.LONGEST ? limit : headEnd - now, Kind.HEADER);
            } else {
                headEnd = Visit.NEVER;
                if (engine.inHand() == 0) {
                    reading.start(now, Deadline.nanos(timeouts.idle()), Kind.IDLE);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ the end

    /// A deadline of the reader, or of the writer, has passed.
    private void tooLate(DeadlineException late) {
        if (broken || writerExpired) {
            return; // the writer knows as well
        }
        lock.lock();
        try {
            if (closing) {
                return; // the client had time enough
            }
            engine.goAway(ErrorCode.NO_ERROR, "");
        } finally {
            lock.unlock();
        }
        if (engine.isInsideHead()) {
            var slow = new ClientTimeoutException("the client sent too few bytes of a request head", late);
            report(Phase.REQUEST, slow, null);
        }
        transport.revive();
        lastWord();
    }

    /// Sends what the engine has to say of the end; all that is in hand has failed.
    private void lastWord() {
        lock.lock();
        try {
            failAll(new ClientDisconnectedException("the connection was ended"));
            kick();
            closing = true;
            while (writer.isRunning()) {
                quiet.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        transport.closeOutput();
    }

    /// Under the lock.
    private void failAll(IOException why) {
        engine.abandon();
        for (var exchange : exchanges) {
            exchange.body().fail(why);
            exchange.disconnected();
            exchange.responses().waiting().wake();
        }
        roomMade();
    }

    /// The client sends nothing more. Responses go on, as long as it takes them.
    private void inputEnded(IOException why) {
        lock.lock();
        try {
            for (var exchange : exchanges) {
                exchange.body().fail(why);
                exchange.disconnected();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nothing can be written any more.
    void outputFailed(IOException why) {
        broken = true;
        transport.abort();
        lock.lock();
        try {
            failAll(why);
            quiet.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The writer has failed and ended.
    void writerStopped() {
        lock.lock();
        try {
            writer.stopped();
            quiet.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The writer has nothing to write; under the lock.
    ///
    /// @return whether nothing will ever be written again, and it closes the output
    boolean outputEnded() {
        quiet.signalAll();
        if (closing || !engine.isDone()) {
            return false;
        }
        closing = true;
        reading.start(
                server.ticker().nanos(),
                Deadline.nanos(server.settings().timeouts().linger()),
                Kind.LINGER);
        return true;
    }

    /// Waits until nothing works for the connection any more. By then everybody knows that it has ended.
    private void leave() {
        lock.lock();
        try {
            closing = true;
            while (!exchanges.isEmpty() || writer.isRunning()) {
                quiet.awaitUninterruptibly();
            }
            var unsent = engine.takeOutput();
            if (unsent != null) {
                server.outputs().discard(unsent);
            }
        } finally {
            lock.unlock();
        }
        releaseInput();
    }

    // ------------------------------------------------------------------------------------------ for the server

    /// See [Visit.Host#visited].
    long visited(long now) {
        expire(reading.takeIfPassed(now));
        var slow = writer.deadline().takeIfPassed(now);
        writerExpired |= slow != null;
        expire(slow);
        long next = Visit.earlier(reading.time(), writer.deadline().time());
        for (var exchange : exchanges) {
            next = Visit.earlier(next, exchange.visited(now));
        }
        long due = stopsAt;
        if (due != Visit.NEVER) {
            if (due - now <= 0) {
                stopsAt = Visit.NEVER;
                transport.start(this::finishStop);
            } else {
                next = Visit.earlier(next, due);
            }
        }
        return next;
    }

    private void expire(@Nullable Kind late) {
        if (late != null) {
            transport.expire();
            server.totals().timedOut(late);
            Flight.deadlineFired(late, transport.remoteAddress(), null);
        }
    }

    /// The server stops: the client is told, finishes what it has begun, and opens nothing more.
    void stop() {
        exchanges.forEach(Http2Exchange::tellOfStop);
        transport.start(this::beginStop); // not here: whoever holds the lock may be kept from running
    }

    private void beginStop() {
        lock.lock();
        try {
            engine.beginStop();
            stopsAt = server.ticker().nanos() + STOP_NANOS;
            kick();
        } finally {
            lock.unlock();
        }
        visit.by(stopsAt);
    }

    private void finishStop() {
        lock.lock();
        try {
            engine.finishStop();
            kick();
        } finally {
            lock.unlock();
        }
    }

    /// Ends the connection: the grace period is over.
    void kill() {
        broken = true;
        transport.abort();
        exchanges.forEach(Http2Exchange::interrupt);
        transport.start(
                () -> outputFailed(new ClientDisconnectedException("the connection was closed by this server")));
    }

    /// How many requests are in hand, without raw ones.
    int requestsInHand() {
        return (int) exchanges.stream().filter(exchange -> !exchange.isRaw()).count();
    }

    /// What the connection is doing, for people.
    String describe() {
        var running = exchanges.stream().map(Http2Exchange::describe).toList();
        return transport.remoteAddress() + " HTTP/2 "
                + (running.isEmpty() ? "IDLE" : "ACTIVE: " + String.join("; ", running));
    }

    // ------------------------------------------------------------------------------------------ for its parts

    Transport transport() {
        return transport;
    }

    ServerState server() {
        return server;
    }

    Arrival arrival() {
        return arrival;
    }

    Tally tally() {
        return tally;
    }

    Visit visit() {
        return visit;
    }

    ReentrantLock lock() {
        return lock;
    }

    /// The engine; under the lock.
    Http2Engine engine() {
        return engine;
    }

    /// Whether anything can be sent.
    boolean isUsable() {
        return !broken;
    }

    /// Has the writer run if there is something to write; under the lock.
    void kick() {
        if (!broken && !closing && (engine.hasOutput() || engine.isDone())) {
            writer.start();
        }
    }

    private void kickLocked() {
        lock.lock();
        try {
            kick();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the output is small; under the lock.
    void awaitRoom(Http2Wait wait, Http2Exchange exchange) throws ClientTimeoutException {
        waitForRoom.add(wait);
        try {
            wait.await(
                    lock,
                    server.ticker().nanos(),
                    Deadline.nanos(server.settings().timeouts().write()),
                    Kind.WRITE);
        } catch (DeadlineException late) {
            throw new ClientTimeoutException("the client took too few bytes of " + exchange.request(), late);
        } finally {
            waitForRoom.remove(wait);
        }
    }

    /// The output was taken; under the lock.
    void roomMade() {
        waitForRoom.forEach(Http2Wait::wake);
    }

    /// Has a raw application told when the server stops.
    void onStop(Http2Exchange exchange, Signal shutdown) {
        exchange.stopsBy(shutdown);
        if (server.isStopping()) { // looked at after the signal was set, so that stop() fires it or we do
            shutdown.fire();
        }
    }

    /// What made a body unreadable, if anything did.
    @Nullable
    IOException failureOf(Http2Body body) {
        lock.lock();
        try {
            return body.failure();
        } finally {
            lock.unlock();
        }
    }

    void reset(Http2Stream stream, ErrorCode code) {
        lock.lock();
        try {
            engine.reset(stream, code);
            kick();
        } finally {
            lock.unlock();
        }
    }

    /// An exchange is over.
    void ended(Http2Exchange exchange) {
        lock.lock();
        try {
            exchange.body().giveUp();
            if (exchange.isDisconnected()) {
                tally.add(Count.DISCONNECTS);
            }
            engine.release(exchange.stream());
            exchanges.remove(exchange);
            kick();
            if (engine.inHand() == 0 && !closing) {
                reading.start(
                        server.ticker().nanos(),
                        Deadline.nanos(server.settings().timeouts().idle()),
                        Kind.IDLE);
            }
            quiet.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Tells the hook what went wrong; throws nothing, even when there is neither heap nor stack left.
    void report(Phase phase, Throwable cause, @Nullable Http2Exchange at) {
        try {
            server.report(failure(phase, cause, at));
        } catch (Throwable _) {
            // no memory to say so; the failure itself is dealt with by the caller
        }
    }

    Failure failure(Phase phase, Throwable cause, @Nullable Http2Exchange at) {
        return new Failure(
                phase,
                cause,
                Optional.ofNullable(at).map(Http2Exchange::request),
                at == null ? Progress.NONE : at.progress(),
                transport.remoteAddress());
    }
}
