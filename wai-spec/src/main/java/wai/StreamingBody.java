package wai;

/// A response body that is written piece by piece while it is sent.
@FunctionalInterface
public interface StreamingBody {
    /// Writes the whole body; the body ends when this call returns.
    ///
    /// Runs inside [Respond#with], on the same thread, at most once; never for HEAD nor for a status without a body.
    ///
    /// @param out where to write; valid during this call only
    /// @throws Exception anything; the handler then cuts the connection or resets the stream
    void writeTo(BodySink out) throws Exception;
}
