/// Traces: a span for every request that comes in, and for those that go out because of it.
///
/// [Tracing] is the middleware, [TracingClient] sends by the HTTP client of the JDK. Both speak to the API of
/// OpenTelemetry alone; what becomes of spans is decided by the SDK of the program. Attributes follow the semantic
/// conventions for HTTP, version 1.45.
package wai.tracing;
