/// The HTTP/1.1 engine: bytes in, events out; no sockets, threads or clocks.
package wai.warp.http1;
