package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The client of the kit over HTTP/1, as far as the cases of others do not show it.
class WireCallTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly";

    @Test
    void readsTheResponseOfAServerThatTookNoMoreOfTheBody() throws Exception {
        try (var server = new Hasty(RESPONSE);
                var call = server.call()) {
            server.hasHungUp();
            call.body().write("the rest".getBytes(StandardCharsets.US_ASCII));

            var head = call.nextHead();

            assertThat(head.status()).isEqualTo(200);
            assertThat(call.content().readAllBytes()).asString().isEqualTo("early");
        }
    }

    @Test
    void failsWhereTheServerTookNoMoreAndDidNotRespondEither() throws Exception {
        try (var server = new Hasty("");
                var call = server.call()) {
            server.hasHungUp();
            call.body().write("the rest".getBytes(StandardCharsets.US_ASCII));

            assertThatThrownBy(call::nextHead).isInstanceOf(IOException.class);
        }
    }

    /// A server that responds to a head and breaks the connection.
    private static final class Hasty implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final CountDownLatch over = new CountDownLatch(1);
        private final String response;

        Hasty(String response) throws IOException {
            this.response = response;
            Thread.ofVirtual().start(this::serve);
        }

        ClientCall call() throws IOException {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
            var request = ClientRequest.of("PUT", "/").with(new ClientRequest.Content.Chunked());
            var call = WireCall.begin(Wire.connect(Endpoint.at(address), Scene.PATIENCE), request);
            call.body().flush();
            return call;
        }

        void hasHungUp() throws InterruptedException {
            assertThat(over.await(Scene.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        private void serve() {
            try (var socket = server.accept()) {
                var head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n")) {
                    head.append((char) socket.getInputStream().read());
                }
                socket.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
                socket.setSoLinger(true, 0); // closing is a reset
            } catch (IOException _) {
                // the test fails for want of a response
            } finally {
                over.countDown();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
