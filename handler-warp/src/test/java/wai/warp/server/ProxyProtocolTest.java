package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.hello;
import static wai.warp.http2.ClientFrames.joined;
import static wai.warp.server.Conversation.GET;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.ClientTimeoutException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.Timeouts;

/// Connections that begin with a PROXY header: what the application sees, and who is closed.
class ProxyProtocolTest {
    private static final String HEADER = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n";
    /// Says that the client spoke TLS, ALPN and SNI with the balancer.
    private static final String HEADER_2 = "\r\n\r\n\0\r\nQUIT\n\41\21\0\44\300\0\2\1\300\0\2\2\334\4\1\273"
            + "\1\0\2h2" + "\2\0\10test.org" + "\40\0\5\1\0\0\0\0";

    private static final Application TELLS = (request, respond) -> {
        var connection = request.connection();
        return respond.with(Response.text(
                Status.OK,
                request.remoteAddress() + " " + connection.remoteAddress() + " " + connection.localAddress() + " "
                        + request.isSecure() + " "
                        + connection.applicationProtocol().orElse("-") + " "
                        + connection.serverName().orElse("-") + " "
                        + request.get(ProxyProtocol.HEADER)
                                .map(header -> "" + header.version())
                                .orElse("-")));
    };

    private static Conversation with(ProxyProtocol protocol) {
        return with(protocol, Hooks.defaults());
    }

    private static Conversation with(ProxyProtocol protocol, Hooks hooks) {
        return Conversation.with(
                settings -> settings.withListeners(
                                List.of(Listener.tcp("127.0.0.1", 0).withProxyProtocol(protocol)))
                        .withTimeouts(Timeouts.defaults().withHandshake(ofSeconds(3)))
                        .withHooks(hooks),
                TELLS);
    }

    private static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    // ------------------------------------------------------------------------------------------ what is seen

    @Test
    void theAddressesAreThoseOfTheHeader() {
        try (var talk = with(ProxyProtocol.required())) {
            assertThat(body(talk.exchange(HEADER + GET)))
                    .isEqualTo("/192.0.2.1:56324 /192.0.2.1:56324 /192.0.2.2:443 false - - 1");
        }
    }

    @Test
    void theHeaderHoldsForAllRequestsOfTheConnection() {
        try (var talk = with(ProxyProtocol.required())) {
            talk.exchange(HEADER + GET);

            assertThat(talk.exchange(GET)).endsWith("/192.0.2.1:56324 /192.0.2.1:56324 /192.0.2.2:443 false - - 1");
        }
    }

