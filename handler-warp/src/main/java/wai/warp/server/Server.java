package wai.warp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.transport.Pollers;
import wai.warp.arrival.Entrance;
import wai.warp.arrival.HttpsRedirection;
import wai.warp.observe.Totals;
import wai.warp.settings.Listener;
import wai.warp.settings.Threads;
import wai.warp.settings.WarpSettings;

/// A running server: the listening sockets, the platform threads, and the stop.
///
/// Loops accept connections themselves. Without loops, each listening socket has an acceptor. Acceptors and the sweeper
/// are platform threads, so that applications which occupy every carrier stop neither accepting nor the deadlines.
public final class Server {
    /// How long a stop waits for acceptors to notice, which takes no time unless a hook holds one up.
    private static final long ACCEPTORS_MILLIS = 1000;

    private final ServerState state;
    private final List<ListeningSocket> sockets;
    private final Pollers pollers;
    private final List<Entrance> entrances = new ArrayList<>();
    private final List<Thread> acceptors = new ArrayList<>();
    private final List<DoorKeeper> keepers = new ArrayList<>();
    private final Sweeper sweeper;
    private final Thread sweeping;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile List<String> cut = List.of();

    private Server(ServerState state, List<ListeningSocket> sockets) throws IOException {
        this.state = state;
        this.sockets = sockets;
        this.pollers = pollers(state.settings().threads(), new Report());
        pollers.prepareDirectCalls();
        try {
            var listeners = state.settings().listeners();
            var protocols = protocols(state.settings());
            for (int i = 0; i < sockets.size(); i++) {
                var listener = listeners.get(i);
                var entrance = Entrance.open(listener, served(listener), protocols, state.records());
                entrances.add(entrance);
                watch(sockets.get(i), entrance);
            }
        } catch (IOException | RuntimeException e) {
            pollers.close();
            throw e;
        }
        this.sweeper = new Sweeper(state, new Report());
        this.sweeping = Thread.ofPlatform().name("warp-sweeper").daemon().unstarted(sweeper);
    }

    /// Binds and starts.
    ///
    /// @param settings what was set
    /// @param application what to run
    /// @return the server, listening
    /// @throws IOException when an address cannot be bound; none is left bound then
    /// @throws UnsupportedOperationException when loops are demanded where there can be none
    public static Server start(WarpSettings settings, Application application) throws IOException {
        FirstClasses.load();
        var ticker = new Ticker(new NanoClock(), InstantSource.system(), fieldsOf(settings));
        var sockets = ListeningSocket.openAll(settings.listeners());
        try {
            var server = new Server(new ServerState(application, settings, ticker), sockets);
            server.sweeping.start();
            for (var keeper : server.keepers) {
                keeper.begin();
            }
            for (var acceptor : server.acceptors) {
                acceptor.start();
            }
            for (var entrance : server.entrances) {
                if (entrance.watchesFiles()) {
                    Thread.ofVirtual().name("warp-certificates").start(() -> server.watchCertificates(entrance));
                }
            }
            return server;
        } catch (IOException | RuntimeException | Error e) {
            for (var socket : sockets) {
                socket.close();
            }
            throw e;
        }
    }

    /// Where the server listens.
    ///
    /// @return the addresses, with the real ports, in the order of the listeners
    public List<SocketAddress> addresses() {
        var addresses = new ArrayList<SocketAddress>();
        for (var socket : sockets) {
            addresses.add(socket.address());
        }
        return List.copyOf(addresses);
    }

    /// Who runs the connections' threads.
    ///
    /// @return [Threads.Mode#SHARED] or [Threads.Mode#LOOPS]
    public Threads.Mode mode() {
        return pollers.areLoops() ? Threads.Mode.LOOPS : Threads.Mode.SHARED;
    }

    /// Whether connections that come now read and write by direct system calls.
    ///
    /// @return see [wai.warp.WarpServer#makesDirectCalls()]
    public boolean makesDirectCalls() {
        return pollers.makeDirectCalls();
    }

    /// What the open connections are doing.
    ///
    /// @return one line each
    public List<String> describeConnections() {
        return state.connections().describe();
    }

    /// What the server has done so far.
    ///
    /// @return the counters
    public Totals.Snapshot counters() {
        return state.connections().snapshot();
    }

    /// Tells the hook that the server is about to stop, at the first call.
    public void announceStop() {
        state.announceStop();
    }

    /// Whether the server is about to stop, or stops, or has stopped.
    ///
    /// @return false before the first [#announceStop()] or [#stop]
    public boolean isStopping() {
        return state.isStopAnnounced();
    }

    /// How many buffers the connections hold; none when there is no connection.
    ///
    /// @return 0 or more
    public long buffersInUse() {
        return state.buffersInUse();
    }

