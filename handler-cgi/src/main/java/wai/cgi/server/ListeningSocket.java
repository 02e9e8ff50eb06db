package wai.cgi.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.cgi.settings.Listener;
import wai.cgi.settings.Listener.Inherited;
import wai.cgi.settings.Listener.Tcp;
import wai.cgi.settings.Listener.Unix;

/// A socket that listens: bound as a [Listener] says, and what closing it takes.
final class ListeningSocket implements AutoCloseable {
    private final Listener listener;
    private final ServerSocketChannel channel;
    private final SocketAddress address;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ListeningSocket(Listener listener, ServerSocketChannel channel) throws IOException {
        this.listener = listener;
        this.channel = channel;
        this.address = channel.getLocalAddress();
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
                closeAfter(e, socket);
            }
            throw e;
        }
    }

    private static ListeningSocket open(Listener listener) throws IOException {
        try {
            return switch (listener.place()) {
                case Tcp(var host, var port) -> openTcp(listener, host, port);
                case Unix(var path) -> openUnix(listener, path);
                case Inherited() -> openInherited(listener);
            };
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

    /// Waits for a connection.
    ///
    /// @throws java.nio.channels.ClosedChannelException when it was closed
    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    /// Accepts no longer. The file of a Unix socket goes with it, once: a later server may listen on the same path by
    /// now.
    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        channel.close();
        if (listener.place() instanceof Unix(var path)) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public String toString() {
        return listener.toString();
    }

    private static ListeningSocket openTcp(Listener listener, String host, int port) throws IOException {
        var channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(InetAddress.getByName(host), port), listener.backlog());
            return new ListeningSocket(listener, channel);
        } catch (IOException | RuntimeException e) {
            closeAfter(e, channel);
            throw e;
        }
    }

    private static ListeningSocket openInherited(Listener listener) throws IOException {
        var inherited = System.inheritedChannel();
        if (inherited instanceof ServerSocketChannel channel) {
            channel.configureBlocking(true);
            return new ListeningSocket(listener, channel);
        }
        throw new IOException("descriptor 0 is "
                + (inherited == null ? "no socket" : "a " + inherited.getClass().getSimpleName())
                + ": expected a socket that listens (FastCGI 1.0 §2.2)");
    }

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

    private static void closeAfter(Exception e, AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception alsoFailed) {
            e.addSuppressed(alsoFailed);
        }
    }
}
