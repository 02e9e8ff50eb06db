package wai.servlet.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// Exchanges over HTTP/2 in the clear.
class Http2Test {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static Stream<EmbeddedContainer> containers() {
        return Stream.of(EmbeddedContainer.values());
    }

    @ParameterizedTest
    @MethodSource("containers")
    void givesVersionHostTargetAndBody(EmbeddedContainer container) throws Exception {
        try (var server = container.start(0, Http2Test::application);
                var client = upgraded(server)) {
            var answer = client.send(
                    to(server, "/echo%20it?q=1")
                            .POST(BodyPublishers.ofString("body"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body())
                    .isEqualTo("HTTP/2 /echo%20it?q=1 127.0.0.1:"
                            + server.address().getPort() + " true body");
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void streamsAndKeepsFieldsOfOneName(EmbeddedContainer container) throws Exception {
        try (var server = container.start(0, Http2Test::application);
                var client = upgraded(server)) {
            var answer = client.send(to(server, "/stream").build(), BodyHandlers.ofString());

            assertThat(answer.body()).isEqualTo("streamed");
            assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
            assertThat(answer.headers().map()).doesNotContainKeys("connection", "upgrade", "transfer-encoding");
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void cutsWhatFails(EmbeddedContainer container) throws Exception {
        try (var server = container.start(0, Http2Test::application);
                var client = upgraded(server)) {
            assertThatThrownBy(() -> client.send(to(server, "/cut").build(), BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(java.net.http.HttpTimeoutException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void tellsARequestWithoutABodyFromOneWhoseLengthIsNotKnown(EmbeddedContainer container) throws Exception {
        Application lengths = (request, respond) -> respond.with(Response.text(
                Status.OK, request.bodyLength() + " " + request.readBody(3000).length()));
        try (var server = container.start(0, lengths);
                var client = new WireHttp2(server.address())) {
            client.ask(1, ":method", "POST", ":scheme", "http", ":path", "/", ":authority", "test");
            assertThat(client.body()).isEqualTo("OptionalLong[0] 0");

            client.open(3, ":method", "POST", ":scheme", "http", ":path", "/", ":authority", "test");
            client.send(3, "x".repeat(3000)); // many small frames would be an attack for Tomcat
            client.endOutput(3);
            assertThat(client.body()).isEqualTo("OptionalLong.empty 3000");
        }
    }

    private static ResponseReceived application(Request request, Respond respond) throws Exception {
        var fields = Headers.builder()
                .add(HeaderName.SET_COOKIE, "a=1")
                .add(HeaderName.CONNECTION, "keep-alive")
                .add(HeaderName.UPGRADE, "h3")
                .add(HeaderName.SET_COOKIE, "b=2")
                .build();
        return switch (request.path().isEmpty() ? "" : request.path().getFirst()) {
            case "echo it" -> {
                var seen = new ArrayList<Object>();
                seen.add(request.version() == HttpVersion.HTTP_2 ? "HTTP/2" : request.version());
                seen.add(request.rawPath() + request.rawQuery());
                seen.add(request.headers().first(HeaderName.HOST, "no Host"));
                seen.add(request.supports(Capability.HTTP_2));
                seen.add(request.readBody(100).utf8());
                yield respond.with(Response.text(
                        Status.OK,
                        String.join(" ", seen.stream().map(Object::toString).toList())));
            }
            case "stream" ->
                respond.with(Response.stream(Status.OK, fields, out -> {
                    out.writeUtf8("stream");
                    out.flush();
                    out.writeUtf8("ed");
                }));
            case "cut" ->
                respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("half");
                    out.flush();
                    throw new IllegalStateException("thrown by a test, on purpose");
                }));
            default -> respond.with(Response.text(Status.OK, "hello"));
        };
    }

    /// A client whose connection speaks HTTP/2 already.
    private static HttpClient upgraded(EmbeddedServer server) throws IOException, InterruptedException {
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .connectTimeout(PATIENCE)
                .build();
        HttpResponse<String> first = client.send(to(server, "/").build(), BodyHandlers.ofString());
        assertThat(first.body()).isEqualTo("hello");
        return client;
    }

    private static HttpRequest.Builder to(EmbeddedServer server, String target) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + target))
                .timeout(PATIENCE);
    }
}
