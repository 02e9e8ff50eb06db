package wai.servlet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import wai.Response;
import wai.Status;

/// Undertow's buffers, which lie outside of the heap, while each request has a virtual thread of its own.
class UndertowMemoryTest {
    private static final int REQUESTS = 1_000;
    private static final int BUFFER_SIZE = 16 * 1024;

    @Test
    void isNotKeptForEveryThread() throws Exception {
        try (var server = EmbeddedContainer.UNDERTOW.start(
                        0, (_, respond) -> respond.with(Response.text(Status.OK, "hello")));
                var socket = new Socket(
                        server.address().getAddress(), server.address().getPort())) {
            ask(socket, 1);
            long before = outsideOfTheHeap();

            ask(socket, REQUESTS);

            assertThat(outsideOfTheHeap() - before)
                    .as("buffers for %d threads would take %d", REQUESTS, (long) REQUESTS * BUFFER_SIZE)
                    .isLessThan((long) REQUESTS / 4 * BUFFER_SIZE);
        }
    }

    /// One request after the other.
    private static void ask(Socket socket, int requests) throws Exception {
        var request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        var in = socket.getInputStream();
        for (int i = 0; i < requests; i++) {
            socket.getOutputStream().write(request);
            var seen = new StringBuilder();
            while (!seen.toString().endsWith("hello")) {
                int next = in.read();
                assertThat(next).as("the connection ended behind: %s", seen).isNotNegative();
                seen.append((char) next);
            }
        }
    }

    private static long outsideOfTheHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
