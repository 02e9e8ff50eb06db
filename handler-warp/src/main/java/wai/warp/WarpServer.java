package wai.warp;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import wai.warp.observe.ServerLog;
import wai.warp.server.Server;
import wai.warp.settings.Threads;
import wai.warp.settings.WarpSettings;

/// A running Warp server. Made by [Warp#start]; safe for use by many threads.
public final class WarpServer implements AutoCloseable {
    private final Server server;
    private final WarpSettings settings;

    WarpServer(Server server, WarpSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /// The TCP port on which the server listens, the real one also when 0 was asked for.
    ///
    /// @return the port; that of the first listener which has one
    /// @throws IllegalStateException when the server listens on Unix sockets only
    public int port() {
        for (var address : addresses()) {
            if (address instanceof InetSocketAddress tcp) {
                return tcp.getPort();
            }
        }
        throw new IllegalStateException("no port: the server listens on Unix sockets only, " + addresses());
    }

    /// Where the server listens.
    ///
    /// @return the address, of the first listener when there are several
    public SocketAddress address() {
        return addresses().getFirst();
    }

    /// Where the server listens.
    ///
    /// @return the addresses with the real ports, in the order of [WarpSettings#listeners()]
    public List<SocketAddress> addresses() {
        return server.addresses();
    }

    /// Who runs the threads of the connections: what [Threads#mode()] came to.
    ///
    /// @return [Threads.Mode#SHARED] or [Threads.Mode#LOOPS]
    public Threads.Mode mode() {
        return server.mode();
    }

    /// Whether connections that come now read and write by direct system calls, which takes less CPU time: on 64-bit
    /// Linux, when java was started with `--add-opens java.base/sun.nio.ch=wai.transport` and
    /// `--enable-native-access=wai.transport` (`=ALL-UNNAMED` for both on the class path).
    ///
    /// @return whether they do; some tenths of a second after the start at the earliest, as a start does not wait
    public boolean makesDirectCalls() {
        return server.makesDirectCalls();
    }

    /// What the open connections are doing: peer, state, request, age.
    ///
    /// @return one line per connection
    public List<String> openConnections() {
        return server.describeConnections();
    }

    /// How many buffers the connections hold: of a connection that waits for a request, none.
    long buffersInUse() {
        return server.buffersInUse();
    }

    /// What the server has done since it was started, and what it is doing.
    ///
    /// Looks at every open connection; for once a second rather than for every request. No count ever goes down, except
    /// those that say what is open or in flight.
    ///
    /// @return the counters, as of now
    public ServerCounters counters() {
        return new ServerCounters(server.counters());
    }

    /// Gets the certificates of all listeners again from where they come from ([wai.warp.tls.IdentitySource]), for
    /// connections that come from now on; open ones are left alone. Blocks until that is done.
    ///
    /// Files are watched anyhow ([wai.warp.tls.Tls#reloadInterval]); this is for a renewal that must not wait, and for
    /// sources that are no files.
    ///
    /// @throws IOException when one cannot be had or does not fit its key; the listener keeps what it has
    public void reloadCertificates() throws IOException {
        server.reloadCertificates();
    }

    /// Says that the server will be stopped, and does no more: [#isStopping()] is true from now on, and the hook
    /// `onStop` is told, once. Connections are accepted and served as ever, so that balancers in front can see a
    /// failing health check and look elsewhere before [#stop] closes the door.
    public void announceStop() {
        server.announceStop();
    }

    /// Whether a stop was announced or has begun. A health check answers 503 then; a stream without end looks for its
    /// end.
    ///
    /// @return true also when the server has stopped
    public boolean isStopping() {
        return server.isStopping();
    }

    /// Stops the server: announces it unless that was done, accepts no longer, closes idle connections at once, lets
    /// busy ones finish their request (the response says `Connection: close`), tells raw ones
    /// ([wai.RawConnection#onShutdown]), and when the grace period is over cuts what is left and interrupts the
    /// applications that still work, with a line in the log for each.
    ///
    /// Blocks until all that is done. Further calls find nothing left to do.
    ///
    /// @param grace how long to wait for busy connections; zero cuts them at once
    /// @return whether every connection ended by itself
    /// @throws InterruptedException when interrupted while waiting; what is left is cut at once then
    public boolean stop(Duration grace) throws InterruptedException {
        var cut = server.stop(grace);
        for (var line : cut) {
            ServerLog.write(Level.WARNING, "stopped before this connection had ended: " + line);
        }
        return cut.isEmpty();
    }

    /// What held up the stop: the connections that were cut when the grace period was over.
    ///
    /// @return one line for each as in [#openConnections()]; empty when there were none, or before a stop
    public List<String> cutConnections() {
        return server.cutConnections();
    }

    /// Waits until the server has stopped.
    ///
    /// @throws InterruptedException when interrupted while waiting
    public void awaitStop() throws InterruptedException {
        server.awaitStop();
    }

    /// Stops in two steps, as the settings say: announces the stop, goes on for the
    /// [wai.warp.settings.Timeouts#notice], then stops with the grace period [wai.warp.settings.Timeouts#stop].
    @Override
    public void close() {
        try {
            announceStop();
            awaitNotice();
            stop(settings.timeouts().stop());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitNotice() {
        try {
            server.awaitStop(settings.timeouts().notice());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the stop that follows sees it and cuts at once
        }
    }
}
