package wai.cgi.scgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.gateway.Gateway;
import wai.cgi.server.Server;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.ServerSettings;

/// An application behind SCGI that wants to know when its client leaves, or the server stops.
@Timeout(60)
class ScgiDisconnectTest {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicLong time = new AtomicLong();
    private volatile boolean timeFlies;
    private @Nullable Server running;

    @AfterEach
    void stop() throws InterruptedException {
        goOn.countDown();
        server().stop(Duration.ZERO);
    }

    @Test
    void isToldOfItWhileItWorks() throws Exception {
        start((request, respond) -> {
            request.onDisconnect(() -> seen.add("gone"));
            seen.add("begun");
            goOn.await();
            return respond.with(Response.text(Status.OK, "late"));
        });

        try (var socket = connect()) {
            send(socket, request("0"));
            assertThat(seen.take()).isEqualTo("begun");
        }

        assertThat(seen.take()).isEqualTo("gone");
    }

    @Test
    void isToldOfItInsideOfABody() throws Exception {
        start((request, respond) -> {
            request.onDisconnect(() -> seen.add("gone"));
            seen.add(text(request.body().readNBytes(3)));
            goOn.await();
            return respond.with(Response.text(Status.OK, "late"));
        });

        try (var socket = connect()) {
            send(socket, request("10") + "one");
            assertThat(seen.take()).isEqualTo("one");
        }

        assertThat(seen.take()).isEqualTo("gone");
    }

    @Test
    void readsABodyThatComesInPieces() throws Exception {
        start((request, respond) -> {
            request.onDisconnect(() -> seen.add("gone"));
            seen.add(text(request.body().readNBytes(3)));
            return respond.with(Response.text(Status.OK, text(request.body().readAllBytes())));
        });

        try (var socket = connect()) {
            send(socket, request("40000") + "one");
            assertThat(seen.take()).isEqualTo("one");
            send(socket, "2".repeat(39_996));
            send(socket, "3");

            assertThat(answer(socket)).endsWith("\r\n\r\n" + "2".repeat(39_996) + "3");
        }
    }

    @Test
    void isNotToldOfTheEndBehindAWholeResponse() throws Exception {
        start((request, respond) -> {
            request.onDisconnect(() -> seen.add("gone"));
            var token = respond.with(Response.text(Status.OK, "whole"));
            goOn.await();
            return token;
        });

        try (var socket = connect()) {
            send(socket, request("0"));
            var whole = "Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nwhole";
            assertThat(text(socket.getInputStream().readNBytes(whole.length()))).isEqualTo(whole);
        }
        goOn.countDown();

        assertThat(server().stop(Duration.ofSeconds(50))).isEmpty();
        assertThat(seen).isEmpty();
    }

    @Test
    void endsAStreamThatIsToldOfTheStop() throws Exception {
        start((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            request.onShutdown(goOn::countDown);
            out.writeUtf8("begun ");
            out.flush();
            seen.add("begun");
            goOn.await();
            out.writeUtf8("and ended");
        })));
        var stop = new FutureTask<>(() -> server().stop(Duration.ofSeconds(50)));

        try (var socket = connect()) {
            send(socket, request("0"));
            assertThat(seen.take()).isEqualTo("begun");

            Thread.ofVirtual().start(stop);

            assertThat(answer(socket)).endsWith("\r\n\r\nbegun and ended");
        }
        assertThat(stop.get()).isEmpty();
    }

    @Test
    void answers408WhenABodyDoesNotCome() throws Exception {
        start((request, respond) -> {
            request.onDisconnect(() -> seen.add("gone"));
            seen.add(text(request.body().readNBytes(3)));
            timeFlies = true;
            return respond.with(Response.text(Status.OK, text(request.body().readAllBytes())));
        });

        try (var socket = connect()) {
            send(socket, request("10") + "one");

            assertThat(answer(socket)).startsWith("Status: 408 Request Timeout\r\n");
        }
        assertThat(seen).containsExactly("one");
    }

    private void start(Application application) throws IOException {
        var gateway = Gateway.ofServer(
                application, CgiSettings.defaults().withHooks(Hooks.defaults().withOnFailure(_ -> timeFlies = false)));
        var settings = ServerSettings.defaults();
        running = Server.start(settings, new ScgiProtocol(gateway, settings), gateway::report, this::now);
    }

    /// Stands still until the test lets it fly: then a minute goes by at each look, up to the first failure.
    private long now() {
        return timeFlies ? time.addAndGet(Duration.ofMinutes(1).toNanos()) : time.get();
    }

    private Server server() {
        return requireNonNull(running, "the server was not started");
    }

    private Socket connect() throws IOException {
        var address = (InetSocketAddress) server().addresses().getFirst();
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(50_000);
        return socket;
    }

    private static String request(String length) {
        var head = "CONTENT_LENGTH\0" + length
                + "\0SCGI\0001\0REQUEST_METHOD\0POST\0REQUEST_URI\0/\0SERVER_SOFTWARE\0nginx\0";
        return head.length() + ":" + head + ",";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String answer(Socket socket) throws IOException {
        return text(socket.getInputStream().readAllBytes());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
