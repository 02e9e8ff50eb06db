package wai.warp.server;

import static java.net.StandardSocketOptions.SO_KEEPALIVE;
import static java.net.StandardSocketOptions.SO_RCVBUF;
import static java.net.StandardSocketOptions.SO_SNDBUF;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.warp.settings.Listener;

/// What the kernel is told of a listening socket and of its connections.
class ListeningSocketTest {
    private static final Listener TCP = Listener.tcp("127.0.0.1", 0);

    private static ListeningSocket open(Listener listener) throws IOException {
        return ListeningSocket.openAll(List.of(listener)).getFirst();
    }

    private static <T> T optionOfAConnection(Listener listener, SocketOption<T> option) throws IOException {
        try (var socket = open(listener);
                var _ = SocketChannel.open(socket.address());
                var connection = requireNonNull(socket.accept())) {
            socket.configure(connection);
            return connection.getOption(option);
        }
    }

    @Test
    void looksForDeadPeersWhenAsked() throws IOException {
        assertThat(optionOfAConnection(TCP, SO_KEEPALIVE)).isFalse();
        assertThat(optionOfAConnection(TCP.withKeepAlive(), SO_KEEPALIVE)).isTrue();
    }

    @Test
    void setsTheReceiveBufferOfConnections() throws IOException {
        int own = optionOfAConnection(TCP, SO_RCVBUF);
        int small = optionOfAConnection(TCP.withReceiveBuffer(8 * 1024), SO_RCVBUF);

        assertThat(small).isBetween(8 * 1024, 16 * 1024).isLessThan(own); // Linux doubles it
    }

    @Test
    void setsTheSendBufferOfConnections() throws IOException {
        int own = optionOfAConnection(TCP, SO_SNDBUF);
        int small = optionOfAConnection(TCP.withSendBuffer(8 * 1024), SO_SNDBUF);

        assertThat(small).isBetween(8 * 1024, 16 * 1024).isLessThan(own);
    }

    @Test
    void setsTheReceiveBufferOfAGivenSocketsConnections() throws IOException {
        var given = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        assertThat(optionOfAConnection(Listener.of(given).withReceiveBuffer(8 * 1024), SO_RCVBUF))
                .isBetween(8 * 1024, 16 * 1024);
    }

    @Test
    void setsWhatAUnixSocketHas(@TempDir Path folder) throws IOException {
        var listener = Listener.unix(folder.resolve("s"))
                .withKeepAlive()
                .withReceiveBuffer(8 * 1024)
                .withSendBuffer(8 * 1024);

        assertThat(optionOfAConnection(listener, SO_SNDBUF)).isBetween(8 * 1024, 16 * 1024);
    }

    @Test
    void theKernelKeepsAsManyConnectionsAsTheBacklogSays() throws IOException {
        assertThat(connected(TCP.withBacklog(20))).isEqualTo(10);
        assertThat(connected(TCP.withBacklog(1))).isLessThan(10); // mostly 2
    }

    /// How many of ten connections are made while nobody accepts; on loopback that is known at once.
    private static int connected(Listener listener) throws IOException {
        var clients = new ArrayList<SocketChannel>();
        try (var socket = open(listener)) {
            int connected = 0;
            for (int i = 0; i < 10; i++) {
                var client = SocketChannel.open();
                clients.add(client);
                client.configureBlocking(false);
                if (client.connect(socket.address()) || client.finishConnect()) {
                    connected++;
                }
            }
            return connected;
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }
}
