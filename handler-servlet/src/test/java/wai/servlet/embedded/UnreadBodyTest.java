package wai.servlet.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Response;
import wai.Status;

/// Bodies that the application leaves, and that are still on their way when it has responded.
class UnreadBodyTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final String HALF = "x".repeat(20_000);

    private final Application ignoring =
            (request, respond) -> respond.with(Response.text(Status.OK, "answer to " + request.rawPath()));

    @ParameterizedTest
    @EnumSource
    void doNotComeInTheWayOfTheNextRequest(EmbeddedContainer container) throws Exception {
        try (var server = container.start(0, ignoring);
                var socket = new Socket(
                        server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(socket, "POST /first HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n9c40\r\n" + HALF);
            assertThat(upTo("answer to /first", socket.getInputStream())).startsWith("HTTP/1.1 200 ");

            send(socket, HALF + "\r\n0\r\n\r\nGET /second HTTP/1.1\r\nHost: test\r\n\r\n");

            assertThat(upTo("answer to /second", socket.getInputStream())).startsWith("HTTP/1.1 200 ");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String upTo(String end, InputStream in) throws IOException {
        var seen = new StringBuilder();
        while (!seen.toString().endsWith(end)) {
            int next = in.read();
            assertThat(next).as("the connection ended behind: %s", seen).isNotNegative();
            seen.append((char) next);
        }
        return seen.toString();
    }
}
