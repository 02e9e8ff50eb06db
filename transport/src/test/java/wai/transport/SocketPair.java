package wai.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// Two ends of a TCP connection on loopback: a transport, and a plain blocking channel as its client.
record SocketPair(ChannelTransport server, SocketChannel client) implements AutoCloseable {
    static SocketPair open(Poller poller) throws IOException {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var client = SocketChannel.open(listener.getLocalAddress());
            return new SocketPair(new ChannelTransport(listener.accept(), poller), client);
        }
    }

    void send(String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    /// Reads at the server until there are so many bytes.
    String take(int count) throws IOException {
        var bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (server.read(bytes) < 0) {
                throw new IOException("the end came after " + bytes.position() + " bytes");
            }
        }
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        client.close();
    }
}
