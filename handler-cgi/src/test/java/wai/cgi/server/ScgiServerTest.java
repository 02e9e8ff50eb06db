package wai.cgi.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.Bytes;
import wai.ClientTimeoutException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.gateway.Gateway;
import wai.cgi.scgi.ScgiProtocol;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.Listener;
import wai.cgi.settings.ServerSettings;
import wai.transport.Pollers;

/// The frame of servers, with SCGI in it, over real sockets and with a clock of the test's own.
@Timeout(60)
class ScgiServerTest {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static final Application ECHO = (request, respond) -> respond.with(
            Response.of(Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));

    private final BlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    private final AtomicLong time = new AtomicLong();
    private volatile boolean timeFlies;
    private ServerSettings settings = ServerSettings.defaults();
    private @Nullable Server running;

    @AfterEach
    void stop() throws InterruptedException {
        if (running != null) {
            running.stop(Duration.ZERO);
        }
    }

    @Test
    void answersRequestsOverTcpAndOverAUnixSocket(@TempDir Path folder) throws Exception {
        var path = folder.resolve("socket");
        settings = settings.withListeners(List.of(
                Listener.tcp(0), Listener.unix(path).withPermissions(PosixFilePermissions.fromString("rw-rw-rw-"))));
        start(ECHO);

        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap(request("4").getBytes(ISO_8859_1)));
            channel.write(ByteBuffer.wrap("unix".getBytes(ISO_8859_1)));
            assertThat(new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1))
                    .isEqualTo("Status: 200 OK\r\nContent-Length: 4\r\n\r\nunix");
        }
        assertThat(ask(request("3") + "tcp")).endsWith("\r\n\r\ntcp");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-rw-rw-");
    }

    @Test
    void answersARequestCutAtEveryPosition() throws Exception {
        start(ECHO);
        var whole = request("4") + "body";

        for (int cut = 1; cut < whole.length(); cut += 3) {
            try (var socket = connect()) {
                socket.setTcpNoDelay(true);
                send(socket, whole.substring(0, cut));
                send(socket, whole.substring(cut));

                assertThat(answer(socket)).as("cut at %d", cut).endsWith("\r\n\r\nbody");
            }
        }
    }

    @Test
    void saysWhatIsWrongWithWhatIsNoRequest() throws Exception {
        start(ECHO);

        assertThat(ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("Status: 400 Bad Request\r\n")
                .endsWith("the length of the netstring has the byte 0x47: expected digits and a colon"
                        + " (SCGI specification)\n");
        assertThat(failures.take().phase()).isEqualTo(Phase.REQUEST);
    }

    @Test
    void refusesMoreBytesOrVariablesThanAllowed() throws Exception {
        settings = settings.withHeadBytes(64).withVariables(4);
        start(ECHO);

        assertThat(ask(request("0"))).startsWith("Status: 200 OK");
        assertThat(ask("65:")).startsWith("Status: 431 ").contains("more than the 64 bytes allowed");
        assertThat(ask(netstring("CONTENT_LENGTH\0000\000SCGI\0001\000a\000\000b\000\000c\000\000")))
                .startsWith("Status: 431 ")
                .contains("more than the 4 variables allowed");
    }

    @Test
    void closesOneConnectionMoreThanAllowed() throws Exception {
        settings = settings.withConnections(1);
        start(ECHO);

        try (var first = connect()) {
            send(first, "1");
            awaitBusy();
            assertThat(ask("")).isEmpty();
            assertThat(failures.take().phase()).isEqualTo(Phase.OVERLOAD);
            send(first, request("0").substring(1));
            assertThat(answer(first)).startsWith("Status: ");
        }
    }

    @Test
    void closesAConnectionThatStaysIdle() throws Exception {
        start(ECHO);

        try (var socket = connect()) {
            timeFlies = true;

            assertThat(answer(socket)).isEmpty();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void closesAConnectionWhoseVariablesDoNotCome() throws Exception {
        start(ECHO);

        try (var socket = connect()) {
            send(socket, "50:CONTENT");
            timeFlies = true;

            assertThat(answer(socket)).isEmpty();
        }
        assertThat(failures.take().cause())
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessageContaining("the variables of a request (time-out PT20S)");
    }

    @Test
    void answers408WhenABodyDoesNotCome() throws Exception {
        start(ECHO);

        try (var socket = connect()) {
            send(socket, request("10") + "half");
            timeFlies = true;

            assertThat(answer(socket)).startsWith("Status: 408 Request Timeout\r\n");
        }
        assertThat(failures.take().cause()).isInstanceOf(ClientTimeoutException.class);
    }

    @Test
    void cutsAConnectionThatTakesNoBytes() throws Exception {
        start((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            while (true) {
                out.write(new byte[1 << 20]);
            }
        })));

        try (var socket = connect()) {
            send(socket, request("0"));
            timeFlies = true;

            assertThat(failures.take().cause())
                    .isInstanceOf(ClientTimeoutException.class)
                    .hasMessageContaining("room for a response (time-out PT1M)");
            assertThatThrownBy(() -> answer(socket)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void breaksTheConnectionUnderAResponseThatFails() throws Exception {
        var seen = new CountDownLatch(1);
        start((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("half");
            out.flush();
            seen.await();
            throw new IOException("on purpose");
        })));

        try (var socket = connect()) {
            send(socket, request("0"));
            assertThat(socket.getInputStream().readNBytes("Status: 200 OK\r\n\r\nhalf".length()))
                    .isEqualTo("Status: 200 OK\r\n\r\nhalf".getBytes(ISO_8859_1));
            seen.countDown();

            assertThatThrownBy(() -> answer(socket)).hasMessageContaining("reset");
        }
    }

    @Test
    void answersAlthoughTheBodyStaysUnread() throws Exception {
        start((_, respond) -> respond.with(Response.text(Status.OK, "not read")));
        var body = "x".repeat(4 << 20);

        Thread sender;
        try (var socket = connect()) {
            sender = Thread.ofVirtual().start(() -> sendQuietly(socket, request(body.length() + "") + body));

            assertThat(answer(socket)).endsWith("\r\n\r\nnot read");
        }
        sender.join();
    }

    @Test
    void closesIdleConnectionsAndWaitsForBusyOnesWhenItStops() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var stops = new AtomicInteger();
        settings = settings.withRequests(
                CgiSettings.defaults().withHooks(Hooks.defaults().withOnStop(stops::incrementAndGet)));
        start((_, respond) -> {
            inside.countDown();
            go.await();
            return respond.with(Response.text(Status.OK, "done"));
        });

        Thread stopping;
        try (var idle = connect();
                var busy = connect()) {
            send(busy, request("0"));
            inside.await();
            stopping = Thread.ofVirtual().start(() -> stopWithin(Duration.ofSeconds(50)));
            assertThat(answer(idle)).isEmpty();
            assertThat(server().isStopping()).isTrue();
            go.countDown();

            assertThat(answer(busy)).endsWith("\r\n\r\ndone");
        }
        stopping.join();
        assertThat(stops).hasValue(1);
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    @Test
    void cutsAndInterruptsWhatIsBusyWhenTheGraceIsOver() throws Exception {
        var inside = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        start((_, _) -> {
            inside.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            throw new IllegalStateException("nobody opens that latch");
        });

        try (var socket = connect()) {
            send(socket, request("0"));
            inside.await();

            assertThat(server().stop(Duration.ZERO)).singleElement().asString().endsWith("BUSY");
            assertThat(interrupted.await(50, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void saysWhereItCannotListenAndReplacesOnlySocketsThatWereLeftBehind(@TempDir Path folder) throws Exception {
        var data = Files.writeString(folder.resolve("data"), "precious");
        var stale = folder.resolve("stale");
        try (var channel = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(stale));
        }

        settings = settings.withListeners(List.of(Listener.unix(data)));
        assertThatThrownBy(() -> start(ECHO)).hasMessageContaining("cannot listen on the Unix socket " + data);
        assertThat(data).hasContent("precious");

        settings = settings.withListeners(List.of(Listener.unix(stale)));
        start(ECHO);
        assertThatThrownBy(() -> Server.start(settings, _ -> {}, failures::add))
                .hasMessageContaining("another server listens there");
        server().stop(Duration.ZERO);
        assertThat(stale).doesNotExist();

        try (var taken = new ServerSocket(0)) {
            settings = settings.withPort(taken.getLocalPort());
            assertThatThrownBy(() -> start(ECHO))
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
    }

    @Test
    void theThreadOfAConnectionHasTheNameOfTheWebServer() throws Exception {
        start((_, respond) ->
                respond.with(Response.text(Status.OK, Thread.currentThread().toString())));

        try (var socket = connect()) {
            send(socket, request("0"));

            assertThat(answer(socket)).contains(",wai-cgi-" + socket.getLocalSocketAddress() + "]");
        }
    }

    @Test
    void loopsRunConnectionsWhereTheyAreSet() throws Exception {
        assumeTrue(Object.class.getModule().isOpen("java.lang", Pollers.class.getModule()));
        settings = settings.withLoops(2);
        start((_, respond) ->
                respond.with(Response.text(Status.OK, Thread.currentThread().toString())));

        for (int i = 0; i < 4; i++) {
            try (var socket = connect()) {
                send(socket, request("0"));

                assertThat(answer(socket)).contains("@wai-loop-");
            }
        }
    }

    @Test
    void leavesNoSelectorOpenBehindAStopOrAStartThatFailed() throws Exception {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "nobody tells what is open here");
        serveAndStop(); // what the JDK opens at the first time is open now
        long before = openSelectors();

        try (var taken = new ServerSocket(0)) {
            for (int i = 0; i < 3; i++) {
                serveAndStop();
                var settingsThatFail = settings.withPort(taken.getLocalPort());
                assertThatThrownBy(() -> Server.start(settingsThatFail, _ -> {}, failures::add))
                        .isInstanceOf(IOException.class);
            }
        }

        while (openSelectors() > before) { // the poller closes its own soon
            assertThat(Thread.currentThread().isInterrupted())
                    .as("the time of the test is over")
                    .isFalse();
        }
    }

    private void serveAndStop() throws Exception {
        start(ECHO);
        try (var idle = connect()) {
            assertThat(ask(request("4") + "body")).endsWith("\r\n\r\nbody");
            server().stop(Duration.ofSeconds(50));
            assertThat(answer(idle)).isEmpty();
        }
    }

    private static long openSelectors() throws IOException {
        try (var descriptors = Files.list(DESCRIPTORS)) {
            return descriptors.filter(ScgiServerTest::isSelector).count();
        }
    }

    private static boolean isSelector(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("eventpoll");
        } catch (IOException _) {
            return false; // closed meanwhile
        }
    }

    private void start(Application application) throws IOException {
        var told = settings.requests().withHooks(settings.requests().hooks().withOnFailure(this::failed));
        var gateway = Gateway.ofServer(application, told);
        running = Server.start(settings, new ScgiProtocol(gateway, settings), gateway::report, this::now);
    }

    private void failed(Failure failure) {
        timeFlies = false; // what follows must not be late, too
        failures.add(failure);
    }

    /// Stands still until the test lets it fly: then a minute goes by at each look, up to the first failure.
    private long now() {
        return timeFlies ? time.addAndGet(Duration.ofMinutes(1).toNanos()) : time.get();
    }

    private Server server() {
        return requireNonNull(running, "the server was not started");
    }

    private void stopWithin(Duration grace) {
        try {
            server().stop(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitBusy() {
        while (server().describeConnections().stream().noneMatch(line -> line.endsWith("BUSY"))) {
            Thread.onSpinWait();
        }
    }

    private static String request(String length) {
        return netstring(
                "CONTENT_LENGTH\000" + length + "\000SCGI\0001\000REQUEST_METHOD\000POST\000REQUEST_URI\000/\000");
    }

    private static String netstring(String content) {
        return content.length() + ":" + content + ",";
    }

    private Socket connect() throws IOException {
        var address = (InetSocketAddress) server().addresses().getFirst();
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(50_000);
        return socket;
    }

    private String ask(String request) throws IOException {
        try (var socket = connect()) {
            send(socket, request);
            return answer(socket);
        }
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static void sendQuietly(Socket socket, String text) {
        try {
            send(socket, text);
        } catch (IOException _) {
            // the server may have had enough
        }
    }
}
