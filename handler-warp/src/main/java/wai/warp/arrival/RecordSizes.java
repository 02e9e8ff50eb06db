package wai.warp.arrival;

/// How large the next record is to be: small ones first, so that the peer can use what has come, later large ones,
/// which cost less.
///
/// A record can be used only when all of it has come. At the begin of a connection, or after a pause, TCP sends some
/// 14 KiB and waits for an answer; a record that goes beyond needs a round trip more. What fits into one such step is
/// one record all the same. Each answer begins anew, since the peer has then spoken.
final class RecordSizes {
    /// The largest record (RFC 8446 §5.1).
    static final int LARGEST = 16 * 1024;
    /// A whole answer up to this size is one record.
    static final int ONE = 12 * 1024;
    /// The first records of a larger one.
    static final int FIRST = 4 * 1024;
    /// How many bytes go out in such.
    static final int BEGIN = 64 * 1024;

    /// Since the peer spoke. Read and written by both sides without a lock: nothing but a size depends on it.
    private volatile int sent;

    /// The size of the next record.
    ///
    /// @param waiting how many bytes there are
    int next(int waiting) {
        if (waiting <= ONE) {
            return waiting;
        }
        return Math.min(waiting, sent < BEGIN ? FIRST : LARGEST);
    }

    /// A record went out.
    void sent(int bytes) {
        int before = sent;
        if (before < BEGIN) {
            sent = before + bytes;
        }
    }

    /// The peer sent something.
    void peerSpoke() {
        if (sent != 0) {
            sent = 0;
        }
    }
}
