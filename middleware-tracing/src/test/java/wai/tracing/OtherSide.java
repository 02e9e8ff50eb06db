package wai.tracing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A service that requests go to: says `hi`, 404 at `/missing`, and writes down the field `traceparent` of each
/// request.
final class OtherSide implements AutoCloseable {
    private final ServerSocket listener;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    OtherSide() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// The fields of the next request.
    String nextParent() throws InterruptedException {
        return received.take();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serve() {
        try {
            while (true) {
                try (var socket = listener.accept()) {
                    answer(socket);
                }
            }
        } catch (IOException _) { // closed
        }
    }

    private void answer(Socket socket) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        var status = ("" + in.readLine()).startsWith("GET /missing") ? "404 Not Found" : "200 OK";
        var parents = new StringBuilder();
        for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.regionMatches(true, 0, "traceparent: ", 0, 13)) {
                parents.append('[').append(line.substring(13)).append(']');
            }
        }
        received.add(parents.toString());
        var head = "HTTP/1.1 " + status + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    }
}
