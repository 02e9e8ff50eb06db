package wai.tracing;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.HeaderName;
import wai.Key;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.logging.AccessEvent;
import wai.logging.RequestLogger;
import wai.middleware.TargetUri;

/// Makes a span of every request, from its head to the last byte of its response.
///
/// {@snippet file="wai/tracing/Samples.java" region="tracing"}
///
/// The span goes on a trace of the client where the propagators of the program find one (W3C `traceparent`, baggage).
/// While the application runs, and while it writes a body, the span is the current one; [#context] has it for other
/// threads. Its name is the method and the route (`GET /orders/{id}`) that `UrlMap`, `RouteName` or a router noted; its
/// attributes are those of the semantic conventions for HTTP servers. The query is left out, as it may hold secrets,
/// unless [#withQuery] is set.
///
/// A status of 500 and more is an error, as is what the application throws, which is recorded; a client that left is
/// not, but stands in `error.type`. The HTTP semantics of 400 to 499 are the client's matter: no error.
///
/// Outermost but for what believes proxies, beside the access log.
public final class Tracing implements Middleware {
    private static final Key<Context> CONTEXT = Key.named("trace context");
    private static final String SCOPE = "dev.wai.tracing";
    private static final int SERVER_ERROR = 500;

    private final OpenTelemetry telemetry;
    private final Tracer tracer;
    private final boolean showsQuery;

    private Tracing(OpenTelemetry telemetry, boolean showsQuery) {
        this.telemetry = telemetry;
        this.tracer = telemetry.getTracer(SCOPE);
        this.showsQuery = showsQuery;
    }

    /// Traces by an OpenTelemetry.
    ///
    /// @param telemetry whose propagators and tracers are used
    /// @return the middleware
    public static Tracing by(OpenTelemetry telemetry) {
        return new Tracing(requireNonNull(telemetry, "telemetry"), false);
    }

    /// Puts the query into spans, as `url.query`. For services whose queries hold no secrets.
    ///
    /// @return the changed copy
    public Tracing withQuery() {
        return new Tracing(telemetry, true);
    }

    /// The context of a request, for work on other threads and for requests that go out because of it.
    ///
    /// @param request of inside
    /// @return its context; the current one when [Tracing] is not around
    public static Context context(Request request) {
        return request.get(CONTEXT).orElseGet(Context::current);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        var observed = RequestLogger.to(this::end).wrap(requireNonNull(inner, "inner"));
        return (request, respond) -> traced(observed, request, respond);
    }

    private ResponseReceived traced(Application observed, Request request, Respond respond) throws Exception {
        var parent = telemetry.getPropagators().getTextMapPropagator().extract(Context.root(), request, new Fields());
        var context = parent.with(begin(request, parent));
        try (var _ = context.makeCurrent()) {
            return observed.handle(request.with(CONTEXT, context), respond);
        }
    }

    private Span begin(Request request, Context parent) {
        boolean isKnown = HttpAttributes.isKnown(request.method());
        var span = tracer.spanBuilder(isKnown ? request.method() : "HTTP")
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .setAttribute(HttpAttributes.METHOD, isKnown ? request.method() : HttpAttributes.OTHER_METHOD)
                .setAttribute(HttpAttributes.PATH, request.rawPath())
                .setAttribute(HttpAttributes.SCHEME, request.isSecure() ? "https" : "http")
                .setAttribute(HttpAttributes.VERSION, version(request));
        if (!isKnown) {
            span.setAttribute(HttpAttributes.METHOD_ORIGINAL, request.method());
        }
        if (showsQuery && request.rawQuery().length() > 1) {
            span.setAttribute(HttpAttributes.QUERY, request.rawQuery().substring(1));
        }
        request.headers()
                .first(HeaderName.USER_AGENT)
                .ifPresent(agent -> span.setAttribute(HttpAttributes.USER_AGENT, agent));
        if (request.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null) {
            span.setAttribute(HttpAttributes.CLIENT_ADDRESS, inet.getAddress().getHostAddress());
        }
        addServer(request, span);
        return span.startSpan();
    }

    private static void addServer(Request request, SpanBuilder span) {
        try {
            var server = new URI(TargetUri.of(request).origin());
            if (server.getHost() != null) {
                span.setAttribute(HttpAttributes.SERVER_ADDRESS, server.getHost());
                if (server.getPort() > 0) {
                    span.setAttribute(HttpAttributes.SERVER_PORT, server.getPort());
                }
            }
        } catch (URISyntaxException _) { // a Host that names none
        }
    }

    private static String version(Request request) {
        return request.version().toString().substring("HTTP/".length());
    }

    private void end(AccessEvent event) {
        var span = Span.fromContext(context(event.request()));
        int status = event.status().code();
        event.route().ifPresent(route -> {
            var method = event.request().method();
            span.setAttribute(HttpAttributes.ROUTE, route);
            span.updateName((HttpAttributes.isKnown(method) ? method : "HTTP") + " " + route);
        });
        span.setAttribute(HttpAttributes.STATUS, status);
        var failure = event.failure();
        switch (event.outcome()) {
            case COMPLETE -> {
                if (status >= SERVER_ERROR) {
                    span.setAttribute(HttpAttributes.ERROR, Integer.toString(status));
                    span.setStatus(StatusCode.ERROR);
                }
            }
            case FAILED -> {
                span.setAttribute(HttpAttributes.ERROR, nameOf(failure));
                if (failure != null) {
                    span.recordException(failure);
                }
                if (status >= SERVER_ERROR || status < 400) {
                    span.setStatus(StatusCode.ERROR);
                }
            }
            case DISCONNECTED -> span.setAttribute(HttpAttributes.ERROR, nameOf(failure));
        }
        span.end();
    }

    private static String nameOf(@Nullable Throwable failure) {
        return failure == null
                ? HttpAttributes.OTHER_METHOD
                : failure.getClass().getName();
    }

    /// Reads the fields of a request for propagators.
    private static final class Fields implements TextMapGetter<Request> {
        @Override
        public @Nullable String get(@Nullable Request request, String name) {
            return request == null
                    ? null
                    : request.headers().first(HeaderName.of(name)).orElse(null);
        }

        @Override
        public Iterator<String> getAll(@Nullable Request request, String name) {
            return request == null
                    ? Collections.emptyIterator()
                    : request.headers().all(HeaderName.of(name)).iterator();
        }
    }
}
