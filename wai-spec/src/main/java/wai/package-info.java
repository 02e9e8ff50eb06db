/// The contract: one function type, [Application], and the values it speaks in.
///
/// Start at [Application]; then [Request] and [Response]. Everything here is immutable or lives for one exchange only.
/// Whoever writes an application or a middleware needs this package and nothing else. What only the authors of
/// handlers need (the exactly-once kernel, the rule registry, file negotiation) lives in `wai.spi`, which depends on
/// this package and never the other way round. Nothing is here for convenience alone.
package wai;
