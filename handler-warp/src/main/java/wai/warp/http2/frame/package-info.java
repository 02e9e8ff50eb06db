/// Frames of HTTP/2 (RFC 9113 §4, §6): [wai.warp.http2.frame.FrameReader] and [wai.warp.http2.frame.FrameWriter].
///
/// What one frame by itself can be checked for is checked here: its size, its stream identifier, its padding. Streams,
/// windows and settings are known above.
package wai.warp.http2.frame;
