/// How connections arrive: what is read and agreed before the first byte of HTTP.
///
/// Entry: [Entrance], one for each listener, makes an [Arrival] for each connection. Here live the PROXY header (an
/// engine without I/O, and the transport behind it) and TLS. Nothing here knows requests.
package wai.warp.arrival;
