/// The octets of HTTP/2 for the client of the kit: frames, and field sections in the form of HPACK.
///
/// Begins with [Frame] and [FieldDecoder]. No sockets, no threads, and nothing about what a case expects: that is in
/// `wai.tck`. Nothing is shared with a handler, so that a mistake of one is not forgiven by the other.
package wai.tck.http2;
