/// Field compression of HTTP/2 (RFC 7541): [wai.warp.http2.hpack.HpackDecoder] and [wai.warp.http2.hpack.HpackEncoder].
///
/// Bytes to fields and back, with the tables and the Huffman code that takes. What a field means, and whether a request
/// may have it, is decided above.
package wai.warp.http2.hpack;
