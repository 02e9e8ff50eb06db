package wai.warp.server;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import wai.ClientTimeoutException;
import wai.Headers;
import wai.Status;
import wai.transport.DeadlineException;
import wai.transport.Transport;
import wai.warp.arrival.Arrival;
import wai.warp.http1.Http1Engine;
import wai.warp.http1.Http1Event;
import wai.warp.http1.Http1Fault;
import wai.warp.observe.Count;
import wai.warp.observe.Flight;
import wai.warp.observe.Observation;
import wai.warp.observe.Tally;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;

/// The driver of one HTTP/1 connection: reads requests, runs the application, writes responses, on one virtual thread
/// at a time. A connection that is idle for long has none: the thread ends, and [#serve] is called again by another.
///
/// ```text
///   nextHead ──▶ run the application ──▶ finish the request ──▶ nextHead … until one side closes
///      │              │  readBody              │
///      │ fault        │  send                  │ too much unread
///      ▼              ▼                        ▼
///    refuse        abort, when a response fails in the middle       close, lingering
/// ```
///
/// Responses to requests that were pipelined share a write: output is sent when no further request is buffered, before
/// anything waits for the client, and by the sweeper when an application takes long.
final class Http1Connection implements Driver {
    /// How long the connection may take to notice that a deadline has passed, until the sweeper closes it: applications
    /// that compute may keep every carrier, and nothing runs this thread then.
    private static final long UNNOTICED_NANOS = 1_000_000_000;
    /// What stands for the method of a request that was not read: its refusal has a body.
    private static final String NO_METHOD = "GET";

    /// How the serving of a connection ended.
    enum End {
        /// With the connection.
        OVER,
        /// It goes on: the connection is started again when something comes, and another thread may be at it by now.
        RESTS,
        /// The client's first bytes are those of the preface of HTTP/2.
        SPEAKS_HTTP2
    }

    private final AcceptedConnection accepted;
    private final Transport transport;
    private final ServerState server;
    private final Http1Engine engine;
    private final Tally tally;
    private final ConnectionState state;
    private final Inbound inbound;
    private final Outbound outbound;
    private final ReadingSide reading;
    private final ResponseSide responses;
    private final long requestLimit;
    private long requests;
    private volatile @Nullable Http1Exchange exchange;
    private volatile long exchangeSince;
    /// What watches the request that is read or answered; null when nobody wants to know.
    private @Nullable Observation observation;
    /// When the sweeper found a deadline passed; its own.
    private long expiredAt;
    /// @param accepted what is driven
    Http1Connection(AcceptedConnection accepted, ServerState server) {
        this.accepted = accepted;
        this.transport = accepted.transport();
        this.server = server;
        this.tally = accepted.tally();
        this.state = accepted.state();
        this.engine = new Http1Engine(server.http1Limits(), server.fieldMemo());
        this.inbound = new Inbound(transport, server, engine, tally, accepted.visit());
        this.outbound = new Outbound(transport, server, engine, tally, accepted.visit());
        this.reading = new ReadingSide(transport, engine, inbound, outbound);
        this.responses = new ResponseSide(this, transport, server, engine, tally, inbound, outbound, reading);
        this.requestLimit = server.settings().limits().requestsPerConnection();
    }

    // ------------------------------------------------------------------------------------------ for the server

    /// Ends a wait whose deadline has passed, and sends output that waits for company too long. By the sweeper.
    @Override
    public long visited(long now) {
        var late = inbound.deadline().takeIfPassed(now);
        if (late == null) {
            late = outbound.deadline().takeIfPassed(now);
        }
        if (late != null) {
            expiredAt = now;
            transport.expire();
            server.totals().timedOut(late);
            var running = exchange;
            Flight.deadlineFired(late, transport.remoteAddress(), running == null ? null : running.request());
        }
        long next = Visit.earlier(inbound.deadline().time(), outbound.deadline().time());
        if (state.isIdle()) {
            next = Visit.earlier(next, inbound.rest(now));
        }
        if (inbound.deadline().isTaken() || outbound.deadline().isTaken()) {
            next = Visit.earlier(next, closeUnnoticed(now));
        }
        long since = outbound.waitingSince();
        if (since != 0) {
            if (since - now < 0) {
                Thread.startVirtualThread(outbound::flushLate);
            }
            next = now + 1; // in the next tick
        }
        return next;
    }

