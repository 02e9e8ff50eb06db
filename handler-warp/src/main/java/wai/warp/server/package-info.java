/// Accepting, driving, watching and stopping connections; entry: [Server].
///
/// [AcceptedConnection] is a connection's life, on a virtual thread of its own; [Http1Connection] is the driver in it,
/// one loop around the engine, and [Http2Connection] is what takes its place when the client speaks HTTP/2. They know
/// a `Transport` and the [ServerState] that all connections share, and nothing of sockets, selectors or the wall clock,
/// so a test can run them in memory.
package wai.warp.server;
