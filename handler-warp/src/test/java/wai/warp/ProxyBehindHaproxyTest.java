package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Response;
import wai.Status;
import wai.warp.settings.Listener;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.WarpSettings;

/// The PROXY headers of a real balancer. Skipped where HAProxy is not installed.
@Timeout(60) // a safety net, nothing depends on it
class ProxyBehindHaproxyTest {
    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/haproxy"), Path.of("/usr/local/sbin/haproxy"));
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @ParameterizedTest(name = "{0}")
    @CsvSource({"send-proxy, 1", "send-proxy-v2, 2", "'send-proxy-v2 proxy-v2-options unique-id,crc32c', 2"})
    void seesTheClientThroughIt(String option, int version, @TempDir Path folder) throws Exception {
        var program = PLACES.stream().filter(Files::isExecutable).findFirst();
        assumeTrue(program.isPresent(), "HAProxy is not installed");
        var settings = WarpSettings.defaults()
                .withListeners(List.of(Listener.tcp("127.0.0.1", 0).withProxyProtocol(ProxyProtocol.required())));

        try (var server = Warp.start(settings, (request, respond) -> {
                    var header = request.get(ProxyProtocol.HEADER).orElseThrow();
                    return respond.with(Response.text(
                            Status.OK,
                            header.version() + " " + request.remoteAddress() + " "
                                    + request.connection().localAddress()));
                });
                var balancer = Balancer.start(program.get(), folder, server.port(), option);
                var client = balancer.connect()) {
            client.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("\r\n\r\n" + version + " /127.0.0.1:" + client.getLocalPort() + " /127.0.0.1:"
                            + balancer.port);
        }
    }

    /// A balancer that passes bytes on.
    private record Balancer(Process process, int port) implements AutoCloseable {
        static Balancer start(Path program, Path folder, int to, String option) throws IOException {
            int port;
            try (var free = new ServerSocket(0, 1, LOOPBACK)) {
                port = free.getLocalPort();
            }
            var file = Files.writeString(folder.resolve("haproxy.cfg"), """
                    defaults
                        mode tcp
                        timeout connect 5s
                        timeout client 30s
                        timeout server 30s
                    listen test
                        bind 127.0.0.1:%d
                        unique-id-format %%ci
                        server s 127.0.0.1:%d %s
                    """.formatted(port, to, option));
            var log = folder.resolve("log").toFile();
            return new Balancer(
                    new ProcessBuilder(program.toString(), "-db", "-f", file.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(log)
                            .start(),
                    port);
        }

        /// Connects as soon as it listens.
        Socket connect() throws IOException {
            while (true) {
                try {
                    var socket = new Socket();
                    socket.connect(new InetSocketAddress(LOOPBACK, port));
                    return socket;
                } catch (IOException e) {
                    if (!process.isAlive()) {
                        throw new IOException("HAProxy ended with " + process.exitValue(), e);
                    }
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
