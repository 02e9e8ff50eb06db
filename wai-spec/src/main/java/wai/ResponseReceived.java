package wai;

/// Proof that a response was handed over: what [Respond#with] returns and [Application#handle] must return.
///
/// It carries no data and has no public constructor. Every exchange has a token of its own and compares it by
/// identity, so a token that was kept from another exchange is refused as well.
public final class ResponseReceived {
    private ResponseReceived() {}

    /// Where a token comes from: one source, one exchange, one token.
    ///
    /// Only `wai.spi.Exchange` extends this class. Extending it elsewhere gains nothing: the token of one source is
    /// refused by every other.
    public abstract static class Source {
        private final ResponseReceived token = new ResponseReceived();

        /// For the exchange kernel.
        protected Source() {}

        /// The token of this exchange, always the same object.
        ///
        /// @return the token
        protected final ResponseReceived token() {
            return token;
        }
    }
}
