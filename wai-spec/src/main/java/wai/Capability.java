package wai;

/// Something that not every handler can do; [Request#supports] tells per request.
///
/// Differences between handlers are declared here and never a surprise: the test kit checks what a handler declares
/// and reports the rest as not supported. Where a capability is missing, the documented fallback happens.
public enum Capability {
    /// Raw responses: after the head the application owns the byte stream. Fallback: [Body.Raw#fallback()] is sent.
    RAW("Raw responses: after the head the application owns the byte stream.", "The fallback response is sent."),
    /// Status 103 before the response (RFC 8297). Fallback: nothing is sent.
    EARLY_HINTS("Status 103 before the response (RFC 8297).", "Nothing is sent."),
    /// Any informational status but 100, 101 and 103 before the response (RFC 9110 §15.2). Fallback: nothing is sent.
    INFORMATIONAL(
            "Any informational status but 100, 101 and 103 before the response (RFC 9110 §15.2).", "Nothing is sent."),
    /// Trailer fields of the request (RFC 9110 §6.5). Fallback: [Request#trailers] is empty.
    REQUEST_TRAILERS("Trailer fields of the request (RFC 9110 §6.5).", "Request.trailers is empty."),
    /// Trailer fields of the response (RFC 9110 §6.5). Fallback: they are dropped.
    RESPONSE_TRAILERS("Trailer fields of the response (RFC 9110 §6.5).", "They are dropped."),
    /// [Request#onDisconnect] runs while the application works. Fallback: the next write fails.
    DISCONNECT_SIGNAL("Request.onDisconnect runs while the application works.", "The next write fails."),
    /// [Request#onShutdown] runs when the server begins to stop. Fallback: what still runs at the end of a stop is cut.
    SHUTDOWN_SIGNAL(
            "Request.onShutdown runs when the server begins to stop.", "What still runs at the end of a stop is cut."),
    /// [BodySink#flush] reaches the client before the body ends. Fallback: bytes may wait for the end.
    INCREMENTAL_FLUSH("BodySink.flush reaches the client before the body ends.", "Bytes may wait for the end."),
    /// [Request#rawPath] and [Request#rawQuery] are what the client sent. Fallback: they are re-encoded.
    RAW_TARGET("Request.rawPath and Request.rawQuery are what the client sent.", "They are re-encoded."),
    /// [Connection#tlsSession] is filled on a secure connection. Fallback: only [Request#isSecure].
    TLS_FACTS("Connection.tlsSession is filled on a secure connection.", "Only Request.isSecure tells."),
    /// The client may speak HTTP/2 to this handler. Fallback: it speaks HTTP/1.
    HTTP_2("The client may speak HTTP/2 to this handler.", "It speaks HTTP/1.");

    private final String text;
    private final String fallback;

    Capability(String text, String fallback) {
        this.text = text;
        this.fallback = fallback;
    }

    /// What a handler that declares the capability does, for the specification page and for reports.
    ///
    /// @return a sentence, with its full stop
    public String text() {
        return text;
    }

    /// What happens on a handler that does not declare it.
    ///
    /// @return a sentence, with its full stop
    public String fallback() {
        return fallback;
    }
}
