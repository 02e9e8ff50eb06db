package wai.jwt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/// Serves a set of keys over HTTP; a test changes what, and counts how often.
final class KeyServer implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String answer;

    KeyServer(String json) throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        answer = ok(json);
        Thread.ofVirtual().start(this::serve);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/jwks.json");
    }

    int asked() {
        return asked.get();
    }

    void serve(String json) {
        answer = ok(json);
    }

    void fail() {
        answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private static String ok(String json) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/jwk-set+json\r\nConnection: close\r\n\r\n" + json;
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

    private void answer(Socket socket) {
        asked.incrementAndGet();
        try {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            while (!("" + in.readLine()).isEmpty()) {
                // the request
            }
            socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
        } catch (IOException _) { // it had read enough
        }
    }
}
