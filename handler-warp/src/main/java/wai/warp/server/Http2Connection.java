package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.transport.Transport;
import wai.warp.arrival.Arrival;
import wai.warp.http1.OutputBuffer;
import wai.warp.http2.Http2Engine;
import wai.warp.http2.Http2Stream;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.observe.Flight;
import wai.warp.observe.Tally;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Timeouts.Kind;

/// One HTTP/2 connection: what its threads share, and how it ends. They are a reader, [Http2Reader]; a writer,
/// [Http2Writer]; and one for each stream, [Http2Exchange].
///
/// ```text
///   transport ──bytes──▶ reader ──events──▶ requests ──▶ exchanges: body, reset, a new one     one thread each
///                          │ engine, under the lock          │ heads, bodies, what was read
///                          └────────────┬────────────────────┘
///   transport ◀──bytes── writer ◀───────┘ frames of many streams
/// ```
///
/// The engine is used under `lock`, which nobody holds while he reads, writes or runs anything of the application's.
///
/// A client that closes its direction gets the answers to all it has asked for; only then the connection ends.
final class Http2Connection implements Driver {
    /// What HTTP/2 over TLS is called in ALPN (RFC 9113 §3.2).
    static final String ALPN_NAME = "h2";

    /// How long a client may take to answer the PING behind the first GOAWAY.
    private static final long STOP_NANOS = 1_000_000_000;

    private final Transport transport;
    private final ServerState server;
    private final Arrival arrival;
    private final Tally tally;
    private final Visit visit;
    private final Http2Engine engine;
    private final ReentrantLock lock = new ReentrantLock();
    private final Http2Requests requests;
    private final Http2Reader reader;
    private final Http2Writer writer;

    // Under the lock.
    private final Condition quiet = lock.newCondition();
    /// The last word was said, or is about to be.
    private boolean closing;

    /// The output works no longer; whoever waits is woken and looks.
    private volatile boolean broken;

    /// The client took too little, so that the reader's wait was ended as well.
    private volatile boolean writerExpired;

    /// When the second GOAWAY is due, after the first; [Visit#NEVER] before.
    private volatile long stopsAt = Visit.NEVER;

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
        this.engine = new Http2Engine(server.http2Limits(), server.outputs()::take);
        this.requests = new Http2Requests(this, oldAt);
        this.reader = new Http2Reader(this, requests);
        this.writer = new Http2Writer(this);
    }

    /// Serves the connection to its end; on the reader's thread.
    ///
    /// @param first what was read already, perhaps nothing
    void serve(ByteBuffer first) {
        try {
            reader.run(first);
        } catch (RuntimeException | Error e) { // out of memory, perhaps: whoever waits for it must not wait for ever
            outputFailed(new IOException("the reader of the connection failed", e));
            throw e;
        } finally {
            leave();
        }
    }

    // ------------------------------------------------------------------------------------------ the end

    /// Sends what the engine has to say of the end; all that is in hand has failed.
    void lastWord() {
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
        requests.failAll(why);
        writer.roomMade();
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
        reader.lingers();
        return true;
    }

    /// Whether the last word was said, or is about to be; under the lock.
    boolean isClosing() {
        return closing;
    }

    /// Whether somebody ended the reader's wait because of what the output does.
    boolean isOutputLate() {
        return broken || writerExpired;
    }

    /// Waits until nothing works for the connection any more: until all that was asked for is answered, or has failed.
    private void leave() {
        lock.lock();
        try {
            while (!requests.isEmpty() || writer.isRunning()) {
                quiet.awaitUninterruptibly();
            }
            closing = true;
            for (OutputBuffer unsent; (unsent = engine.takeOutput()) != null; ) {
                server.outputs().discard(unsent);
            }
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ for the server

    @Override
    public long visited(long now) {
        expire(reader.deadline().takeIfPassed(now));
        var slow = writer.deadline().takeIfPassed(now);
        writerExpired |= slow != null;
        expire(slow);
        long next = Visit.earlier(reader.deadline().time(), writer.deadline().time());
        next = Visit.earlier(next, requests.visited(now));
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

    /// The server stops: client and applications are told; it finishes what it has begun, and opens nothing more.
    @Override
    public void stop() {
        requests.tellOfStop();
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

    @Override
    public void kill() {
        broken = true;
        transport.abort();
        requests.interrupt();
        transport.start(
                () -> outputFailed(new ClientDisconnectedException("the connection was closed by this server")));
    }

    @Override
    public int requestsInHand() {
        return requests.inHand();
    }

    @Override
    public String describe() {
        return transport.remoteAddress() + " HTTP/2 " + requests.describe();
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

    Http2Requests requests() {
        return requests;
    }

    Http2Reader reader() {
        return reader;
    }

    Http2Writer writer() {
        return writer;
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
            requests.ended(exchange);
            kick();
            if (engine.inHand() == 0 && !closing) {
                reader.idles();
            }
            quiet.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Tells the hook what went wrong; throws nothing, even when there is neither heap nor stack left.
    void report(Phase phase, Throwable cause, @Nullable Http2Exchange at) {
        server.report(phase, cause, at, transport.remoteAddress());
    }

    Failure failure(Phase phase, Throwable cause, @Nullable Http2Exchange at) {
        return ServerState.failure(phase, cause, at, transport.remoteAddress());
    }
}
