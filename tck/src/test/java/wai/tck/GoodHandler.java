package wai.tck;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import wai.Application;
import wai.Capability;

/// The smallest honest handler: HTTP/1.1 over blocking sockets, one virtual thread per connection.
///
/// The positive control of the kit, and an example of how little a handler has to do by itself: read a request, run the
/// exchange, write what [wai.spi.FramedResponse] says, and say goodbye well. It lacks what a server on the open
/// internet needs: timeouts, limits on connections, TLS.
class GoodHandler implements HandlerUnderTest {
    private static final Set<Capability> CAPABILITIES =
            Set.copyOf(EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2)));

    private final Duration patience;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    GoodHandler(Duration patience) {
        this.patience = patience;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Backend start(Application application) throws IOException {
        var server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("accept").start(() -> accept(server, application));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
        return new WireBackend(address, () -> stop(server), patience);
    }

    /// What serves one connection.
    GoodConnection connection(Socket socket, Application application) throws IOException {
        return new GoodConnection(socket, application, capabilities());
    }

    Set<Socket> open() {
        return open;
    }

    private void accept(ServerSocket server, Application application) {
        try {
            while (true) {
                var socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofVirtual().name("connection").start(() -> serve(socket, application));
            }
        } catch (IOException _) {
            // the server was closed
        }
    }

    private void serve(Socket socket, Application application) {
        try (socket) {
            connection(socket, application).serve();
        } catch (IOException _) {
            // the client left: there is nobody to tell
        } finally {
            open.remove(socket);
        }
    }

    private void stop(ServerSocket server) throws IOException {
        server.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
