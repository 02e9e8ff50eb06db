package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Middleware;
import wai.Response;
import wai.Status;

/// A server of which the client knows only the address.
class OverTest {
    @Test
    void seesResponsesAndNothingElse() throws IOException {
        try (var server = TinyServer.start((request, respond) -> {
            if (request.rawPath().equals("/fails")) {
                throw new IllegalStateException("stays in the server");
            }
            return respond.with(Response.text(Status.OK, request.headers().first(HeaderName.HOST, "none")));
        })) {
            var client = TestClient.over(uri(server));

            assertThat(client.get("/")).hasBody("127.0.0.1:" + server.address().getPort());
            var failed = client.get("/fails");
            assertThat(failed).hasStatus(500);
            assertThat(failed.failure()).isEmpty();
        }
    }

    @Test
    void neverTakesAPartForTheWhole() throws IOException {
        try (var server =
                TinyServer.start((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("half");
                    out.flush();
                    throw new IllegalStateException("the rest");
                })))) {
            var response = TestClient.over(uri(server)).get("/");

            assertThat(response).hasStatus(200).isIncomplete();
        }
    }

    @Test
    void keepsARawConnectionOpenUntilTheClientHasSaidEverything() throws IOException {
        try (var server = TinyServer.start((request, respond) -> respond.with(
                Response.raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY, Response.text(Status.OK, ""), connection -> {
                    connection.output().write(connection.input().read());
                    connection.closeOutput();
                    connection.input().readAllBytes();
                })))) {
            try (var live = TestClient.over(uri(server)).open("/");
                    var session = live.raw()) {
                session.write("x");
                assertThat(session.readToEnd().utf8()).isEqualTo("x");
                session.write("y");
            }
        }
    }

    @Test
    void doesNotFollowRedirectsToOtherServers() throws IOException {
        try (var server = TinyServer.start((request, respond) -> respond.with(
                Response.of(Status.FOUND, Headers.of(HeaderName.LOCATION, "http://other.example/"), Bytes.EMPTY)))) {
            var client = TestClient.over(uri(server)).followingRedirects();

            assertThatThrownBy(() -> client.get("/"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("leaves the server");
        }
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        var client = TestClient.over(URI.create("http://127.0.0.1:" + port));

        assertThatThrownBy(() -> client.get("/"))
                .isInstanceOf(IncompleteResponseException.class)
                .hasMessageContaining("GET / ended without a response: java.net.ConnectException");
    }

    @Test
    void refusesWhatTheServerDecides() throws IOException {
        try (var server = TinyServer.start((request, respond) -> respond.with(Response.text(Status.OK, "")))) {
            var client = TestClient.over(uri(server));

            assertThatThrownBy(() -> client.without(Capability.RAW)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> client.withCapabilities(Set.of()))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> client.withMiddleware(Middleware.onRequest(request -> request)))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> client.withVersion(HttpVersion.HTTP_2).get("/"))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"https://127.0.0.1/path", "http://127.0.0.1/path", "127.0.0.1", "ftp://127.0.0.1"})
    void refusesOtherAddresses(String uri) {
        assertThatThrownBy(() -> TestClient.over(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected http");
    }

    private static URI uri(TinyServer server) {
        return URI.create("http://127.0.0.1:" + server.address().getPort());
    }
}