    /// Closes a connection that has not noticed for long that its deadline has passed.
    ///
    /// @return when to look again
    private long closeUnnoticed(long now) {
        if (now - expiredAt <= UNNOTICED_NANOS) {
            return expiredAt + UNNOTICED_NANOS + 1;
        }
        transport.close();
        return Visit.NEVER;
    }

    /// The server stops: an idle connection is closed; a busy one says `Connection: close`, its application is told.
    @Override
    public void stop() {
        if (state.closeIdle()) {
            transport.close();
        }
        var running = exchange;
        if (running != null) {
            running.fireShutdown();
        }
    }

    /// Ends the connection: the grace period is over. An application that works on is interrupted, and a response that
    /// is cut must not look complete, as one that ends with the connection would. An interrupt that comes late, and so
    /// meets another request of the same worker, meets one that is cut, too.
    @Override
    public void kill() {
        var running = exchange;
        if (running == null) {
            transport.close();
            return;
        }
        transport.abort();
        if (!running.driver().equals(Thread.currentThread())) {
            running.driver().interrupt();
        }
    }

    @Override
    public int requestsInHand() {
        return exchange == null || state.isRaw() ? 0 : 1;
    }

    @Override
    public String describe() {
        var running = exchange;
        if (running == null) {
            return transport.remoteAddress() + " " + state;
        }
        var age = Duration.ofNanos(server.ticker().nanos() - exchangeSince);
        return transport.remoteAddress() + " " + state + ": " + running.request() + ", response " + running.progress()
                + ", for " + age.toMillis() + " ms";
    }

    // ------------------------------------------------------------------------------------------ for the connection

    Inbound inbound() {
        return inbound;
    }

    /// Tells the hook what nobody else has dealt with.
    void reportServer(Throwable cause) {
        report(Phase.SERVER, cause, exchange);
    }

    /// Gives the buffers back; the connection has ended.
    void release() {
        inbound.release();
        outbound.release();
    }

    // ------------------------------------------------------------------------------------------ for the exchange

    /// How it came in.
    Arrival arrival() {
        return accepted.arrival();
    }

    ReadingSide reading() {
        return reading;
    }

    ResponseSide responses() {
        return responses;
    }

    /// Whether it has carried all the requests it may, or is too old for another.
    boolean isWornOut() {
        return requests >= requestLimit || accepted.isOld();
    }

    /// A raw application owns it from now on.
    void becomesRaw() {
        state.becomeRaw();
    }

    Headers trailers() {
        return inbound.trailers();
    }

    int availableBody() {
        return inbound.availableBody();
    }

    ServerState server() {
        return server;
    }

    Hooks hooks() {
        return server.hooks();
    }

    /// Tells the hook what went wrong; throws nothing, even when there is neither heap nor stack left.
    void report(Phase phase, Throwable cause, @Nullable Http1Exchange at) {
        server.report(phase, cause, at, transport.remoteAddress());
    }

    /// What the hooks are told of what went wrong.
    Failure failure(Phase phase, Throwable cause, @Nullable Http1Exchange at) {
        return ServerState.failure(phase, cause, at, transport.remoteAddress());
    }

    // ------------------------------------------------------------------------------------------ requests

    /// Waits for the first request without a thread.
    ///
    /// @return false when it needs a thread at once; else one may be at it by now
    boolean rests() {
        var guess = server.firstBytes();
        if (guess.mayBeThere()) {
            boolean there = inbound.hasCome();
            guess.seen(there);
            if (there) {
                return false;
            }
        }
        state.becomeIdle();
        return !server.isStopping() && inbound.restAtOnce(accepted);
    }

    /// Serves requests until one side closes, the first bytes are of HTTP/2, or the connection is idle for long.
    End serve() {
        try {
            var event = nextHead();
            while (event instanceof Http1Event.Head head) {
                if (!exchange(head)) {
                    return End.OVER;
                }
                event = nextHead();
            }
            if (event == Http1Event.Signal.NEED_INPUT) {
                return End.RESTS;
            }
            outbound.flush();
        } catch (Http1Fault fault) {
            if (fault.kind() == Http1Fault.Kind.HTTP2_PREFACE
                    && requests == 0
                    && server.settings().http2().isOn()) {
                return End.SPEAKS_HTTP2;
            }
            report(Phase.REQUEST, fault, null);
            responses.refuse(NO_METHOD, fault.status(), fault.getMessage());
        } catch (DeadlineException late) {
            if (engine.isInsideHead()) {
                var slow = new ClientTimeoutException("the client sent too few bytes of a request head", late);
                report(Phase.REQUEST, slow, null);
                transport.revive();
                responses.refuse(NO_METHOD, Status.REQUEST_TIMEOUT, "the request head took too long");
            }
        } catch (IOException e) {
            report(Phase.REQUEST, e, null);
        }
        return End.OVER;
    }

