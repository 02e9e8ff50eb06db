package wai.warp;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.WireClient.GET;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Hooks;
import wai.warp.settings.WarpSettings;

/// Starting, listening and stopping.
class WarpServerTest {
    private static final Application SAYS_HI = (_, respond) -> respond.with(Response.text(Status.OK, "hi"));
    private static final WarpSettings LOOPBACK =
            WarpSettings.defaults().withHost("127.0.0.1").withPort(0);

    private final Resources before = Resources.now();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Application works = (request, respond) -> {
        if (request.rawPath().equals("/busy")) {
            busy.countDown();
            done.await();
        }
        return respond.with(Response.text(Status.OK, "hi"));
    };

    @AfterEach
    void everythingIsGivenBack() {
        done.countDown();
        before.awaitReturn();
    }

    // ------------------------------------------------------------------------------------------ listening

    @Test
    void listensOnARealPortWhenStartReturns() throws Exception {
        try (var server = Warp.start(LOOPBACK, SAYS_HI);
                var client = WireClient.of(server)) {
            assertThat(server.port()).isPositive();
            assertThat(server.address())
                    .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.port()));
            assertThat(client.send(GET).response()).endsWith("hi");
        }
    }

    @Test
    void listensOnAllAddresses() throws Exception {
        try (var server = Warp.start(WarpSettings.defaults().withPort(0), SAYS_HI);
                var client = WireClient.of(server)) {
            assertThat(client.send(GET).response()).endsWith("hi");
        }
    }

    @Test
    void saysWhereItCannotListen() throws Exception {
        try (var server = Warp.start(LOOPBACK, SAYS_HI)) {
            assertThatThrownBy(() -> Warp.start(LOOPBACK.withPort(server.port()), SAYS_HI))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1")
                    .hasMessageContaining(Integer.toString(server.port()));
        }
    }

    @Test
    void tellsTheApplicationBothAddresses() throws Exception {
        Application tells = (request, respond) -> respond.with(
                Response.text(Status.OK, request.connection().localAddress() + " " + request.remoteAddress()));

        try (var server = Warp.start(LOOPBACK, tells);
                var client = WireClient.of(server)) {
            assertThat(client.send(GET).response()).contains("/127.0.0.1:" + server.port() + " /127.0.0.1:");
        }
    }

    // ------------------------------------------------------------------------------------------ stopping

    @Test
    void stopsAtOnceWhenNobodyIsBusy() throws Exception {
        var server = Warp.start(LOOPBACK, SAYS_HI);

        try (var idle = WireClient.of(server);
                var fresh = WireClient.of(server)) {
            idle.send(GET).response();
            Resources.await("both", () -> server.openConnections().size() == 2);

            assertThat(server.stop(ofSeconds(20))).isTrue();
            assertThat(idle.rest()).isEmpty();
            assertThat(fresh.rest()).isEmpty();
        }
    }

    @Test
    void letsABusyConnectionFinish() throws Exception {
        var server = Warp.start(LOOPBACK, works);

        try (var client = WireClient.of(server)) {
            client.send(GET.replace("/ ", "/busy "));
            busy.await();
            var stopping = new FutureTask<>(() -> server.stop(ofSeconds(20)));
            Thread.startVirtualThread(stopping);
            Resources.await("a closed port", () -> isClosed(server));
            done.countDown();

            assertThat(client.response()).contains("\r\nConnection: close\r\n").endsWith("hi");
            assertThat(stopping.get(20, TimeUnit.SECONDS)).isTrue();
            server.awaitStop();
        }
    }

    private static boolean isClosed(WarpServer server) {
        try (var _ = SocketChannel.open(server.address())) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    @Test
    void cutsWhatIsBusyWhenTheGracePeriodIsOverAndSaysWhat() throws Exception {
        var server = Warp.start(LOOPBACK, works);

        try (var client = WireClient.of(server)) {
            client.send(GET.replace("/ ", "/busy "));
            busy.await();
            assertThat(server.openConnections())
                    .singleElement()
                    .asString()
                    .contains("GET /busy HTTP/1.1", "ACTIVE", "response NONE");

            assertThat(server.stop(ZERO)).isFalse();
            assertThat(client.isReset()).isTrue();
        }
    }

    @Test
    void tellsARawConnectionAndWaitsForIt() throws Exception {
        var told = new CompletableFuture<Boolean>();
        Application raw = (_, respond) -> respond.with(Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(HeaderName.UPGRADE, "x"),
                Response.text(Status.OK, ""),
                connection -> {
                    connection.onShutdown(() -> told.complete(true));
                    told.join();
                    connection.output().write("bye".getBytes(StandardCharsets.US_ASCII));
                }));
        var server = Warp.start(LOOPBACK, raw);

        try (var client = WireClient.of(server)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
            assertThat(client.status()).isEqualTo("HTTP/1.1 101 Switching Protocols");

            assertThat(server.stop(ofSeconds(20))).isTrue();
            assertThat(client.rest()).isEqualTo("bye");
        }
    }

    @Test
    void stoppingAgainFindsNothingLeftToDo() throws Exception {
        var server = Warp.start(LOOPBACK, SAYS_HI);

        assertThat(server.stop(ZERO)).isTrue();
        assertThat(server.stop(ofSeconds(20))).isTrue();
        server.close();
        server.awaitStop();
    }

    @Test
    void anInterruptedStopCutsAtOnce() throws Exception {
        var server = Warp.start(LOOPBACK, works);

        try (var client = WireClient.of(server)) {
            client.send(GET.replace("/ ", "/busy "));
            busy.await();
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> server.stop(ofSeconds(20))).isInstanceOf(InterruptedException.class);
            assertThat(client.isReset()).isTrue();
        }
    }

    @Test
    void theHooksSeeEveryConnectionOpenAndClose() throws Exception {
        var opened = new CountDownLatch(3);
        var closed = new CountDownLatch(3);
        var hooks = Hooks.defaults()
                .withOnOpen(_ -> {
                    opened.countDown();
                    return true;
                })
                .withOnClose(_ -> closed.countDown());

        try (var server = Warp.start(LOOPBACK.withHooks(hooks), SAYS_HI)) {
            for (int i = 0; i < 3; i++) {
                WireClient.of(server).close();
            }

            assertThat(opened.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    // ------------------------------------------------------------------------------------------ Unix sockets

    private static String ask(Path socket) throws IOException {
        try (var client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap(
                    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            var answer = ByteBuffer.allocate(1000);
            while (client.read(answer) >= 0) {}
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void listensOnAUnixSocketAndRemovesItAfterwards(@TempDir Path folder) throws Exception {
        var socket = folder.resolve("s");

        try (var server = Warp.start(WarpSettings.defaults().withUnixSocket(socket), SAYS_HI)) {
            assertThat(ask(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hi");
            assertThat(server.address()).isEqualTo(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(server::port).isInstanceOf(IllegalStateException.class);
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void replacesTheSocketOfAServerThatEnded(@TempDir Path folder) throws Exception {
        var socket = folder.resolve("s");
        var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(socket));
        dead.close();
        assertThat(socket).exists();

        try (var _ = Warp.start(WarpSettings.defaults().withUnixSocket(socket), SAYS_HI)) {
            assertThat(ask(socket)).endsWith("hi");
        }
    }

    @Test
    void doesNotReplaceTheSocketOfAServerThatRuns(@TempDir Path folder) throws Exception {
        var settings = WarpSettings.defaults().withUnixSocket(folder.resolve("s"));

        try (var _ = Warp.start(settings, SAYS_HI)) {
            assertThatThrownBy(() -> Warp.start(settings, SAYS_HI))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(folder.toString());
            assertThat(ask(folder.resolve("s"))).endsWith("hi");
        }
    }

    @Test
    void doesNotDeleteAFileInPlaceOfASocket(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("s"), "somebody's data");

        assertThatThrownBy(() -> Warp.start(WarpSettings.defaults().withUnixSocket(file), SAYS_HI))
                .isInstanceOf(IOException.class);
        assertThat(file).hasContent("somebody's data");
    }

    @Test
    void aSecondStopLeavesTheSocketOfALaterServer(@TempDir Path folder) throws Exception {
        var settings = WarpSettings.defaults().withUnixSocket(folder.resolve("s"));
        var first = Warp.start(settings, SAYS_HI);
        first.close();

        try (var _ = Warp.start(settings, SAYS_HI)) {
            first.close();

            assertThat(ask(folder.resolve("s"))).endsWith("hi");
        }
    }
}