    /// Stops: accepts no longer, closes idle connections, waits for busy ones, and cuts what is left.
    ///
    /// @param grace how long to wait
    /// @return what had to be cut, one line each; empty when everything ended by itself
    /// @throws InterruptedException when interrupted while waiting; the rest is cut at once then
    public List<String> stop(Duration grace) throws InterruptedException {
        List<String> leftovers;
        state.announceStop();
        state.beginStopping();
        sockets.forEach(this::close);
        acceptors.forEach(LockSupport::unpark); // one may wait for a descriptor
        keepers.forEach(DoorKeeper::end);
        state.connections().forEach(AcceptedConnection::stop);
        try {
            for (var acceptor : acceptors) { // inside of accept(), they keep the port open
                acceptor.join(ACCEPTORS_MILLIS);
            }
            state.connections().awaitEmpty(Deadline.nanos(grace));
        } finally {
            leftovers = state.connections().describe();
            if (!leftovers.isEmpty()) {
                cut = leftovers;
            }
            state.connections().forEach(AcceptedConnection::kill);
            state.refusals().close();
            sweeper.close();
            pollers.close();
            state.files().close();
            stopped.countDown();
        }
        return leftovers;
    }

    /// Loads the certificates of all listeners again, for connections that come from now on.
    ///
    /// @throws IOException when some cannot be loaded; those stay as they are
    public void reloadCertificates() throws IOException {
        IOException failure = null;
        for (var entrance : entrances) {
            try {
                entrance.reloadCertificates();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// Looks at the files of certificates now and then, until the server stops.
    private void watchCertificates(Entrance entrance) {
        try {
            while (!stopped.await(Deadline.nanos(entrance.reloadInterval()), TimeUnit.NANOSECONDS)) {
                try {
                    entrance.reloadChangedCertificates();
                } catch (IOException | RuntimeException e) {
                    report(e);
                }
            }
        } catch (InterruptedException _) {
            // nobody does that
        }
    }

    /// What [#stop] had to cut.
    ///
    /// @return one line each; empty before
    public List<String> cutConnections() {
        return cut;
    }

    /// Waits until [#stop] has ended.
    ///
    /// @throws InterruptedException when interrupted while waiting
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /// Waits until [#stop] has ended, or the limit is over.
    ///
    /// @param limit how long at most
    /// @throws InterruptedException when interrupted while waiting
    public void awaitStop(Duration limit) throws InterruptedException {
        var _ = stopped.await(Deadline.nanos(limit), TimeUnit.NANOSECONDS);
    }

    private void watch(ListeningSocket socket, Entrance entrance) throws IOException {
        var admission = new Admission(socket, entrance, state);
        var keeper = new DoorKeeper(state, admission);
        if (keeper.watch(socket, pollers)) {
            keepers.add(keeper);
        } else {
            acceptors.add(Thread.ofPlatform()
                    .name("warp-acceptor-" + (acceptors.size() + 1))
                    .unstarted(new Acceptor(admission, pollers)));
        }
    }

    /// What a listener's clients are served by.
    private Application served(Listener listener) {
        var redirect = listener.redirect();
        return redirect.isPresent() ? HttpsRedirection.by(redirect.get(), portOfTls()) : state.application();
    }

    /// The first port of TLS; that of `https` where TLS is spoken on a Unix socket only.
    private int portOfTls() {
        var listeners = state.settings().listeners();
        for (int i = 0; i < sockets.size(); i++) {
            if (listeners.get(i).tls().isPresent() && sockets.get(i).address() instanceof InetSocketAddress tcp) {
                return tcp.getPort();
            }
        }
        return HttpsRedirection.HTTPS;
    }

    /// What all responses have besides `Date`.
    static Headers fieldsOf(WarpSettings settings) {
        var name = settings.serverName();
        var fields = name.isEmpty() ? Headers.EMPTY : Headers.of(HeaderName.SERVER, name);
        var altSvc = settings.altSvc();
        return altSvc.isPresent() ? fields.adding(HeaderName.ALT_SVC, altSvc.get()) : fields;
    }

    /// What ALPN offers, the best first.
    private static List<String> protocols(WarpSettings settings) {
        return settings.http2().isOn() ? List.of(Http2Connection.ALPN_NAME, "http/1.1") : List.of("http/1.1");
    }

    private static Pollers pollers(Threads threads, Consumer<Throwable> onFailure) throws IOException {
        if (threads.mode() != Threads.Mode.SHARED) {
            try {
                return Pollers.loops(threads.loops(), threads.spares(), onFailure);
            } catch (UnsupportedOperationException e) {
                if (threads.mode() == Threads.Mode.LOOPS) {
                    throw e;
                }
            }
        }
        return Pollers.shared(threads.pollers(), onFailure);
    }

    private void close(ListeningSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            report(e);
        }
    }

    private void report(Throwable cause) {
        state.reportServer(cause, sockets.getFirst().address());
    }

    // Classes and no lambdas, as every start comes here: the JVM makes a lambda in 0.6 ms.

    private final class Report implements Consumer<Throwable> {
        @Override
        public void accept(Throwable cause) {
            report(cause);
        }
    }

    private static final class NanoClock implements LongSupplier {
        @Override
        public long getAsLong() {
            return System.nanoTime();
        }
    }
}
