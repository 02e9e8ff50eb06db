import org.jspecify.annotations.NullMarked;

/// A span for every request, in and out, by OpenTelemetry.
///
/// The API of OpenTelemetry is a module by its manifest only, and stands in what this module exports.
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module wai.tracing {
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
    requires transitive java.net.http;
    requires transitive wai.middleware;
    requires static org.jspecify;

    exports wai.tracing;
}
