package wai.cgi.fastcgi;

/// The web server broke the protocol: where the next record begins, or what it means, is not known any more, and the
/// connection is of no use.
///
/// Costs no stack trace: it says what the peer did, and where in our code that was found helps nobody.
public final class FastCgiFault extends Exception {
    private static final long serialVersionUID = 1;

    /// What was wrong.
    private final Kind kind;

    FastCgiFault(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /// What was wrong.
    ///
    /// @return the kind
    public Kind kind() {
        return kind;
    }

    /// What can be wrong with records.
    public enum Kind {
        /// The version of a record is not 1 (FastCGI 1.0 §3.3): most often the peer does not speak FastCGI.
        BAD_VERSION,
        /// The content of a record has another length than its type asks for (§5.1, §5.4).
        BAD_LENGTH,
        /// A record of a request has the null id, or a management record has another one (§3.3).
        BAD_REQUEST_ID,
        /// A request begins whose id is active (§3.3).
        DUPLICATE_BEGIN,
        /// A stream goes on after its end, or begins before the one that must come first (§6.2).
        OUT_OF_ORDER,
        /// Only applications send records of this type (§8).
        WRONG_DIRECTION,
        /// A request has a record of a type that version 1 does not know (§8).
        UNKNOWN_RECORD,
        /// The names that are asked for are not name-value pairs (§3.4).
        BAD_VALUES,
        /// The connection ended inside a record.
        TRUNCATED
    }
}
