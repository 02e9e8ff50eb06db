/// The application of the differential run: routes that show what a handler makes of requests and responses, behind a
/// stack of middleware as real applications have one.
///
/// Start at [ProbeApplication]. Nothing in here knows a handler, a client or a case; the same inputs give the same
/// outputs on every handler that keeps the contract, but for what the rules of the comparison name.
package wai.tck.probe;
