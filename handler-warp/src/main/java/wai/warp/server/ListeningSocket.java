package wai.warp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import wai.transport.Door;
import wai.transport.Pollers;
import wai.warp.settings.Listener;
import wai.warp.settings.Listener.Given;
import wai.warp.settings.Listener.Inherited;
import wai.warp.settings.Listener.Tcp;
import wai.warp.settings.Listener.Unix;

/// A socket that listens: bound as a [Listener] says, and what closing it takes.
///
/// A loop watches it ([#door]), or a thread waits for it in [#accept()]. All block there, one system call for each
/// connection, but the inherited one. That one must stay open when the server stops, so nothing would wake a thread
/// that blocks in it; it is non-blocking and waits in a selector.
final class ListeningSocket implements AutoCloseable {
    private final Listener listener;
    private final ServerSocketChannel channel;
    private final SocketAddress address;
    private final AtomicBoolean closed = new AtomicBoolean();
    /// Where a thread waits for connections of the inherited socket.
    private volatile @Nullable Selector waiting;
    /// Where a loop waits for connections.
    private volatile @Nullable Door door;

    private ListeningSocket(Listener listener, ServerSocketChannel channel) throws IOException {
        var bound = channel.getLocalAddress();
        if (bound == null) {
            throw new IOException(listener + " is not bound");
        }
        this.listener = listener;
        this.channel = channel;
        this.address = bound;
    }

    /// Binds all; when one cannot be bound, none is left open.
    ///
    /// @throws IOException when one cannot be bound; the message says which
    static List<ListeningSocket> openAll(List<Listener> listeners) throws IOException {
        var open = new ArrayList<ListeningSocket>();
        try {
            for (var listener : listeners) {
                open.add(open(listener));
            }
            return List.copyOf(open);
        } catch (IOException | RuntimeException e) {
            for (var socket : open) {
                socket.closeAfter(e);
            }
            for (var listener : listeners) {
                if (listener.place() instanceof Given(var channel)) { // those that were not reached, too
                    closeAfter(e, channel);
                }
            }
            throw e;
        }
    }

    private static ListeningSocket open(Listener listener) throws IOException {
        try {
            var place = listener.place(); // no switch: the first one over patterns costs a start 15 ms
            if (place instanceof Tcp(var host, var port)) {
                return openTcp(listener, host, port);
            }
            if (place instanceof Unix(var path)) {
                return openUnix(listener, path);
            }
            return place instanceof Given(var channel) ? openGiven(listener, channel) : openInherited(listener);
        } catch (IOException | UnsupportedOperationException e) {
            throw new IOException("cannot listen on " + listener + ": " + e.getMessage(), e);
        }
    }

    /// Where it listens, with the real port.
    SocketAddress address() {
        return address;
    }

    /// Whether [#close] was called.
    boolean isClosed() {
        return closed.get();
    }

    /// Has a loop watch it from now on, if one can.
    ///
    /// @return null when a thread must wait for connections
    @Nullable
    Door door(Pollers pollers, Door.Keeper keeper) throws IOException {
        var made = pollers.door(channel, keeper);
        door = made;
        return made;
    }

    /// Takes a connection; waits for it unless a loop does.
    ///
    /// @return null when none is there and a loop watches
    /// @throws ClosedChannelException when it was closed
    @Nullable
    SocketChannel accept() throws IOException {
        if (closed.get()) {
            throw new ClosedChannelException(); // the inherited socket would go on
        }
        return isInherited() && door == null ? acceptNext() : channel.accept();
    }

    /// Makes a connection ready to be served.
    void configure(SocketChannel connection) throws IOException {
        if (listener.keepAlive() && !(address instanceof UnixDomainSocketAddress)) {
            connection.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
        if (listener.sendBuffer() > 0) {
            connection.setOption(StandardSocketOptions.SO_SNDBUF, listener.sendBuffer());
        }
    }

    /// Accepts no longer. The file of a Unix socket goes with it, once: a later server may listen on the same path by
    /// now. The inherited socket stays open.
    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (isInherited()) {
            closeIfOpen(waiting);
        } else {
            channel.close();
        }
        var watched = door;
        if (watched != null) {
            watched.close();
        }
        if (listener.place() instanceof Unix(var path)) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public String toString() {
        return listener.toString();
    }

    private void closeAfter(Exception e) {
        closeAfter(e, this);
    }

    private static void closeAfter(Exception e, AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception alsoFailed) {
            e.addSuppressed(alsoFailed);
        }
    }

