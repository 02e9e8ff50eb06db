/// Warp, the server: start it here.
///
/// [Warp] starts a [WarpServer]; what can be set is in `wai.warp.settings`. Everything else of the module is hidden:
/// `server` (accepting, driving, stopping), `http1` (the engine, without I/O), `transport` (bytes in and out) and
/// `observe` (counting, logging, recording).
package wai.warp;
