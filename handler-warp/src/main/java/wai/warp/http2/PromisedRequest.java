package wai.warp.http2;

import wai.Headers;

/// A request that a client did not make and is answered nevertheless: a GET without a body (RFC 9113 §8.4).
///
/// @param scheme of the request that the client has made
/// @param authority of the same
/// @param target path and query
/// @param fields without `Host`, which the authority stands for, and without those of a connection or a body
public record PromisedRequest(String scheme, String authority, String target, Headers fields) {
    /// Its method.
    public static final String METHOD = "GET";
}