    /// The next request; PEER_CLOSED when the client is done, or the server stops; NEED_INPUT when it is waited for
    /// without a thread from now on.
    private Http1Event nextHead() throws IOException, Http1Fault {
        if (inbound.hasInput()) {
            observation = server.observe();
        }
        while (true) {
            var event = inbound.nextHeadEvent();
            if (event instanceof Http1Event.Data) { // no switch: the first one over patterns costs a start 15 ms
                throw new IllegalStateException("body bytes before the head");
            }
            if (event != Http1Event.Signal.NEED_INPUT) {
                return event;
            }
            if (inbound.hasInput()) {
                outbound.flush();
                inbound.fillHead();
                continue;
            }
            if (!inbound.isResting() && !becomeIdle()) {
                return Http1Event.Signal.PEER_CLOSED;
            }
            try {
                if (!inbound.awaitRequest(accepted)) { // from here: each frame of a thread that waits takes 0.1 KiB
                    return Http1Event.Signal.NEED_INPUT;
                }
            } catch (IOException e) {
                if (state.isClosed()) {
                    return Http1Event.Signal.PEER_CLOSED; // by stop()
                }
                throw e;
            }
            if (!state.becomeActive()) {
                return Http1Event.Signal.PEER_CLOSED;
            }
            observation = server.observe();
        }
    }

    /// Gets ready to wait for the first bytes of a request.
    ///
    /// @return false when the server stops
    private boolean becomeIdle() throws IOException {
        inbound.release();
        outbound.flushAndRelease();
        state.becomeIdle();
        return !server.isStopping(); // looked at after the state was set, so that stop() closes it or we see it
    }

    /// Runs the application on a request.
    ///
    /// @return whether the connection lives
    private boolean exchange(Http1Event.Head head) {
        var current = new Http1Exchange(this, head);
        var watching = observation;
        if (watching != null) {
            watching.headIsRead();
            outbound.watchedBy(watching);
        }
        requests++;
        outbound.restartPace();
        tally.add(Count.REQUESTS);
        exchangeSince = server.ticker().nanos();
        exchange = current;
        Thread.interrupted(); // one that a hook left behind is not meant for this request
        var thrown = run(current);
        var unreadable = inbound.failure(); // before a reader that was left behind is sent away
        reading.takeBack();
        Thread.interrupted(); // an interrupt was meant for the application, not for what is sent in its place
        boolean answered = thrown == null || new FailedExchange(this, current, thrown, unreadable).answer();
        current.releaseFiles();
        if (current.isDisconnected()) {
            tally.add(Count.DISCONNECTS);
        }
        if (watching != null) {
            outbound.watchedBy(null);
            observation = null;
            server.served(watching, current.request());
        }
        boolean lives = answered && finish(current, head.keepsAlive());
        if (lives) {
            current.awaitActions();
        }
        exchange = null;
        return lives;
    }

    /// Runs the application.
    ///
    /// @return what it threw; null when it ended well
    private @Nullable Throwable run(Http1Exchange current) {
        try {
            current.run(accepted.arrival().application(), current.request());
            return null;
        } catch (Throwable thrown) { // an application may throw anything, and must not take the server with it
            return thrown;
        }
    }

    /// Ends the request behind its response.
    ///
    /// @param goesOn whether the client may be sending its next request, which must not turn our end into a reset
    /// @return whether the connection lives
    private boolean finish(Http1Exchange current, boolean goesOn) {
        if (state.isRaw()) {
            return false;
        }
        try {
            if (engine.persists() && (engine.isRequestRead() || drainBody())) {
                engine.startNextRequest();
                return true;
            }
            outbound.flush();
        } catch (Http1Fault fault) {
            report(Phase.REQUEST, fault, current);
        } catch (IOException e) {
            report(Phase.REQUEST, e, current);
            return false;
        }
        if (!engine.isRequestRead() || inbound.hasInput() || (goesOn && !server.isStopping())) {
            transport.closeOutput();
            inbound.linger();
        }
        return false;
    }

    /// Reads what the application left unread, up to a limit; never when the client still waits for 100 Continue, since
    /// it may send its next request instead of the body.
    private boolean drainBody() throws IOException, Http1Fault {
        outbound.flush();
        return !engine.isExpectingContinue()
                && inbound.drainBody(server.settings().limits().drainBytes(), outbound::flush);
    }
}
