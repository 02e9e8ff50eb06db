package wai.servlet.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// What only Jetty does in HTTP/2: raw connections by extended CONNECT, and telling that a client has left.
class JettyHttp2Test {
    private static final int PATIENCE_SECONDS = 20;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;
    private static final Response NO_RAW = Response.text(Status.UPGRADE_REQUIRED, "no raw connection");

    @ParameterizedTest
    @EnumSource(names = {"JETTY", "JETTY_SERVLET"})
    void givesAStreamToTheApplicationByExtendedConnect(EmbeddedContainer container) throws Exception {
        var seen = new CompletableFuture<Request>();
        try (var server = container.start(0, (request, respond) -> {
                    seen.complete(request);
                    return respond.with(Response.raw(
                            Status.SWITCHING_PROTOCOLS,
                            Headers.of(HeaderName.UPGRADE, "chat", HeaderName.CONNECTION, "Upgrade"),
                            NO_RAW,
                            connection -> {
                                connection.output().write(connection.input().readNBytes(4));
                                connection.output().flush();
                                connection.output().write(connection.input().readAllBytes());
                                connection.output().write("bye".getBytes(US_ASCII));
                            }));
                });
                var client = new WireHttp2(server.address())) {
            assertThat(client.next(WireHttp2.SETTINGS).setting(ENABLE_CONNECT_PROTOCOL, 0))
                    .isEqualTo(1);

            client.open(
                    1,
                    ":method",
                    "CONNECT",
                    ":protocol",
                    "chat",
                    ":scheme",
                    "http",
                    ":path",
                    "/room?a",
                    ":authority",
                    "test");

            assertThat(client.next(WireHttp2.HEADERS, WireHttp2.RST_STREAM).isOk())
                    .isTrue();
            var request = seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(request.upgrades()).containsExactly("chat");
            assertThat(request.supports(Capability.RAW)).isTrue();
            assertThat(request.rawPath() + request.rawQuery()).isEqualTo("/room?a");
            client.send(1, "ping");
            assertThat(client.next(WireHttp2.DATA).payload()).isEqualTo("ping");
            client.send(1, "the end: ");
            client.endOutput(1);
            assertThat(client.body()).isEqualTo("the end: bye");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JETTY", "JETTY_SERVLET"})
    void tellsThatTheClientHasResetItsStream(EmbeddedContainer container) throws Exception {
        expectSignal(container, client -> client.reset(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"JETTY", "JETTY_SERVLET"})
    void tellsThatTheClientHasClosedItsConnection(EmbeddedContainer container) throws Exception {
        expectSignal(container, WireHttp2::close);
    }

    private static void expectSignal(EmbeddedContainer container, Leaving leaving) throws Exception {
        var inside = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        var end = new CompletableFuture<Boolean>();
        Application waiting = (request, respond) -> {
            assertThat(request.supports(Capability.DISCONNECT_SIGNAL)).isTrue();
            request.onDisconnect(gone::countDown);
            inside.countDown();
            end.complete(gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)); // nothing is read or written meanwhile
            return respond.with(Response.text(Status.OK, "nobody reads this"));
        };
        try (var server = container.start(0, waiting);
                var client = new WireHttp2(server.address())) {
            client.open(1, ":method", "POST", ":scheme", "http", ":path", "/", ":authority", "test");
            assertThat(inside.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

            leaving.by(client);

            assertThat(end.get(2 * PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private interface Leaving {
        void by(WireHttp2 client) throws Exception;
    }
}
