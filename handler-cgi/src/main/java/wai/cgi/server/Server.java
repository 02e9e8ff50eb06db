package wai.cgi.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.ServerSettings;
import wai.spi.Exchange.Progress;
import wai.transport.Pollers;

/// A running server: the listening sockets, the poller, the platform threads, and the stop.
///
/// The acceptors, one for each listening socket, and the sweeper are platform threads, so that applications which
/// occupy every carrier stop neither accepting nor the deadlines.
public final class Server {
    /// How often the sweeper looks at the connections: the precision of all deadlines.
    private static final long TICK_NANOS = 100_000_000;
    /// How long an acceptor waits after it failed, mostly for a descriptor.
    private static final long BACK_OFF_NANOS = 100_000_000;
    /// How often at most the hook is told of connections that were turned away.
    private static final long OVERLOAD_NANOS = 10_000_000_000L;

    /// How many threads may go on with loops that are held up.
    private static final int SPARES = 256;

    private final ServerSettings settings;
    private final Protocol protocol;
    private final LongSupplier clock;
    private final Consumer<Failure> reporter;
    /// Wait for the connections.
    private final Pollers pollers;
    private final List<ListeningSocket> sockets;
    private final Links links = new Links();
    private final LinkTally tally = new LinkTally();
    private final Thread sweeper;
    private final AtomicBoolean stopAnnounced = new AtomicBoolean();
    private final AtomicLong nextOverload;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile boolean sweeping = true;

    private Server(ServerSettings settings, Protocol protocol, Consumer<Failure> reporter, LongSupplier clock)
            throws IOException {
        this.settings = settings;
        this.protocol = protocol;
        this.reporter = reporter;
        this.clock = clock;
        this.nextOverload = new AtomicLong(clock.getAsLong());
        this.sweeper = Thread.ofPlatform().name("wai-cgi-sweeper").daemon().unstarted(this::sweep);
        this.pollers = pollers(settings.loops(), e -> report(Phase.SERVER, e));
        pollers.prepareDirectCalls();
        this.sockets = listen();
    }

    private static Pollers pollers(int loops, Consumer<Throwable> onFailure) throws IOException {
        return loops == 0 ? Pollers.shared(1, onFailure) : Pollers.loops(loops, SPARES, onFailure);
    }

    private List<ListeningSocket> listen() throws IOException {
        try {
            return ListeningSocket.openAll(settings.listeners());
        } catch (IOException | RuntimeException e) {
            pollers.close();
            throw e;
        }
    }

    /// Binds and starts.
    ///
    /// @param settings what was set
    /// @param protocol what is spoken
    /// @param reporter told of failures; throws nothing
    /// @return the server, listening
    /// @throws IOException when an address cannot be bound, or a selector opened; nothing is left open then
    public static Server start(ServerSettings settings, Protocol protocol, Consumer<Failure> reporter)
            throws IOException {
        return start(settings, protocol, reporter, System::nanoTime);
    }

    /// Binds and starts, with another clock.
    ///
    /// @param settings what was set
    /// @param protocol what is spoken
    /// @param reporter told of failures; throws nothing
    /// @param clock nanoseconds, from anywhere; looked at by many threads
    /// @return the server, listening
    /// @throws IOException when an address cannot be bound, or a selector opened; nothing is left open then
    public static Server start(
            ServerSettings settings, Protocol protocol, Consumer<Failure> reporter, LongSupplier clock)
            throws IOException {
        var server = new Server(settings, protocol, reporter, clock);
        var acceptors = new ArrayList<Thread>();
        for (var socket : server.sockets) {
            acceptors.add(Thread.ofPlatform()
                    .name("wai-cgi-acceptor-" + (acceptors.size() + 1))
                    .unstarted(() -> server.accept(socket)));
        }
        server.sweeper.start();
        acceptors.forEach(Thread::start);
        return server;
    }

    /// Where the server listens.
    ///
    /// @return the addresses, with the real ports, in the order of the listeners
    public List<SocketAddress> addresses() {
        return sockets.stream().map(ListeningSocket::address).toList();
    }

    /// What the open connections are doing.
    ///
    /// @return one line each
    public List<String> describeConnections() {
        return links.describe();
    }

