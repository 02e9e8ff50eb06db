package wai;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;

/// The byte stream of a raw response, both directions.
///
/// One thread may read while another writes.
public interface RawConnection {
    /// The bytes from the client, beginning with what came behind the head of the request. Ends when the client
    /// closes its direction.
    ///
    /// @return the same stream at every call; reads block
    InputStream input();

    /// The bytes to the client. Writes may be buffered until [OutputStream#flush()], and block while the client is
    /// slow to read; `close()` is [#closeOutput()].
    ///
    /// @return the same stream at every call
    OutputStream output();

    /// Ends our direction and leaves the other open (half-close); what was written is flushed first.
    ///
    /// Calls after the first do nothing.
    ///
    /// @throws IOException when the client is gone
    void closeOutput() throws IOException;

    /// The address of the socket's other end.
    ///
    /// @return the address
    SocketAddress remoteAddress();

    /// Has `action` run once when the server begins to shut down, at once when it already has.
    ///
    /// So that a protocol can say goodbye (a WebSocket closes with 1001) instead of being cut when the grace period
    /// ends.
    ///
    /// @param action runs on another thread and should not block for long; what it throws is reported to the
    ///     handler's exception hook
    void onShutdown(Runnable action);
}
