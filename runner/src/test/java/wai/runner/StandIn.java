package wai.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import wai.Application;

/// A backend that listens, as that is what goes wrong in real life, and answers nothing: it hands the application to
/// the test.
final class StandIn implements Backend {
    /// Completed with the application when the backend is started.
    final CompletableFuture<Application> started = new CompletableFuture<>();

    /// Completed with what is listened on, as above.
    final CompletableFuture<Listen> place = new CompletableFuture<>();

    @Override
    public Running start(Listen where, Application application) throws IOException {
        var socket = open(where);
        started.complete(application);
        place.complete(where);
        return new Served(socket, where instanceof Listen.Secure ? "https" : "http");
    }

    private static ServerSocketChannel open(Listen where) throws IOException {
        return switch (where) {
            case Listen.Tcp(var host, var port) -> ServerSocketChannel.open().bind(new InetSocketAddress(host, port));
            case Listen.Secure(var port, var _) -> open(port);
            case Listen.Unix(var path) ->
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
        };
    }

    /// Has no connections, so it stops at once.
    record Served(ServerSocketChannel socket, String protocol) implements Running {
        @Override
        public SocketAddress address() {
            try {
                return socket.getLocalAddress();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean stop(Duration grace) {
            try {
                socket.close();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<String> openConnections() {
            return List.of();
        }
    }
}
