package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static wai.warp.WireClient.GET;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Limits;
import wai.warp.settings.Listener;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.Threads;
import wai.warp.settings.WarpSettings;

/// Where a server can listen, in one place or in several.
class ListenersTest {
    private static final Application SAYS_HI = (_, respond) -> respond.with(Response.text(Status.OK, "hi"));
    private static final InetAddress IPV4 = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress IPV6 = InetAddress.ofLiteral("::1");

    private final Resources before = Resources.now();

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    private static WarpServer start(Listener... listeners) throws IOException {
        return Warp.start(WarpSettings.defaults().withListeners(List.of(listeners)), SAYS_HI);
    }

    private static String ask(SocketAddress where) throws IOException {
        return ask(where, "");
    }

    private static String ask(SocketAddress where, String before) throws IOException {
        try (var client = SocketChannel.open(where)) {
            client.write(ByteBuffer.wrap((before + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));
            var answer = ByteBuffer.allocate(1000);
            try {
                while (client.read(answer) >= 0) {}
            } catch (SocketException e) {
                if (before.isEmpty()) {
                    throw e;
                } // else closed on bytes that it did not want
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }

    private static boolean isRefused(InetAddress host, int port) {
        try (var _ = SocketChannel.open(new InetSocketAddress(host, port))) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private static void assumeIpv6() {
        boolean available;
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(IPV6, 0));
            available = true;
        } catch (IOException | UnsupportedOperationException _) {
            available = false;
        }
        assumeTrue(available, "this machine has no IPv6 on loopback");
    }

    // ------------------------------------------------------------------------------------------ several

    @Test
    void servesAllListenersAndStopsThemTogether(@TempDir Path folder) throws Exception {
        var socket = folder.resolve("s");
        var server = start(Listener.tcp("127.0.0.1", 0), Listener.unix(socket), Listener.tcp("127.0.0.1", 0));

        try (server) {
            assertThat(server.addresses()).hasSize(3).doesNotHaveDuplicates();
            for (var address : server.addresses()) {
                assertThat(ask(address)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hi");
            }
            assertThat(server.address()).isEqualTo(server.addresses().getFirst());
            assertThat(server.port()).isEqualTo(((InetSocketAddress) server.address()).getPort());
        }

        assertThat(server.addresses())
                .allSatisfy(address -> assertThatThrownBy(() -> ask(address)).isInstanceOf(IOException.class));
        assertThat(socket).doesNotExist();
    }

    @Test
    void thePortIsThatOfTheFirstListenerWhichHasOne(@TempDir Path folder) throws Exception {
        try (var server = start(Listener.unix(folder.resolve("s")), Listener.tcp("127.0.0.1", 0))) {
            assertThat(server.addresses().get(1)).isEqualTo(new InetSocketAddress(IPV4, server.port()));
        }
    }

    @Test
    void allListenersShareTheLimitOfConnections() throws Exception {
        var settings = WarpSettings.defaults()
                .withListeners(List.of(Listener.tcp("127.0.0.1", 0), Listener.tcp("127.0.0.1", 0)))
                .withLimits(Limits.defaults().withConnections(1));

        try (var server = Warp.start(settings, SAYS_HI);
                var first = WireClient.of(server)) {
            assertThat(first.send(GET).status()).isEqualTo("HTTP/1.1 200 OK");

            assertThat(ask(server.addresses().get(1))).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
        }
    }

    @Test
    void whenOneCannotBeBoundNoneIsLeft(@TempDir Path folder) throws Exception {
        var socket = folder.resolve("s");
        var given = ServerSocketChannel.open().bind(new InetSocketAddress(IPV4, 0));

        try (var other = start(Listener.tcp("127.0.0.1", 0))) {
            assertThatThrownBy(() ->
                            start(Listener.unix(socket), Listener.tcp("127.0.0.1", other.port()), Listener.of(given)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1 port " + other.port());
        }
        assertThat(socket).doesNotExist();
        assertThat(given.isOpen()).isFalse();
    }

    // ------------------------------------------------------------------------------------------ balancers

    @Test
    void whereAHeaderIsOptionalThereNeedNotBeOne() throws Exception {
        var listener = Listener.tcp("127.0.0.1", 0).withProxyProtocol(ProxyProtocol.optionalFrom("127.0.0.0/8"));
        var settings = WarpSettings.defaults().withListeners(List.of(listener));

        try (var server = Warp.start(
                settings,
                (request, respond) -> respond.with(Response.text(
                        Status.OK, "" + request.get(ProxyProtocol.HEADER).isPresent())))) {
            assertThat(ask(server.address(), "PROXY UNKNOWN\r\n")).endsWith("\r\n\r\ntrue");
            assertThat(ask(server.address())).endsWith("\r\n\r\nfalse");
        }
    }

    @Test
    void whoIsNotTrustedCannotSpeakForOthers() throws Exception {
        var listener = Listener.tcp("127.0.0.1", 0);
        var closed = listener.withProxyProtocol(ProxyProtocol.required().withTrusted(List.of("10.0.0.0/8")));
        var open = listener.withProxyProtocol(ProxyProtocol.optionalFrom("10.0.0.0/8"));

        try (var server = start(closed, open)) {
            assertThat(ask(server.addresses().get(0), "PROXY UNKNOWN\r\n")).isEmpty();
            assertThat(ask(server.addresses().get(1), "PROXY UNKNOWN\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
            assertThat(ask(server.addresses().get(1))).endsWith("hi");
        }
    }

    // ------------------------------------------------------------------------------------------ hosts

    @ParameterizedTest
    @ValueSource(strings = {"*", "*4", "*6"})
    void allAddressesAreThoseOfBothProtocols(String host) throws Exception {
        assumeIpv6();

        try (var server = start(Listener.tcp(host, 0))) {
            assertThat(ask(new InetSocketAddress(IPV4, server.port()))).endsWith("hi");
            assertThat(ask(new InetSocketAddress(IPV6, server.port()))).endsWith("hi");
        }
    }

    @Test
    void theDefaultIsAllAddressesOfBothProtocols() throws Exception {
        assumeIpv6();

        try (var server = Warp.start(WarpSettings.defaults().withPort(0), SAYS_HI)) {
            assertThat(ask(new InetSocketAddress(IPV4, server.port()))).endsWith("hi");
            assertThat(ask(new InetSocketAddress(IPV6, server.port()))).endsWith("hi");
        }
    }

    @Test
    void allIpv4AddressesAreNoIpv6Address() throws Exception {
        try (var server = start(Listener.tcp("!4", 0))) {
            assertThat(ask(new InetSocketAddress(IPV4, server.port()))).endsWith("hi");
            assertThat(isRefused(IPV6, server.port())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]"})
    void anIpv6AddressIsServedAlone(String host) throws Exception {
        assumeIpv6();

        try (var server = start(Listener.tcp(host, 0))) {
            assertThat(ask(new InetSocketAddress(IPV6, server.port()))).endsWith("hi");
            assertThat(isRefused(IPV4, server.port())).isTrue();
        }
    }

    @Test
    void aNameIsResolved() throws Exception {
        try (var server = start(Listener.tcp("localhost", 0))) {
            assertThat(ask(server.address())).endsWith("hi");
        }
    }

    @Test
    void saysWhichNameItDoesNotKnow() {
        assertThatThrownBy(() -> start(Listener.tcp("nowhere.invalid", 80)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on nowhere.invalid port 80: ");
    }

    // ------------------------------------------------------------------------------------------ sharing a port

    @Test
    void severalServersCanShareAPort() throws Exception {
        var first = start(Listener.tcp("127.0.0.1", 0).withSharedPort());

        try (var second = start(Listener.tcp("127.0.0.1", first.port()).withSharedPort())) {
            first.close();

            assertThat(ask(new InetSocketAddress(IPV4, second.port()))).endsWith("hi");
        }
    }

    @Test
    void aPortIsNotSharedUnlessAskedFor() throws Exception {
        try (var first = start(Listener.tcp("127.0.0.1", 0).withSharedPort())) {
            assertThatThrownBy(() -> start(Listener.tcp("127.0.0.1", first.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
    }

    // ------------------------------------------------------------------------------------------ Unix sockets

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-rw-rw-"})
    void aUnixSocketGetsItsPermissions(String permissions, @TempDir Path folder) throws Exception {
        var socket = folder.resolve("s");
        var listener = Listener.unix(socket).withPermissions(PosixFilePermissions.fromString(permissions));

        try (var _ = start(listener)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo(permissions);
            assertThat(ask(UnixDomainSocketAddress.of(socket))).endsWith("hi");
        }
    }

    @Test
    void aSecondServerOnTheSameUnixSocketIsToldWhy(@TempDir Path folder) throws Exception {
        var socket = folder.resolve("s");

        try (var _ = start(Listener.unix(socket))) {
            assertThatThrownBy(() -> start(Listener.unix(socket)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on the Unix socket " + socket + ": another server listens there");
            assertThat(ask(UnixDomainSocketAddress.of(socket))).endsWith("hi");
        }
    }

    @Test
    void saysThatAPathIsTooLong(@TempDir Path folder) {
        var socket = folder.resolve("s".repeat(120));

        assertThatThrownBy(() -> start(Listener.unix(socket)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on the Unix socket " + socket + ": ");
    }

    // ------------------------------------------------------------------------------------------ given sockets

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void servesAGivenSocketInEitherMode(boolean blocking) throws Exception {
        var given = ServerSocketChannel.open().bind(new InetSocketAddress(IPV4, 0));
        given.configureBlocking(blocking);

        try (var server = start(Listener.of(given))) {
            assertThat(server.address()).isEqualTo(given.getLocalAddress());
            assertThat(ask(server.address())).endsWith("hi");
            assertThat(ask(server.address())).endsWith("hi");
        }
        assertThat(given.isOpen()).isFalse();
    }

    @Test
    void servesAGivenUnixSocketAndLeavesItsFile(@TempDir Path folder) throws Exception {
        var socket = UnixDomainSocketAddress.of(folder.resolve("s"));
        var given = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(socket);

        try (var _ = start(Listener.of(given))) {
            assertThat(ask(socket)).endsWith("hi");
        }
        assertThat(socket.getPath()).exists();
    }

    @ParameterizedTest
    @EnumSource(
            value = Threads.Mode.class,
            names = {"SHARED", "LOOPS"})
    void saysOnceThatItsProgramHasClosedAGivenSocketAndServesTheOthers(Threads.Mode mode) throws Exception {
        assumeTrue(mode == Threads.Mode.SHARED || "possible".equals(System.getProperty("warp.loops")), "no loops here");
        var given = ServerSocketChannel.open().bind(new InetSocketAddress(IPV4, 0));
        var failures = new LinkedBlockingQueue<Failure>();
        var settings = WarpSettings.defaults()
                .withThreads(Threads.defaults().withMode(mode))
                .withListeners(List.of(Listener.of(given), Listener.tcp("127.0.0.1", 0)))
                .withHooks(Hooks.defaults().withOnFailure(failures::add));

        try (var server = Warp.start(settings, SAYS_HI)) {
            var closed = server.addresses().getFirst();
            assertThat(ask(closed)).endsWith("hi");

            given.close();

            var other = server.addresses().getLast();
            assertThat(ask(other)).endsWith("hi"); // which wakes a loop that sleeps
            var failure = failures.poll(60, TimeUnit.SECONDS);
            assertThat(failure).isNotNull();
            assertThat(failure.phase()).isEqualTo(Failure.Phase.SERVER);
            assertThat(failure.cause()).hasMessageContaining("closed by somebody else");
            assertThat(failure.peer()).isEqualTo(closed);
            for (int i = 0; i < 3; i++) {
                assertThat(ask(other)).endsWith("hi");
            }
            while (!isRefused(IPV4, server.port())) {
                Thread.onSpinWait(); // a selector lets go of a closed channel when it looks the next time
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void refusesAGivenSocketThatIsNotBound() throws Exception {
        var given = ServerSocketChannel.open();

        assertThatThrownBy(() -> start(Listener.of(given)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not bound");
        assertThat(given.isOpen()).isFalse();
    }

    @Test
    void refusesAGivenSocketThatASelectorWatches() throws Exception {
        var given = ServerSocketChannel.open().bind(new InetSocketAddress(IPV4, 0));
        given.configureBlocking(false);

        try (var selector = Selector.open()) {
            given.register(selector, SelectionKey.OP_ACCEPT);
            assertThatThrownBy(() -> start(Listener.of(given)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("registered with a selector");
            assertThat(given.isOpen()).isFalse();
        }
    }

    @Test
    void aStandardInputThatIsNoSocketCannotBeInherited() {
        assumeTrue(!inheritsASocket(), "the tests themselves run on an inherited socket");

        assertThatThrownBy(() -> start(Listener.inherited()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the standard input of this process is no socket")
                .hasMessageContaining("StandardInput=socket");
    }

    private static boolean inheritsASocket() {
        try {
            return System.inheritedChannel() != null;
        } catch (IOException _) {
            return true;
        }
    }
}
