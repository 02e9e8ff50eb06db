package wai.tck;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
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

    GoodHandler(Duration patience) {
        this.patience = patience;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Backend start(Application application) throws IOException {
        var server = listen();
        var open = new ConcurrentHashMap<Socket, Thread>();
        var talking = ConcurrentHashMap.<GoodConnection>newKeySet();
        var acceptor = Thread.ofVirtual().name("accept").start(() -> accept(server, application, open, talking));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
        return new WireBackend(endpoint(address), () -> stop(server, acceptor, open, talking), patience);
    }

    private void stop(ServerSocket server, Thread acceptor, Map<Socket, Thread> open, Set<GoodConnection> talking)
            throws IOException, InterruptedException {
        for (var connection : talking) {
            connection.sayGoodbye(patience);
        }
        stop(server, acceptor, open);
    }

    /// Opens a port.
    ServerSocket listen() throws IOException {
        return new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    /// How the kit speaks to it.
    Endpoint endpoint(InetSocketAddress address) {
        return Endpoint.at(address);
    }

    /// What serves one connection.
    GoodConnection connection(Socket socket, Application application) throws IOException {
        return new GoodConnection(socket, application, capabilities());
    }

    private void accept(
            ServerSocket server, Application application, Map<Socket, Thread> open, Set<GoodConnection> talking) {
        try {
            while (true) {
                var socket = server.accept();
                socket.setTcpNoDelay(true);
                var thread = Thread.ofVirtual()
                        .name("connection")
                        .unstarted(() -> serve(socket, application, open, talking));
                open.put(socket, thread);
                thread.start();
            }
        } catch (IOException _) {
            // the server was closed
        }
    }

    private void serve(Socket socket, Application application, Map<Socket, Thread> open, Set<GoodConnection> talking) {
        try (socket) {
            var connection = connection(socket, application);
            talking.add(connection);
            try {
                connection.serve();
            } finally {
                talking.remove(connection);
            }
        } catch (IOException _) {
            // the client left: there is nobody to tell
        } finally {
            open.remove(socket);
        }
    }

    /// The acceptor and the connections may still see what came in the very moment: they are waited for.
    void stop(ServerSocket server, Thread acceptor, Map<Socket, Thread> open) throws IOException, InterruptedException {
        server.close();
        acceptor.join();
        var connections = Map.copyOf(open);
        for (var socket : connections.keySet()) {
            socket.close();
        }
        for (var thread : connections.values()) {
            thread.join(patience);
        }
    }
}
