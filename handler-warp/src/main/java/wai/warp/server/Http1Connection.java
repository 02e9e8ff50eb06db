package wai.warp.server;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.Headers;
import wai.Status;
import wai.spi.Exchange.Progress;
import wai.spi.Signal;
import wai.warp.arrival.Arrival;
import wai.warp.http1.Http1Engine;
import wai.warp.http1.Http1Event;
import wai.warp.http1.Http1Fault;
import wai.warp.observe.ConnectionEvent;
import wai.warp.observe.Count;
import wai.warp.observe.Flight;
import wai.warp.observe.Observation;
import wai.warp.observe.Tally;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.transport.DeadlineException;
import wai.warp.transport.Transport;

/// The driver of one HTTP/1 connection: reads requests, runs the application, writes responses, on one virtual thread.
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
final class Http1Connection implements Runnable, Visit.Host {
    /// How long the connection may take to notice that a deadline has passed, until the sweeper closes it: applications
    /// that compute may keep every carrier, and nothing runs this thread then.
    private static final long UNNOTICED_NANOS = 1_000_000_000;

    /// What a connection is doing, for stopping and for reports.
    enum State {
        /// Waiting for a request: may be closed without harm.
        IDLE,
        /// Between the first byte of a request and the end of its exchange.
        ACTIVE,
        /// Owned by a raw application.
        RAW,
        /// Closed, or about to be.
        CLOSED
    }

    private final Arrival arrival;
    private final Transport transport;
    private final ServerState server;
    private final Http1Engine engine;
    private final Tally tally = new Tally();
    private final Visit visit;
    private final Inbound inbound;
    private final Outbound outbound;
    private final ReadingSide reading;
    private final ResponseSide responses;
    private @Nullable Greeting greeting;
    private final AtomicReference<State> state = new AtomicReference<>(State.ACTIVE);
    /// Of a raw connection.
    private volatile @Nullable Signal shutdown;
    private final long requestLimit;
    private final long oldAt;
    private long requests;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Http1Exchange exchange;
    private volatile long exchangeSince;
    /// What watches the request that is read or answered; null when nobody wants to know.
    private @Nullable Observation observation;
    /// When the sweeper found a deadline passed; its own.
    private long expiredAt;
    /// What drives the connection once the client has turned out to speak HTTP/2; null on all others.
    private volatile @Nullable Http2Connection second;

    /// @param arrival how it comes in
    Http1Connection(Arrival arrival, ServerState server) {
        this.arrival = arrival;
        this.transport = arrival.transport();
        this.server = server;
        this.engine = new Http1Engine(server.http1Limits(), server.fieldMemo());
        this.visit = new Visit(server.wheel(), this);
        this.inbound = new Inbound(transport, server, engine, tally, visit);
        this.outbound = new Outbound(transport, server, engine, tally, visit);
        this.reading = new ReadingSide(transport, engine, inbound, outbound);
        this.responses = new ResponseSide(this, transport, server, engine, tally, inbound, outbound, reading);
        this.requestLimit = server.settings().limits().requestsPerConnection();
        this.oldAt = Deadline.after(
                server.ticker().nanos(),
                Deadline.nanos(server.settings().timeouts().connectionAge()));
    }