    @Test
    void tlsWithTheBalancerMakesTheRequestSecure() {
        try (var talk = with(ProxyProtocol.required())) {
            assertThat(body(talk.exchange(HEADER_2 + GET)))
                    .isEqualTo("/192.0.2.1:56324 /192.0.2.1:56324 /192.0.2.2:443 true h2 test.org 2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HEADER, HEADER_2})
    void theHeaderMayComeBeforeHttp2(String header) {
        try (var talk = Http2Conversation.silent(
                settings -> settings.withListeners(
                        List.of(Listener.tcp("127.0.0.1", 0).withProxyProtocol(ProxyProtocol.required()))),
                (request, respond) ->
                        respond.with(Response.text(Status.OK, request.version() + " " + request.remoteAddress())))) {
            talk.send(joined(header.getBytes(ISO_8859_1), hello(), get(1)));

            talk.await(line -> line.startsWith("DATA 1 ") && line.endsWith(" END"));
            assertThat(talk.client.received()).contains("HTTP/2 /192.0.2.1:56324");
            talk.send(get(3));
            talk.await("DATA 3 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HEADER, HEADER_2})
    void theHeaderMayComeInAnyPieces(String header) {
        var bytes = header + GET;
        for (int cut = 1; cut < bytes.length(); cut++) {
            try (var talk = with(ProxyProtocol.required())) {
                assertThat(talk.exchange(bytes.substring(0, cut), bytes.substring(cut)))
                        .as("cut before byte %d", cut)
                        .contains("\r\n\r\n/192.0.2.1:56324 ");
            }
        }
    }

    @Test
    void theHeaderMayComeByteByByte() {
        try (var talk = with(ProxyProtocol.required())) {
            assertThat(talk.exchange((HEADER + GET).split(""))).contains("\r\n\r\n/192.0.2.1:56324 ");
        }
    }

    @Test
    void aBalancerThatSpeaksForItselfIsSeenAsItIs() {
        try (var talk = with(ProxyProtocol.required())) {
            assertThat(body(talk.exchange("PROXY UNKNOWN\r\n" + GET))).startsWith("client/<unresolved>:1234 ");
        }
    }

    @Test
    void theHooksSeeTheClientsAddress() {
        var seen = new ConcurrentLinkedQueue<SocketAddress>();
        var hooks = Hooks.defaults()
                .withOnOpen(peer -> {
                    seen.add(peer);
                    return true;
                })
                .withOnClose(seen::add);

        try (var talk = with(ProxyProtocol.required(), hooks)) {
            talk.exchange(HEADER + GET);
            talk.client.end();
            talk.awaitEnd();

            assertThat(seen).map(SocketAddress::toString).containsExactly("/192.0.2.1:56324", "/192.0.2.1:56324");
        }
    }

    // ------------------------------------------------------------------------------------------ who is believed

    @Test
    void withoutTheSettingAHeaderIsAMalformedRequest() {
        try (var talk = Conversation.with(TELLS)) {
            assertThat(talk.exchange(HEADER + GET)).startsWith("HTTP/1.1 400 Bad Request\r\n");
        }
    }

    // ------------------------------------------------------------------------------------------ who is closed

    @ParameterizedTest
    @ValueSource(strings = {GET, "PROXY TCP9 a b c d\r\n" + GET, "\r\n\r\n\0\r\nQUIT\n\61\21\0\0"})
    void whatIsNoHeaderIsClosedWithoutAByte(String bytes) {
        try (var talk = with(ProxyProtocol.required())) {
            talk.client.send(bytes);

            talk.awaitEnd();

            assertThat(talk.received()).isEmpty();
            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.HANDSHAKE);
                assertThat(failure.cause()).hasMessageContaining("PROXY");
            });
        }
    }

    @Test
    void whoSendsNoWholeHeaderInTimeIsClosed() {
        try (var talk = with(ProxyProtocol.required())) {
            talk.client.send("PROXY TCP4 ");
            talk.awaitDriver();
            talk.pass(ofSeconds(2));
            talk.client.send("192.0.2.1 ");
            talk.awaitDriver();
            assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
            talk.pass(ofMillis(1_200));

            talk.awaitEnd();

            assertThat(talk.received()).isEmpty();
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::cause)
                    .isInstanceOf(ClientTimeoutException.class);
            assertThat(talk.server.connections().snapshot().timeouts(Timeouts.Kind.HANDSHAKE))
                    .isOne();
        }
    }

    @Test
    void whoLeavesBeforeTheHeaderIsWholeIsToldToTheHook() {
        try (var talk = with(ProxyProtocol.required())) {
            talk.client.send("PROXY");
            talk.client.end();

            talk.awaitEnd();

            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.HANDSHAKE);
        }
    }

    @Test
    void aStopClosesWhoHasNotComeIn() {
        try (var talk = with(ProxyProtocol.required())) {
            talk.client.send("PROXY");
            talk.awaitDriver();

            talk.server.beginStopping();
            talk.connection.stop();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void aLongBodyBehindTheHeaderIsRead() {
        Application counts = (request, respond) -> {
            var body = request.body().readAllBytes();
            return respond.with(Response.text(Status.OK, "" + body.length).withHeaders(Headers.EMPTY));
        };
        try (var talk = Conversation.with(
                settings -> settings.withListeners(
                        List.of(Listener.tcp("127.0.0.1", 0).withProxyProtocol(ProxyProtocol.required()))),
                counts)) {
            assertThat(talk.exchange(HEADER + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n"
                            + "x".repeat(30_000)))
                    .endsWith("30000");
        }
    }
}
