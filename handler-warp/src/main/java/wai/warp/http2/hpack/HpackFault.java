package wai.warp.http2.hpack;

/// A field block that cannot be decoded: both ends no longer agree on the dynamic table, so that the whole connection
/// is of no use any more (RFC 9113 §4.3).
///
/// Costs no stack trace: it says what the peer did.
public final class HpackFault extends Exception {
    private static final long serialVersionUID = 1;

    HpackFault(String message) {
        super(message, null, false, false);
    }
}
