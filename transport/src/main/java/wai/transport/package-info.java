/// Bytes in, bytes out, file out, wait: what the drivers of our servers know of a connection.
///
/// Entry: [Transport]. Here live the I/O manager ([Pollers]) and the non-blocking channels on it. Nothing here knows
/// HTTP, settings or deadlines; a driver under test brings a transport of its own, in memory. Internal: the module
/// exports it to our servers only, and public is what they need.
package wai.transport;