    @Override
    public void run() {
        ConnectionEvent event = null;
        thread = Thread.currentThread();
        visit.by(server.ticker().nanos() + 1); // in the next tick: no deadline before it has to ask for a visit
        try {
            event = Flight.beginConnection();
            if (isIdentified() && server.hooks().onOpen().test(transport.remoteAddress())) {
                try {
                    if (isSecured()) {
                        serve();
                    }
                } finally {
                    server.hooks().onClose().accept(transport.remoteAddress());
                }
            }
        } catch (Throwable e) { // a hook may throw anything, also what the compiler does not let it
            report(Phase.SERVER, e, exchange);
            kill();
        } finally {
            boolean raw = state.getAndSet(State.CLOSED) == State.RAW;
            transport.close();
            visit.end();
            inbound.release();
            outbound.release();
            transport.release();
            server.connections().remove(this);
            if (event != null) {
                event.ended(transport.remoteAddress(), raw, tally);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ for the server

    /// Ends a wait whose deadline has passed, and sends output that waits for company too long. By the sweeper.
    @Override
    public long visited(long now) {
        var http2 = second;
        if (http2 != null) {
            return http2.visited(now);
        }
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

    /// The server stops: an idle connection is closed, a raw one told; a busy one says `Connection: close`.
    void stop() {
        var http2 = second;
        if (http2 != null) {
            http2.stop();
            return;
        }
        if (state.compareAndSet(State.IDLE, State.CLOSED)) {
            transport.close();
        }
        var raw = shutdown;
        if (raw != null) {
            raw.fire();
        }
    }

    /// Ends the connection: the grace period is over. An application that works on is interrupted, and a response that
    /// is cut must not look complete, as one that ends with the connection would.
    void kill() {
        var http2 = second;
        if (http2 != null) {
            http2.kill();
            return;
        }
        if (exchange == null) {
            transport.close();
            return;
        }
        transport.abort();
        var running = thread;
        if (running != null && !running.equals(Thread.currentThread())) {
            running.interrupt();
        }
    }

    /// What the connection has done, for the counters.
    Tally tally() {
        return tally;
    }

    /// Whether an application owns it, for the counters.
    boolean isRaw() {
        return state.get() == State.RAW;
    }

    /// How many requests are in hand, without raw ones.
    int requestsInHand() {
        var http2 = second;
        if (http2 != null) {
            return http2.requestsInHand();
        }
        return exchange == null || isRaw() ? 0 : 1;
    }

    /// What the connection is doing, for people.
    String describe() {
        var http2 = second;
        if (http2 != null) {
            return http2.describe();
        }
        var running = exchange;
        if (running == null) {
            return transport.remoteAddress() + " " + state.get();
        }
        var age = Duration.ofNanos(server.ticker().nanos() - exchangeSince);
        return transport.remoteAddress() + " " + state.get() + ": " + running.request() + ", response "
                + running.progress() + ", for " + age.toMillis() + " ms";
    }

    // ------------------------------------------------------------------------------------------ for the exchange

    /// How it came in.
    Arrival arrival() {
        return arrival;
    }

    Instant now() {
        return server.ticker().instant();
    }

    ReadingSide reading() {
        return reading;
    }

    ResponseSide responses() {
        return responses;
    }

    /// Whether it has carried all the requests it may, or is too old for another.
    boolean isWornOut() {
        return requests >= requestLimit
                || Deadline.isPassed(oldAt, server.ticker().nanos());
    }

    /// A raw application owns it from now on.
    ///
    /// @param signal tells that application of a stop
    void becomesRaw(Signal signal) {
        shutdown = signal;
        state.set(State.RAW);
        if (server.isStopping()) { // looked at after the signal was set, so that stop() fires it or we do
            signal.fire();
        }
    }

    Headers trailers() {
        return inbound.trailers();
    }

    int availableBody() {
        return inbound.availableBody();
    }

    FileCache files() {
        return server.files();
    }

    /// Tells the hook what went wrong; throws nothing, even when there is neither heap nor stack left.
    void report(Phase phase, Throwable cause, @Nullable Http1Exchange at) {
        try {
            server.report(failure(phase, cause, at));
        } catch (Throwable _) {
            // no memory to say so; the failure itself is dealt with by the caller
        }
    }

    // ------------------------------------------------------------------------------------------ before HTTP

    /// Finds out who the client is.
    ///
    /// @return whether it is to be served
    private boolean isIdentified() {
        if (!arrival.isToBeIdentified() && !arrival.isToBeSecured()) {
            return true;
        }
        greeting = new Greeting(arrival, server, inbound.deadline());
        return !arrival.isToBeIdentified() || comesIn(greeting, false);
    }

    /// Makes the connection secure, if it is to be.
    ///
    /// @return whether HTTP begins
    private boolean isSecured() {
        var begun = greeting;
        greeting = null;
        return begun == null || !arrival.isToBeSecured() || comesIn(begun, true);
    }

    private boolean comesIn(Greeting begun, boolean secure) {
        state.set(State.IDLE);
        if (server.isStopping()) {
            return false; // looked at after the state was set, so that stop() closes it or we see it
        }
        try {
            if (!secure) {
                begun.identify();
            } else if (!begun.secure()) {
                return false;
            }
        } catch (IOException e) {
            if (state.get() == State.IDLE) { // not closed by stop()
                report(Phase.HANDSHAKE, e, null);
                if (e instanceof SSLException) {
                    inbound.linger(); // it has been told why, and must be able to read that
                }
            }
            return false;
        }
        return state.compareAndSet(State.IDLE, State.ACTIVE);
    }

    // ------------------------------------------------------------------------------------------ requests

    private void serve() {
        if (arrival.applicationProtocol().equals(Http2Connection.ALPN_NAME)) { // and nothing else will do
            serveHttp2();
            return;
        }
        try {
            for (Http1Event.Head head; (head = nextHead()) != null; ) {
                if (!exchange(head)) {
                    return;
                }
            }
            outbound.flush();
        } catch (Http1Fault fault) {
            if (fault.kind() == Http1Fault.Kind.HTTP2_PREFACE
                    && requests == 0
                    && server.settings().http2().isOn()) {
                serveHttp2();
                return;
            }
            report(Phase.REQUEST, fault, null);
            refuse(fault.status(), fault.getMessage());
        } catch (DeadlineException late) {
            if (engine.isInsideHead()) {
                var slow = new ClientTimeoutException("the client sent too few bytes of a request head", late);
                report(Phase.REQUEST, slow, null);
                transport.revive();
                refuse(Status.REQUEST_TIMEOUT, "the request head took too long");
            }
        } catch (IOException e) {
            report(Phase.REQUEST, e, null);
        }
    }

    /// Goes on in HTTP/2: the client's first bytes are those of its preface, or the handshake has chosen it. Its
    /// classes are loaded here.
    private void serveHttp2() {
        var http2 = new Http2Connection(arrival, server, tally, visit, oldAt);
        second = http2;
        if (server.isStopping()) { // looked at after the field was set, so that stop() finds it or we see it
            http2.stop();
        }
        http2.serve(inbound.takeLeftover());
    }

    /// The next request; null when the client is done, or the server stops.
    private Http1Event.@Nullable Head nextHead() throws IOException, Http1Fault {
        if (inbound.hasInput()) {
            observation = server.observe();
        }
        while (true) {
            var event = inbound.nextHeadEvent(); // no switch: the first one over patterns costs a start 15 ms
            if (event instanceof Http1Event.Head head) {
                return head;
            }
            if (event instanceof Http1Event.Data) {
                throw new IllegalStateException("body bytes before the head");
            }
            if (event != Http1Event.Signal.NEED_INPUT) {
                return null; // the client has nothing more to say
            }
            if (inbound.hasInput()) {
                outbound.flush();
                inbound.fillHead();
            } else if (awaitRequest()) {
                observation = server.observe();
            } else {
                return null;
            }
        }
    }

    /// Waits for the first bytes of a request.
    ///
    /// @return false when the server stops
    private boolean awaitRequest() throws IOException {
        inbound.release();
        outbound.flushAndRelease();
        state.set(State.IDLE);
        if (server.isStopping()) {
            return false; // looked at after the state was set, so that stop() closes it or we see it
        }
        try {
            inbound.awaitRequest();
        } catch (IOException e) {
            if (state.get() == State.CLOSED) {
                return false; // by stop()
            }
            throw e;
        }
        return state.compareAndSet(State.IDLE, State.ACTIVE);
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
        boolean answered = thrown == null || answerFailure(current, thrown, unreadable);
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
            current.run(arrival.application(), current.request());
            return null;
        } catch (Throwable thrown) { // an application may throw anything, and must not take the server with it
            return thrown;
        }
    }

    /// Answers for an application that failed.
    ///
    /// @param unreadable what made the body unreadable, if anything did
    /// @return whether the client has a whole response, and the connection may live
    private boolean answerFailure(Http1Exchange current, Throwable thrown, @Nullable Exception unreadable) {
        var phase = FailurePhases.of(thrown, unreadable);
        if (phase != Phase.CONTRACT) { // those were reported when they were detected
            report(phase, thrown, current);
        }
        if (current.progress() == Progress.SENT) {
            return true;
        }
        if (responses.isBegun()) {
            responses.cut();
            return false;
        }
        switch (unreadable) {
            case Http1Fault fault -> refuse(fault.status(), fault.getMessage());
            case DeadlineException _ -> refuse(Status.REQUEST_TIMEOUT, "the request body took too long");
            case null -> {
                return answerError(current, phase, thrown);
            }
            default -> {} // the client is gone and needs no answer
        }
        return false;
    }

    private boolean answerError(Http1Exchange current, Phase phase, Throwable thrown) {
        if (current.progress() == Progress.SENDING) { // it failed before its first byte: a file that vanished
            refuse(Status.INTERNAL_SERVER_ERROR, "");
            return false;
        }
        try {
            current.answer(server.hooks().errorResponse().apply(failure(phase, thrown, current)));
            return true;
        } catch (Throwable e) { // of a hook, which is as foreign as an application
            report(e instanceof ClientDisconnectedException ? Phase.RESPONSE : Phase.SERVER, e, current);
            refuse(Status.INTERNAL_SERVER_ERROR, "");
            return false;
        }
    }

    /// Ends the request behind its response.
    ///
    /// @param goesOn whether the client may be sending its next request, which must not turn our end into a reset
    /// @return whether the connection lives
    private boolean finish(Http1Exchange current, boolean goesOn) {
        if (state.get() == State.RAW) {
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

    private void refuse(Status status, @Nullable String why) {
        var running = exchange;
        responses.refuse(running == null ? "GET" : running.request().method(), status, why);
    }

    private Failure failure(Phase phase, Throwable cause, @Nullable Http1Exchange at) {
        return new Failure(
                phase,
                cause,
                Optional.ofNullable(at).map(Http1Exchange::request),
                at == null ? Progress.NONE : at.progress(),
                transport.remoteAddress());
    }
}
