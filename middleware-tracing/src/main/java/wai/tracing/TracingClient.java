package wai.tracing;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Sends requests by the HTTP client of the JDK, each in a span, and tells the other side of the trace.
///
/// {@snippet file="wai/tracing/Samples.java" region="tracing-client"}
///
/// A span begins when the request is sent and ends when the body handler is done: with the last byte for those that
/// read the body, with the head for those that hand out a stream. Its parent is the current context, that of the
/// request that is answered on this thread; or one that is given. User and password of the address and its query are
/// left out.
public final class TracingClient {
    private static final String SCOPE = "dev.wai.tracing";
    private static final int CLIENT_ERROR = 400;

    private final OpenTelemetry telemetry;
    private final Tracer tracer;
    private final HttpClient client;

    private TracingClient(OpenTelemetry telemetry, HttpClient client) {
        this.telemetry = telemetry;
        this.tracer = telemetry.getTracer(SCOPE);
        this.client = client;
    }

    /// A client that traces.
    ///
    /// @param telemetry whose propagators and tracers are used
    /// @param client sends; stays the caller's to close
    /// @return the client
    public static TracingClient of(OpenTelemetry telemetry, HttpClient client) {
        return new TracingClient(requireNonNull(telemetry, "telemetry"), requireNonNull(client, "client"));
    }

    /// Sends a request in the current context, and waits.
    ///
    /// @param request the request; fields of the trace that it has go
    /// @param handler takes the body
    /// @param <T> what becomes of the body
    /// @return the response
    /// @throws IOException as the client throws it
    /// @throws InterruptedException when the thread is interrupted meanwhile
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        var context = begin(request, Context.current());
        var span = Span.fromContext(context);
        try (var _ = context.makeCurrent()) {
            var response = client.send(injected(request, context), handler);
            answered(span, response);
            return response;
        } catch (IOException | InterruptedException | RuntimeException e) {
            failed(span, e);
            throw e;
        } finally {
            span.end();
        }
    }

    /// Sends a request in a context, and does not wait.
    ///
    /// @param request the request; fields of the trace that it has go
    /// @param handler takes the body
    /// @param parent the context: [Tracing#context], or `Context.current()`
    /// @param <T> what becomes of the body
    /// @return the response, when it is there
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler, Context parent) {
        var context = begin(request, requireNonNull(parent, "parent"));
        var span = Span.fromContext(context);
        return client.sendAsync(injected(request, context), handler).whenComplete((response, failure) -> {
            if (failure != null) {
                failed(
                        span,
                        failure instanceof CompletionException wrapper && wrapper.getCause() != null
                                ? wrapper.getCause()
                                : failure);
            } else {
                answered(span, response);
            }
            span.end();
        });
    }

    private Context begin(HttpRequest request, Context parent) {
        boolean isKnown = HttpAttributes.isKnown(request.method());
        var uri = request.uri();
        var span = tracer.spanBuilder(isKnown ? request.method() : "HTTP")
                .setSpanKind(SpanKind.CLIENT)
                .setParent(parent)
                .setAttribute(HttpAttributes.METHOD, isKnown ? request.method() : HttpAttributes.OTHER_METHOD)
                .setAttribute(HttpAttributes.FULL, shown(uri))
                .setAttribute(HttpAttributes.SERVER_ADDRESS, "" + uri.getHost())
                .setAttribute(HttpAttributes.SERVER_PORT, port(uri));
        if (!isKnown) {
            span.setAttribute(HttpAttributes.METHOD_ORIGINAL, request.method());
        }
        return parent.with(span.startSpan());
    }

    private static long port(URI uri) {
        int implied = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return uri.getPort() < 0 ? implied : uri.getPort();
    }

    /// Without user, password, query and fragment.
    private static String shown(URI uri) {
        var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    private HttpRequest injected(HttpRequest request, Context context) {
        var propagator = telemetry.getPropagators().getTextMapPropagator();
        var names = propagator.fields();
        var builder =
                HttpRequest.newBuilder(request, (name, _) -> names.stream().noneMatch(name::equalsIgnoreCase));
        propagator.inject(context, builder, (target, name, value) -> {
            if (target != null) {
                target.setHeader(name, value);
            }
        });
        return builder.build();
    }

    private static void answered(Span span, HttpResponse<?> response) {
        int status = response.statusCode();
        span.setAttribute(HttpAttributes.STATUS, status);
        span.setAttribute(HttpAttributes.VERSION, response.version() == HttpClient.Version.HTTP_2 ? "2" : "1.1");
        if (status >= CLIENT_ERROR) {
            span.setAttribute(HttpAttributes.ERROR, Integer.toString(status));
            span.setStatus(StatusCode.ERROR);
        }
    }

    private static void failed(Span span, Throwable failure) {
        span.setAttribute(HttpAttributes.ERROR, failure.getClass().getName());
        span.recordException(failure);
        span.setStatus(StatusCode.ERROR);
    }
}