    /// How many connections are open.
    ///
    /// @return a number
    public int openConnections() {
        return links.size();
    }

    /// What its connections have done.
    ///
    /// @return the counts
    public LinkTally tally() {
        return tally;
    }

    /// Whether the server stops or has stopped.
    ///
    /// @return false before the first [#stop]
    public boolean isStopping() {
        return stopping;
    }

    /// Stops: accepts no longer, closes idle connections, waits for busy ones, and cuts what is left.
    ///
    /// @param grace how long to wait
    /// @return what had to be cut, one line each; empty when everything ended by itself
    /// @throws InterruptedException when interrupted while waiting; the rest is cut at once then
    public List<String> stop(Duration grace) throws InterruptedException {
        announceStop();
        stopping = true;
        sockets.forEach(this::close);
        links.forEach(Link::stop);
        protocol.announceStop();
        List<String> leftovers = List.of();
        try {
            links.awaitEmpty(Deadline.nanos(grace));
        } finally {
            leftovers = links.describe();
            links.forEach(Link::kill);
            pollers.close(); // no connection is open by now
            sweeping = false;
            LockSupport.unpark(sweeper);
            stopped.countDown();
        }
        return leftovers;
    }

    /// Waits until [#stop] has ended.
    ///
    /// @throws InterruptedException when interrupted while waiting
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    private void announceStop() {
        if (stopAnnounced.compareAndSet(false, true)) {
            try {
                settings.requests().hooks().onStop().run();
            } catch (RuntimeException | Error e) {
                report(Phase.SERVER, e);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ accepting

    private void accept(ListeningSocket socket) {
        while (true) {
            try {
                admit(socket.accept());
            } catch (ClosedChannelException e) {
                if (!socket.isClosed()) {
                    report(Phase.SERVER, new IOException(socket + " was closed by somebody else", e));
                }
                return;
            } catch (Throwable e) { // an OutOfMemoryError, too: without this thread nobody comes in
                if (socket.isClosed()) {
                    return;
                }
                report(Phase.SERVER, e);
                LockSupport.parkNanos(BACK_OFF_NANOS);
            }
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        Link link;
        try {
            link = new Link(pollers.transport(channel), settings.timeouts(), clock, tally);
        } catch (IOException _) {
            channel.close(); // it is gone already
            return;
        }
        if (!links.add(link, settings.connections())) {
            tally.isRefused(); // before it is closed: whoever sees that finds it counted
            try {
                tellOverload();
            } finally {
                link.close();
            }
            return;
        }
        tally.isAccepted();
        if (stopping) { // looked at after it was added, so that the stop sees it or we see the stop
            link.stop();
        }
        boolean started = false;
        try {
            link.start(() -> serve(link));
            started = true;
        } finally {
            if (!started) {
                links.remove(link);
                link.close();
            }
        }
    }

    private void serve(Link link) {
        link.begin();
        try {
            if (link.becomesIdle()) {
                protocol.serve(link);
            }
        } catch (IOException e) {
            report(Phase.REQUEST, e);
        } catch (Throwable e) { // of a protocol: a bug, which must not stay in the dark
            report(Phase.SERVER, e);
            link.abort();
        } finally {
            link.close();
            links.remove(link);
        }
    }

    private void tellOverload() {
        long now = clock.getAsLong();
        long next = nextOverload.get();
        if (now - next >= 0 && nextOverload.compareAndSet(next, now + OVERLOAD_NANOS)) {
            report(
                    Phase.OVERLOAD,
                    new IOException("a connection was closed: " + settings.connections()
                            + " are open, as many as ServerSettings.connections allows"));
        }
    }

    // ------------------------------------------------------------------------------------------ the rest

    private void sweep() {
        while (sweeping) {
            LockSupport.parkNanos(TICK_NANOS);
            try {
                long now = clock.getAsLong();
                links.forEach(link -> link.sweep(now));
            } catch (Throwable e) { // the deadlines of all connections depend on this thread
                report(Phase.SERVER, e);
            }
        }
    }

    private void close(ListeningSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            report(Phase.SERVER, e);
        }
    }

    private void report(Phase phase, Throwable cause) {
        reporter.accept(new Failure(phase, cause, Optional.empty(), Progress.NONE));
    }
}
