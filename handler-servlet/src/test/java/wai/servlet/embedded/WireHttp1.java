package wai.servlet.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// Sends bytes as HTTP/1 and gives back all that comes until the container closes.
final class WireHttp1 {
    private static final int PATIENCE_MILLIS = 20_000;

    private WireHttp1() {}

    /// @param message each character one byte
    static String answerTo(String message, InetSocketAddress address) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(message.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
