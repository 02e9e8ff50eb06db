package wai.servlet.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

/// Starting and stopping of containers inside a program.
class EmbeddedServersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static Stream<EmbeddedContainer> containers() {
        return Stream.of(EmbeddedContainer.values());
    }

    @ParameterizedTest
    @MethodSource("containers")
    void servesOnAFreePortAndStopsTwice(EmbeddedContainer container) throws Exception {
        var server = container.start(0, (_, respond) -> respond.with(Response.text(Status.OK, "hello")));

        assertThat(server.address().getPort()).isPositive();
        assertThat(answer(server, "GET / HTTP/1.1", "Connection: close")).endsWith("\r\n\r\nhello");
        assertThat(server.stop(Duration.ofMillis(100))).isTrue();
        assertThat(server.stop(Duration.ZERO)).isTrue();
        assertThatThrownBy(() -> new Socket(
                                server.address().getAddress(), server.address().getPort())
                        .close())
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("containers")
    void saysThatThePortIsTaken(EmbeddedContainer container) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> container
                            .start(taken.getLocalPort(), (_, respond) -> respond.with(Response.text(Status.OK, "")))
                            .close())
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void closesAConnectionOfHttp10WhoseApplicationSaysClose(EmbeddedContainer container) throws Exception {
        try (var server = container.start(
                0,
                (_, respond) ->
                        respond.with(Response.text(Status.OK, "last").withHeader(HeaderName.CONNECTION, "close")))) {
            assertThat(answer(server, "GET / HTTP/1.0", "Connection: keep-alive")) // returns at the end
                    .doesNotContainIgnoringCase("keep-alive")
                    .endsWith("\r\n\r\nlast");
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void letsARunningRequestEndWhenItStops(EmbeddedContainer container) throws Exception {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var server = container.start(0, (_, respond) -> {
            inside.countDown();
            goOn.await();
            return respond.with(Response.text(Status.OK, "in time"));
        });
        var answer = new FutureTask<>(() -> answer(server, "GET / HTTP/1.1", "Connection: close"));
        Thread.ofVirtual().start(answer);
        inside.await();

        var stopping = new FutureTask<>(() -> server.stop(PATIENCE));
        Thread.ofVirtual().start(stopping);
        goOn.countDown();

        assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).endsWith("\r\n\r\nin time");
        assertThat(stopping.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("containers")
    void tellsRawConnectionsThatItStops(EmbeddedContainer container) throws Exception {
        var server = container.start(
                0,
                (_, respond) -> respond.with(Response.raw(
                        Status.SWITCHING_PROTOCOLS,
                        Headers.of(HeaderName.UPGRADE, "test", HeaderName.CONNECTION, "Upgrade"),
                        Response.text(Status.UPGRADE_REQUIRED, "no upgrade"),
                        connection -> {
                            var stopped = new CountDownLatch(1);
                            connection.onShutdown(stopped::countDown);
                            connection.output().write("ready ".getBytes(ISO_8859_1));
                            connection.output().flush();
                            stopped.await();
                            connection.output().write("bye".getBytes(ISO_8859_1));
                        })));
        try (var socket = connected(server)) {
            send(socket, "GET / HTTP/1.1", "Connection: Upgrade", "Upgrade: test");
            var heard = new StringBuilder();
            while (heard.indexOf("ready ") < 0) {
                heard.append((char) socket.getInputStream().read());
            }

            var stopping = new FutureTask<>(() -> server.stop(PATIENCE));
            Thread.ofVirtual().start(stopping);

            assertThat(new String(socket.getInputStream().readNBytes(3), ISO_8859_1))
                    .isEqualTo("bye");
            stopping.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static String answer(EmbeddedServer server, String requestLine, String... fields) throws IOException {
        try (var socket = connected(server)) {
            send(socket, requestLine, fields);
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static Socket connected(EmbeddedServer server) throws IOException {
        var socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static void send(Socket socket, String requestLine, String... fields) throws IOException {
        var head = requestLine + "\r\nHost: test\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    }
}
