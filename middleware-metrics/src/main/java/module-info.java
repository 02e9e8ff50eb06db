import org.jspecify.annotations.NullMarked;

/// Metrics of every request, by Micrometer.
///
/// Micrometer is a module by its manifest only, and its registry stands in what this module exports.
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module wai.metrics {
    requires transitive micrometer.core;
    requires transitive wai.middleware;
    requires static org.jspecify;

    exports wai.metrics;
}
