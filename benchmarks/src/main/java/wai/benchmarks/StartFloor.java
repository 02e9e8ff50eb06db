package wai.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// What `benchmarks/start` compares a start with: a program that does nothing, or the least that answers requests on
/// virtual threads with nothing but the JDK.
public final class StartFloor {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!".getBytes(US_ASCII);

    private StartFloor() {}

    /// Ends at once, or serves until the program is ended.
    ///
    /// @param args nothing, or `--port PORT`
    /// @throws IOException when the port cannot be bound
    /// @throws IllegalArgumentException when the arguments are not understood
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            return;
        }
        if (args.length != 2 || !args[0].equals("--port")) {
            throw new IllegalArgumentException("usage: StartFloor [--port PORT], but got " + String.join(" ", args));
        }
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(Integer.parseInt(args[1])));
            serve(listener);
        }
    }

    /// Serves until the thread is interrupted or the socket closed.
    static void serve(ServerSocketChannel listener) throws IOException {
        while (true) {
            Thread.startVirtualThread(new Answering(listener.accept()));
        }
    }

    /// One connection. What comes is taken for requests that arrive whole.
    private record Answering(SocketChannel client) implements Runnable {
        @Override
        public void run() {
            try (client) {
                var input = ByteBuffer.allocate(4096);
                while (client.read(input.clear()) > 0) {
                    client.write(ByteBuffer.wrap(ANSWER));
                }
            } catch (IOException _) {
                // the client is gone
            }
        }
    }
}
