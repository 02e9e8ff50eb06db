package wai.warp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import wai.Application;
import wai.spi.Exchange.Progress;
import wai.warp.observe.Totals;
import wai.warp.settings.Failure;
import wai.warp.settings.WarpSettings;
import wai.warp.transport.ChannelTransport;
import wai.warp.transport.Poller;

/// A running server: the listening socket, the two platform threads, and the stop.
///
/// The acceptor and the sweeper are platform threads, so that applications which occupy every carrier stop neither
/// accepting nor the deadlines.
public final class Server {
    /// How often the sweeper looks at the connections: the precision of all deadlines.
    private static final long TICK_NANOS = 100_000_000;
    /// How long the acceptor waits after a failure, doubled each time: descriptors may be exhausted for a while.
    private static final long FIRST_BACK_OFF_NANOS = 5_000_000;

    private static final long LONGEST_BACK_OFF_NANOS = 1_000_000_000;
    private static final String BUSY_TEXT = "503 Service Unavailable: too many connections\n";
    private static final byte[] BUSY = ("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
                    + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + BUSY_TEXT.length() + "\r\n\r\n"
                    + BUSY_TEXT)
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerState state;
    private final ServerSocketChannel listener;
    private final SocketAddress address;
    private final Poller poller;
    private final Thread acceptor;
    private final Thread sweeper;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean listening = new AtomicBoolean(true);
    private volatile boolean sweeping = true;

    private Server(ServerState state, ServerSocketChannel listener) throws IOException {
        this.state = state;
        this.listener = listener;
        this.address = listener.getLocalAddress();
        this.poller = Poller.start(this::report);
        this.acceptor = Thread.ofPlatform().name("warp-acceptor").unstarted(this::accept);
        this.sweeper = Thread.ofPlatform().name("warp-sweeper").daemon().unstarted(this::sweep);
    }

    /// Binds and starts.
    ///
    /// @param settings what was set
    /// @param application what to run
    /// @return the server, listening
    /// @throws IOException when the address cannot be bound
    public static Server start(WarpSettings settings, Application application) throws IOException {
        var ticker = new Ticker(System::nanoTime, InstantSource.system(), settings.serverName());
        var listener = bind(settings);
        try {
            var server = new Server(new ServerState(application, settings, ticker), listener);
            server.sweeper.start();
            server.acceptor.start();
            return server;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /// Where the server listens.
    ///
    /// @return the address, with the real port
    public SocketAddress address() {
        return address;
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

    /// Stops: accepts no longer, closes idle connections, waits for busy ones, and cuts what is left.
    ///
    /// @param grace how long to wait
    /// @return what had to be cut, one line each; empty when everything ended by itself
    /// @throws InterruptedException when interrupted while waiting; the rest is cut at once then
    public List<String> stop(Duration grace) throws InterruptedException {
        List<String> leftovers;
        state.beginStopping();
        closeListener();
        state.connections().forEach(Http1Connection::stop);
        try {
            state.connections().awaitEmpty(Deadline.nanos(grace));
        } finally {
            leftovers = state.connections().describe();
            state.connections().forEach(Http1Connection::kill);
            sweeping = false;
            LockSupport.unpark(sweeper);
            poller.close();
            state.files().close();
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

    private static ServerSocketChannel bind(WarpSettings settings) throws IOException {
        if (settings.unixSocket().isPresent()) {
            return bindUnix(settings.unixSocket().get(), settings.backlog());
        }
        var host = settings.host();
        var where = host.equals("*")
                ? new InetSocketAddress(settings.port())
                : new InetSocketAddress(InetAddress.getByName(host), settings.port());
        var listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return listener.bind(where, settings.backlog());
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen on " + host + " port " + settings.port() + ": " + e.getMessage(), e);
        }
    }

    private static ServerSocketChannel bindUnix(Path path, int backlog) throws IOException {
        var where = UnixDomainSocketAddress.of(path);
        if (isSocket(path) && !isServed(where)) {
            Files.delete(path); // an ended server left it behind
        }
        var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return listener.bind(where, backlog);
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen on the Unix socket " + path + ": " + e.getMessage(), e);
        }
    }

    /// Not a regular file, which is somebody's data, and no directory.
    private static boolean isSocket(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther();
    }

    private static boolean isServed(UnixDomainSocketAddress where) {
        try (var _ = SocketChannel.open(where)) {
            return true;
        } catch (IOException _) {
            return false; // refused: nobody listens
        }
    }

    private void closeListener() {
        if (!listening.compareAndSet(true, false)) {
            return; // a later server may listen on the same path by now
        }
        try {
            listener.close();
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
        } catch (IOException e) {
            report(e);
        }
    }

    private void accept() {
        long backOff = FIRST_BACK_OFF_NANOS;
        while (true) {
            try {
                open(listener.accept());
                backOff = FIRST_BACK_OFF_NANOS;
            } catch (AsynchronousCloseException _) {
                return;
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException | RuntimeException e) { // a peer that is gone already, or no descriptor left
                report(e);
                LockSupport.parkNanos(backOff);
                backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_NANOS);
            }
        }
    }

    private void open(SocketChannel channel) throws IOException {
        if (state.connections().count() >= state.settings().limits().connections()) {
            refuse(channel);
            return;
        }
        try {
            var transport = new ChannelTransport(channel, poller);
            if (transport.remoteAddress() instanceof InetSocketAddress) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            var connection = new Http1Connection(transport, state);
            state.connections().add(connection);
            Thread.startVirtualThread(connection);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// One connection too many: says so, if that can be done without waiting.
    private void refuse(SocketChannel channel) throws IOException {
        state.totals().refused();
        try (channel) {
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(BUSY));
            channel.shutdownOutput();
        }
    }

    private void sweep() {
        while (sweeping) {
            LockSupport.parkNanos(TICK_NANOS);
            try {
                state.ticker().tick();
                long now = state.ticker().nanos();
                state.connections().forEach(connection -> connection.sweep(now));
                state.files().sweep(now);
            } catch (RuntimeException | Error e) { // the deadlines of all connections depend on this thread
                report(e);
            }
        }
    }

    private void report(Throwable cause) {
        state.report(new Failure(Failure.Phase.SERVER, cause, Optional.empty(), Progress.NONE, address));
    }
}
