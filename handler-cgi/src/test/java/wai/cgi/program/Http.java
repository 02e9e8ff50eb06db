package wai.cgi.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// Sends bytes to a web server and reads what comes until it closes.
final class Http {
    private Http() {}

    /// @param request all of it, one character per byte; HTTP/1.0 or `Connection: close`
    static String ask(InetSocketAddress address, String request) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    static String get(InetSocketAddress address, String target) throws IOException {
        return ask(address, "GET " + target + " HTTP/1.0\r\nHost: localhost\r\n\r\n");
    }

    /// The first line of a response.
    static String status(String response) {
        return response.substring(0, response.indexOf("\r\n"));
    }

    /// What is behind the head of a response.
    static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }
}