    // ------------------------------------------------------------------------------------------ TCP

    private static ListeningSocket openTcp(Listener listener, String host, int port) throws IOException {
        var channel = host.equals("!4")
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open(); // for both protocols where the machine has both
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (listener.isPortShared()) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            setReceiveBuffer(channel, listener);
            channel.bind(address(host, port), listener.backlog());
            return new ListeningSocket(listener, channel);
        } catch (IOException | RuntimeException e) {
            closeAfter(e, channel);
            throw e;
        }
    }

    private static InetSocketAddress address(String host, int port) throws IOException {
        return switch (host) {
            case "*", "*4", "*6" -> new InetSocketAddress(port);
            case "!4" -> new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port);
            default -> new InetSocketAddress(InetAddress.getByName(host), port);
        };
    }

    /// Connections get it from their listening socket: later would be too late for the window that TCP agrees on.
    private static void setReceiveBuffer(ServerSocketChannel channel, Listener listener) throws IOException {
        if (listener.receiveBuffer() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, listener.receiveBuffer());
        }
    }

    // ------------------------------------------------------------------------------------------ Unix

    private static ListeningSocket openUnix(Listener listener, Path path) throws IOException {
        var where = UnixDomainSocketAddress.of(path);
        if (isSocket(path)) {
            if (isServed(where)) {
                throw new IOException("another server listens there");
            }
            Files.delete(path); // an ended server left it behind
        }
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean made = false;
        try {
            channel.bind(where, listener.backlog());
            made = true;
            if (listener.permissions().isPresent()) {
                Files.setPosixFilePermissions(path, listener.permissions().get());
            }
            return new ListeningSocket(listener, channel);
        } catch (IOException | RuntimeException e) {
            closeAfter(e, channel);
            if (made) {
                Files.deleteIfExists(path);
            }
            throw e;
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

    // ------------------------------------------------------------------------------------------ made elsewhere

    private static ListeningSocket openGiven(Listener listener, ServerSocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(true);
        } catch (IllegalBlockingModeException e) {
            throw new IOException("it is registered with a selector", e);
        }
        if (channel.getLocalAddress() instanceof InetSocketAddress) {
            setReceiveBuffer(channel, listener);
        }
        return new ListeningSocket(listener, channel);
    }

    private static ListeningSocket openInherited(Listener listener) throws IOException {
        return switch (System.inheritedChannel()) {
            case ServerSocketChannel channel -> openInherited(listener, channel);
            case null ->
                throw new IOException("the standard input of this process is no socket; expected one that listens,"
                        + " from inetd in wait mode, systemd with StandardInput=socket, or a shell with <&3");
            case java.nio.channels.Channel other ->
                throw new IOException("the standard input of this process is " + other + "; expected a stream socket"
                        + " that listens, from inetd in wait mode or systemd with Accept=no");
        };
    }

    private static ListeningSocket openInherited(Listener listener, ServerSocketChannel channel) throws IOException {
        if (channel.getLocalAddress() instanceof InetSocketAddress) {
            setReceiveBuffer(channel, listener);
        }
        channel.configureBlocking(false);
        return new ListeningSocket(listener, channel);
    }

    private boolean isInherited() {
        return listener.place() instanceof Inherited;
    }

    private SocketChannel acceptNext() throws IOException {
        try {
            while (true) {
                if (closed.get()) {
                    throw new ClosedChannelException();
                }
                var connection = channel.accept();
                if (connection != null) {
                    return connection;
                }
                waiting().select(_ -> {});
            }
        } catch (ClosedSelectorException e) {
            var closing = new ClosedChannelException();
            closing.initCause(e);
            throw closing;
        }
    }

    private Selector waiting() throws IOException {
        var selector = waiting;
        if (selector == null) {
            selector = Selector.open();
            waiting = selector; // first: whatever fails now, it will be closed
            channel.register(selector, SelectionKey.OP_ACCEPT);
            if (closed.get()) { // looked at after it was set, so that close() sees it or we do
                selector.close();
            }
        }
        return selector;
    }

    private static void closeIfOpen(@Nullable Selector selector) throws IOException {
        if (selector != null) {
            selector.close();
        }
    }
}
