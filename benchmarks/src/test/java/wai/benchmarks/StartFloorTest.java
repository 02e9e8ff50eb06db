package wai.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a safety net, nothing depends on it
class StartFloorTest {
    @Test
    void doesNothingWithoutArguments() {
        assertThatCode(() -> StartFloor.main(new String[0])).doesNotThrowAnyException();
    }

    @Test
    void refusesOtherArguments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StartFloor.main(new String[] {"8080"}))
                .withMessage("usage: StartFloor [--port PORT], but got 8080");
    }

    @Test
    void answersEveryRequest() throws Exception {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.startVirtualThread(() -> serve(listener));

            try (var client = new Socket(
                    InetAddress.getLoopbackAddress(), listener.socket().getLocalPort())) {
                for (int i = 0; i < 2; i++) {
                    client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
                    var answer = client.getInputStream().readNBytes(78);

                    assertThat(new String(answer, US_ASCII))
                            .startsWith("HTTP/1.1 200 OK\r\n")
                            .endsWith("\r\n\r\nHello, World!");
                }
            }
        }
    }

    private static void serve(ServerSocketChannel listener) {
        try {
            StartFloor.serve(listener);
        } catch (IOException _) {
            // closed: the test is over
        }
    }
}
