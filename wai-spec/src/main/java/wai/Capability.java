package wai;

/// Something that not every handler can do; [Request#supports] tells per request.
///
/// Differences between handlers are declared here and never a surprise: the test kit checks what a handler declares
/// and reports the rest as not supported. Where a capability is missing, the documented fallback happens.
public enum Capability {
    /// Raw responses: after the head the application owns the byte stream. Fallback: [Body.Raw#fallback()] is sent.
    RAW,
    /// Status 103 before the response (RFC 8297). Fallback: nothing is sent.
    EARLY_HINTS,
    /// Any informational status but 100, 101 and 103 before the response (RFC 9110 §15.2). Fallback: nothing is sent.
    INFORMATIONAL,
    /// Trailer fields of the request (RFC 9110 §6.5). Fallback: [Request#trailers] is empty.
    REQUEST_TRAILERS,
    /// Trailer fields of the response. Fallback: they are dropped.
    RESPONSE_TRAILERS,
    /// [Request#onDisconnect] runs while the application works. Fallback: the next write fails.
    DISCONNECT_SIGNAL,
    /// [BodySink#flush] reaches the client before the body ends. Fallback: bytes may wait for the end.
    INCREMENTAL_FLUSH,
    /// [Request#rawPath] and [Request#rawQuery] are what the client sent. Fallback: they are re-encoded.
    RAW_TARGET,
    /// [Connection#tlsSession] is filled on a secure connection. Fallback: only [Request#isSecure].
    TLS_FACTS,
    /// The client may speak HTTP/2 to this handler.
    HTTP_2
}
