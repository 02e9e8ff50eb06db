package wai.warp.server;

import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import wai.transport.Transport;
import wai.warp.arrival.Arrival;
import wai.warp.observe.ConnectionEvent;
import wai.warp.observe.Flight;
import wai.warp.observe.Tally;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;

/// A connection from its first byte to its last, on one virtual thread at a time: who comes in, which HTTP is spoken,
/// and that nothing is left of it. While it is idle for long it has no thread.
///
/// ```text
///   identify ──▶ the hook onOpen ──▶ secure ──▶ HTTP/1 ──the preface of HTTP/2──▶ HTTP/2 ──▶ the hook onClose
///                                      └──────what ALPN chose──────────────────────▲
/// ```
final class AcceptedConnection implements Runnable, Visit.Host {
    private final Arrival arrival;
    private final ServerState server;
    private final Tally tally = new Tally();
    private final Visit visit;
    private final ConnectionState state = new ConnectionState();
    private final long oldAt;
    private final Http1Connection first;
    /// What drives it now: first [#first], which turns out to be all there is, or to be followed by another.
    private volatile Driver driver;
    private @Nullable Greeting greeting;
    private @Nullable ConnectionEvent event;
    /// Whether the hook has let it in. Of the one thread that runs it, as the two before.
    private boolean isOpen;
    /// Whether it goes on in HTTP/2 where it belongs.
    private boolean wasSettled;

    /// @param arrival how it comes in
    AcceptedConnection(Arrival arrival, ServerState server) {
        this.arrival = arrival;
        this.server = server;
        this.visit = new Visit(server.wheel(), this);
        this.oldAt = Deadline.after(
                server.ticker().nanos(),
                Deadline.nanos(server.settings().timeouts().connectionAge()));
        this.first = new Http1Connection(this, server);
        this.driver = first;
    }

    /// Begins: on a thread when there is something to be done before the first byte, else when that has come.
    void start() {
        visit.by(server.ticker().nanos() + 1); // in the next tick: no deadline before it has to ask for a visit
        event = Flight.beginConnection();
        isOpen = !arrival.isToBeIdentified() && !arrival.isToBeSecured() && letsInAll();
        if (!isOpen || !first.rests()) {
            transport().start(this);
        }
    }

    private boolean letsInAll() {
        return server.hooks().onOpen().equals(Hooks.defaults().onOpen());
    }

    /// Comes in and serves; or, when it has rested, goes on serving.
    @Override
    public void run() {
        boolean rests = false;
        try {
            if (isOpen || isLetIn()) {
                isOpen = true;
                try {
                    rests = serve() == Http1Connection.End.RESTS;
                } finally {
                    if (!rests) {
                        server.hooks().onClose().accept(transport().remoteAddress());
                    }
                }
            }
        } catch (Throwable e) { // a hook may throw anything, also what the compiler does not let it
            first.reportServer(e);
            kill();
        } finally {
            if (!rests) { // else another thread may be at it by now
                end();
            }
        }
    }

    // ------------------------------------------------------------------------------------------ for the server

    /// Does what is due. By the sweeper.
    @Override
    public long visited(long now) {
        transport().stay(); // one that ends behind its first exchange is most often gone by the first visit
        return driver.visited(now);
    }

    /// See [Driver#stop].
    void stop() {
        driver.stop();
    }

    /// See [Driver#kill].
    void kill() {
        driver.kill();
    }

    /// Whether an application owns it, for the counters.
    boolean isRaw() {
        return state.isRaw();
    }

    /// See [Driver#requestsInHand].
    int requestsInHand() {
        return driver.requestsInHand();
    }

    /// See [Driver#describe].
    String describe() {
        return driver.describe();
    }

    /// What drives it at present.
    Driver driver() {
        return driver;
    }

    // ------------------------------------------------------------------------------------------ for the driver

    /// How it came in.
    Arrival arrival() {
        return arrival;
    }

    Transport transport() {
        return arrival.transport();
    }

    ConnectionState state() {
        return state;
    }

    /// What it has done, for the counters too.
    Tally tally() {
        return tally;
    }

    /// In which its deadlines are looked at.
    Visit visit() {
        return visit;
    }

    /// Whether it is too old for another request.
    boolean isOld() {
        return Deadline.isPassed(oldAt, server.ticker().nanos());
    }

    // ------------------------------------------------------------------------------------------ its life

    private boolean isLetIn() {
        return isIdentified() && server.hooks().onOpen().test(transport().remoteAddress());
    }

    private Http1Connection.End serve() {
        if (!isSecured()) {
            return Http1Connection.End.OVER;
        }
        var end = wasSettled || speaksHttp2() ? Http1Connection.End.SPEAKS_HTTP2 : first.serve();
        if (end == Http1Connection.End.SPEAKS_HTTP2) {
            if (transport().settle()) {
                wasSettled = true;
                transport().start(this);
                return Http1Connection.End.RESTS;
            }
            serveHttp2();
        }
        return end;
    }

    private void end() {
        boolean raw = state.close();
        transport().close();
        visit.end();
        first.release();
        transport().release();
        server.connections().remove(this);
        var recorded = event;
        if (recorded != null) {
            recorded.ended(transport().remoteAddress(), raw, tally);
        }
    }

    /// Finds out who the client is.
    ///
    /// @return whether it is to be served
    private boolean isIdentified() {
        if (!arrival.isToBeIdentified() && !arrival.isToBeSecured()) {
            return true;
        }
        greeting = new Greeting(arrival, server, first.inbound().deadline());
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
        state.becomeIdle();
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
            if (e instanceof SSLException) { // of the two sides, even where stop() came between
                first.report(Phase.HANDSHAKE, e, null);
                first.inbound().linger(); // it has been told why, and must be able to read that
            } else if (!state.isClosed()) { // by stop()
                first.report(Phase.HANDSHAKE, e, null);
            }
            return false;
        }
        return state.becomeActive();
    }

    /// Whether the handshake has chosen HTTP/2, and nothing else will do.
    private boolean speaksHttp2() {
        return arrival.applicationProtocol().equals(Http2Connection.ALPN_NAME);
    }

    /// Goes on in HTTP/2. Its classes are loaded here.
    private void serveHttp2() {
        var second = new Http2Connection(arrival, server, tally, visit, oldAt);
        driver = second;
        if (server.isStopping()) { // looked at after the field was set, so that stop() finds it or we see it
            second.stop();
        }
        second.serve(first.inbound().takeLeftover());
    }
}
