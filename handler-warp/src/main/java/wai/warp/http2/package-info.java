/// HTTP/2 of a server as an engine: bytes in, events out; responses in, bytes out.
///
/// Begin with [wai.warp.http2.Http2Engine]. What it knows of one stream is in [wai.warp.http2.Http2Stream], how frames
/// and states go together in [wai.warp.http2.StreamState]. No sockets, threads, locks or clocks live here, and no
/// settings but [wai.warp.http2.Http2Limits].
package wai.warp.http2;
