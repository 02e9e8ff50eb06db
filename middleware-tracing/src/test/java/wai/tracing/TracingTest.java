package wai.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.semconv.ClientAttributes;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import io.opentelemetry.semconv.UserAgentAttributes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.routing.RouteName;
import wai.test.TestClient;

/// [Tracing] and [TracingClient], by the SDK with an exporter in memory.
class TracingTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";
    private static final Application OK = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setPropagators(ContextPropagators.create(TextMapPropagator.composite(
                    W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
            .build();

    private OtherSide other;

    @BeforeEach
    void startTheOtherSide() throws IOException {
        other = new OtherSide();
    }

    @AfterEach
    void stop() throws IOException {
        other.close();
        telemetry.close();
    }

    private URI other(String path) {
        return URI.create("http://u:p@127.0.0.1:" + other.port() + path);
    }

    private TestClient client(Application application) {
        return TestClient.of(Tracing.by(telemetry).wrap(application)).answeringErrors();
    }

    private SpanData span() {
        assertThat(spans.getFinishedSpanItems()).hasSize(1);
        return spans.getFinishedSpanItems().getFirst();
    }

    // ------------------------------------------------------------------------------------------ requests that come in

    @Test
    void aRequestIsASpanOfTheServerByItsRoute() {
        client(RouteName.of("/orders/{id}").wrap(OK))
                .request("GET", "/orders/17?token=secret")
                .header("Host", "shop.example:8443")
                .header("User-Agent", "curl")
                .remoteAddress(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711))
                .secure()
                .send();

        var span = span();
        assertThat(span.getName()).isEqualTo("GET /orders/{id}");
        assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(span.getAttributes().asMap())
                .containsEntry(io.opentelemetry.semconv.HttpAttributes.HTTP_REQUEST_METHOD, "GET")
                .containsEntry(io.opentelemetry.semconv.HttpAttributes.HTTP_RESPONSE_STATUS_CODE, 200L)
                .containsEntry(io.opentelemetry.semconv.HttpAttributes.HTTP_ROUTE, "/orders/{id}")
                .containsEntry(UrlAttributes.URL_PATH, "/orders/17")
                .containsEntry(UrlAttributes.URL_SCHEME, "https")
                .containsEntry(ServerAttributes.SERVER_ADDRESS, "shop.example")
                .containsEntry(ServerAttributes.SERVER_PORT, 8443L)
                .containsEntry(ClientAttributes.CLIENT_ADDRESS, "192.0.2.1")
                .containsEntry(UserAgentAttributes.USER_AGENT_ORIGINAL, "curl")
                .containsEntry(NetworkAttributes.NETWORK_PROTOCOL_VERSION, "1.1")
                .hasSize(10);
    }

    @Test
    void theQueryIsThereOnlyWhenThatIsSet() {
        TestClient.of(Tracing.by(telemetry).withQuery().wrap(OK)).get("/a?b=c");

        assertThat(span().getAttributes().get(UrlAttributes.URL_QUERY)).isEqualTo("b=c");
    }

    @Test
    void aMethodThatNobodyKnowsIsNotInTheName() {
        client(Samples.tracing(telemetry, OK)).request("BREW", "/").send();

        var span = spans.getFinishedSpanItems().getLast();
        assertThat(span.getName()).isEqualTo("HTTP");
        assertThat(span.getAttributes().get(io.opentelemetry.semconv.HttpAttributes.HTTP_REQUEST_METHOD))
                .isEqualTo("_OTHER");
        assertThat(span.getAttributes().get(io.opentelemetry.semconv.HttpAttributes.HTTP_REQUEST_METHOD_ORIGINAL))
                .isEqualTo("BREW");
    }

    @Test
    void goesOnWithTheTraceOfTheClient() {
        client((request, respond) -> {
                    assertThat(Span.current()).isEqualTo(Span.fromContext(Tracing.context(request)));
                    assertThat(Baggage.current().getEntryValue("user")).isEqualTo("a b");
                    return OK.handle(request, respond);
                })
                .request("GET", "/")
                .header("traceparent", PARENT)
                .header("tracestate", "a=1")
                .header("baggage", "user=a%20b")
                .send();

        assertThat(span().getTraceId()).isEqualTo(TRACE);
        assertThat(span().getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(span().getSpanContext().getTraceState().get("a")).isEqualTo("1");
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "x",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-" + TRACE + "-0000000000000000-01",
                "ff-" + TRACE + "-b7ad6b7169203331-01",
                "00-" + TRACE + "-b7ad6b7169203331-01-more",
                "00-0AF7651916CD43DD8448EB211C80319-b7ad6b7169203331-01",
                "\u00e4\u00e4"
            })
    void beginsATraceOfItsOwnWhereTheClientHasNone(String parent) {
        assertThat(client(OK)
                        .request("GET", "/")
                        .header("traceparent", parent)
                        .header("baggage", "=,;;=%zz," + "x".repeat(4000))
                        .send())
                .hasStatus(200);

        assertThat(span().getTraceId()).isNotEqualTo(TRACE);
        assertThat(span().getParentSpanContext().isValid()).isFalse();
    }

    @Test
    void aStreamEndsItsSpanWithTheLastByte() {
        client((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("first");
                    out.flush();
                    assertThat(Span.current().isRecording()).isTrue();
                    assertThat(spans.getFinishedSpanItems()).isEmpty();
                    Span.current().addEvent("written");
                })))
                .get("/");

        assertThat(span().hasEnded()).isTrue();
        assertThat(span().getEvents()).hasSize(1);
    }

    @Test
    void failuresAreErrorsAndAreRecordedOnce() {
        client((_, _) -> {
                    throw new IllegalStateException("broken");
                })
                .get("/");

        assertThat(span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span().getAttributes().get(ErrorAttributes.ERROR_TYPE)).isEqualTo("java.lang.IllegalStateException");
        assertThat(span().getEvents()).hasSize(1);
        assertThat(span().getAttributes().get(io.opentelemetry.semconv.HttpAttributes.HTTP_RESPONSE_STATUS_CODE))
                .isEqualTo(500);
    }

    @Test
    void aResponseThatBreaksInItsMiddleIsAnError() {
        client((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("first");
                    out.flush();
                    throw new IllegalStateException("broken");
                })))
                .get("/");

        assertThat(span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void theServersErrorsAreErrorsTheClientsAreNot() {
        var statuses = java.util.List.of(Status.SERVICE_UNAVAILABLE, Status.NOT_FOUND);
        for (var status : statuses) {
            client((_, respond) -> respond.with(Response.text(status, ""))).get("/");
        }

        assertThat(spans.getFinishedSpanItems())
                .extracting(span -> span.getStatus().getStatusCode())
                .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
        assertThat(spans.getFinishedSpanItems())
                .extracting(span -> span.getAttributes().get(ErrorAttributes.ERROR_TYPE))
                .containsExactly("503", null);
    }

    @Test
    void aClientThatLeftIsNoError() {
        client((_, _) -> {
                    throw new ClientDisconnectedException("gone");
                })
                .get("/");

        assertThat(span().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(span().getAttributes().get(ErrorAttributes.ERROR_TYPE))
                .isEqualTo(ClientDisconnectedException.class.getName());
    }

    // ------------------------------------------------------------------------------------------ requests that go out

    @Test
    void aRequestThatGoesOutIsInsideOfTheOneThatCameIn() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            TestClient.of(Samples.tracingClient(telemetry, http, other("/stock?secret=1")))
                    .request("GET", "/")
                    .header("traceparent", PARENT)
                    .send();
        }

        assertThat(spans.getFinishedSpanItems()).hasSize(2);
        var outgoing = spans.getFinishedSpanItems().getFirst();
        var incoming = spans.getFinishedSpanItems().getLast();
        assertThat(outgoing.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(outgoing.getParentSpanId()).isEqualTo(incoming.getSpanId());
        assertThat(other.nextParent()).isEqualTo("[00-" + TRACE + "-" + outgoing.getSpanId() + "-01]");
        int port = other.port();
        assertThat(outgoing.getAttributes().asMap())
                .containsEntry(UrlAttributes.URL_FULL, "http://127.0.0.1:" + port + "/stock")
                .containsEntry(ServerAttributes.SERVER_ADDRESS, "127.0.0.1")
                .containsEntry(ServerAttributes.SERVER_PORT, (long) port)
                .containsEntry(io.opentelemetry.semconv.HttpAttributes.HTTP_REQUEST_METHOD, "GET")
                .containsEntry(io.opentelemetry.semconv.HttpAttributes.HTTP_RESPONSE_STATUS_CODE, 200L)
                .containsEntry(NetworkAttributes.NETWORK_PROTOCOL_VERSION, "1.1")
                .hasSize(6);
    }

    @Test
    void whatTheRequestSaysOfATraceGoes() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(other("/missing"))
                    .header("TraceParent", PARENT)
                    .build();
            TracingClient.of(telemetry, http).send(request, BodyHandlers.discarding());
        }

        assertThat(other.nextParent()).hasSize(57).doesNotContain(TRACE);
        assertThat(span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span().getAttributes().get(ErrorAttributes.ERROR_TYPE)).isEqualTo("404");
    }

    @Test
    void aRequestThatIsNotWaitedForHasAContextToo() {
        var parent = telemetry.getTracer("test").spanBuilder("parent").startSpan();
        try (var http = HttpClient.newHttpClient()) {
            var client = TracingClient.of(telemetry, http);
            client.sendAsync(
                            HttpRequest.newBuilder(other("/")).build(),
                            BodyHandlers.ofString(),
                            Context.root().with(parent))
                    .join();
        }

        assertThat(span().getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
    }

    @Test
    void aRequestThatFailsIsAnError() throws IOException {
        var address = other("/");
        other.close();
        try (var http = HttpClient.newHttpClient()) {
            var client = TracingClient.of(telemetry, http);
            var request = HttpRequest.newBuilder(address).build();

            assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> client.sendAsync(request, BodyHandlers.ofString(), Context.root())
                            .join())
                    .hasCauseInstanceOf(IOException.class);
        }

        assertThat(spans.getFinishedSpanItems()).hasSize(2).allSatisfy(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                    .isEqualTo("java.net.ConnectException");
        });
    }
}
