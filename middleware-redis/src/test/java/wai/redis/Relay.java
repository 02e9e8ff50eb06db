package wai.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// A port whose connections lead to a server, if there is one; a test can cut them, or keep their answers back.
final class Relay implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final Target target;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<SocketChannel> open = new ArrayList<>(); // guarded by lock
    private volatile boolean isMute;
    private int accepted; // guarded by lock

    private Relay(Target target) throws IOException {
        this.target = target;
        this.listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    static Relay to(Target target) throws IOException {
        var relay = new Relay(target);
        Thread.ofVirtual().start(relay::accept);
        return relay;
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /// How many connections were made so far.
    int accepted() {
        lock.lock();
        try {
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    /// From now on answers are not handed on, or are again.
    void mute(boolean newMute) {
        isMute = newMute;
    }

    /// Cuts all connections.
    void cut() {
        List<SocketChannel> all;
        lock.lock();
        try {
            all = List.copyOf(open);
            open.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(Relay::close);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        cut();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                lock.lock();
                try {
                    accepted++;
                    open.add(client);
                } finally {
                    lock.unlock();
                }
                Thread.ofVirtual().start(() -> connect(client));
            }
        } catch (IOException _) { // closed
        }
    }

    private void connect(SocketChannel client) {
        try {
            var server = target.connect();
            lock.lock();
            try {
                open.add(server);
            } finally {
                lock.unlock();
            }
            Thread.ofVirtual().start(() -> copy(server, client, true));
            copy(client, server, false);
        } catch (IOException _) { // there is no server
            close(client);
        }
    }

    private void copy(SocketChannel from, SocketChannel to, boolean isAnswer) {
        try (from;
                to) {
            var buffer = ByteBuffer.allocate(8192);
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining() && !(isAnswer && isMute)) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException _) { // cut
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) { // it was broken
        }
    }

    /// Connects to the server.
    interface Target {
        SocketChannel connect() throws IOException;
    }
}
