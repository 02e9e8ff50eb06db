package wai.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;

/// Servlet containers as backends of `waiup`.
class ContainerServingTest {
    private static final Application HELLO =
            (request, respond) -> respond.with(Response.text(Status.OK, "hello from " + request.rawPath()));

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "jetty-servlet", "tomcat", "undertow"})
    void servesAndStops(String name) throws Exception {
        var running = backend(name).start(new Listen.Tcp("127.0.0.1", 0), HELLO);

        var port = ((InetSocketAddress) running.address()).getPort();
        var connection =
                URI.create("http://127.0.0.1:" + port + "/a%2Fb").toURL().openConnection();
        connection.setRequestProperty("Connection", "close"); // a stop waits for idle ones
        try (var in = connection.getInputStream()) {
            assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("hello from /a%2Fb");
        }
        assertThat(running.openConnections()).isEmpty();
        assertThat(running.stop(Duration.ofSeconds(20))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jetty", "jetty-servlet", "undertow"})
    void tellsThatThePortIsTaken(String name) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var where = new Listen.Tcp("127.0.0.1", taken.getLocalPort());

            assertThatThrownBy(() -> backend(name).start(where, HELLO)).isInstanceOf(BindException.class);
        }
    }

    @Test
    void tellsThatThePortIsTakenWhereTomcatDoesNotSay() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var where = new Listen.Tcp("127.0.0.1", taken.getLocalPort());

            assertThatThrownBy(() -> backend("tomcat").start(where, HELLO))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("could not listen on");
        }
    }

    @Test
    void hasNoUnixSockets() {
        assertThatThrownBy(() -> backend("jetty").start(new Listen.Unix(Path.of("socket")), HELLO))
                .isInstanceOf(IOException.class)
                .hasMessage("servlet containers listen on TCP ports only");
    }

    @Test
    void looksTheHostUp() {
        assertThatThrownBy(() -> backend("undertow").start(new Listen.Tcp("no.such.host.invalid", 0), HELLO))
                .isInstanceOf(UnknownHostException.class);
    }

    private static Backend backend(String name) {
        return Objects.requireNonNull(Backends.all().get(name), name);
    }
}
