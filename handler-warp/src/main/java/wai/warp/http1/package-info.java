/// HTTP/1.0 and HTTP/1.1 of a server as an engine: bytes in, events out; responses in, bytes out.
///
/// Begin with [wai.warp.http1.Http1Engine]; its two machines are [wai.warp.http1.RequestReader] and
/// [wai.warp.http1.ResponseWriter]. No sockets, threads, locks or clocks live here, and no settings but
/// [wai.warp.http1.Http1Limits].
package wai.warp.http1;
