/// Accepting, driving, watching and stopping connections; entry: [Server].
///
/// [Http1Connection] is the driver: one per connection, on a virtual thread of its own, one loop around the engine. It
/// knows a `Transport` and the [ServerState] that all connections share, and nothing of sockets, selectors or the wall
/// clock, so a test can run it in memory.
package wai.warp.server;
