/// Bytes in, bytes out, file out, wait: what the drivers know of a connection.
///
/// Entry: [Transport]. Here live the I/O manager ([Pollers]) and the non-blocking channels on it. Nothing here knows
/// HTTP, settings or deadlines; a driver under test brings a transport of its own, in memory.
package wai.warp.transport;
