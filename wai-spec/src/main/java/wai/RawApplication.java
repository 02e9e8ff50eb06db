package wai;

/// What owns the byte stream after the head of a raw response: a WebSocket, a tunnel, a protocol of its own.
@FunctionalInterface
public interface RawApplication {
    /// Talks to the client until done; the connection (or stream) is closed when this call returns.
    ///
    /// Runs inside [Respond#with], on the same thread. No deadline of the handler applies any more.
    ///
    /// @param connection both directions; valid during this call only
    /// @throws Exception anything; the connection is then cut
    void run(RawConnection connection) throws Exception;
}
