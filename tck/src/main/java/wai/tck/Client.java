package wai.tck;

import java.io.IOException;

/// Sends requests to the application under test, one exchange per call.
@FunctionalInterface
public interface Client {
    /// Begins an exchange. The head of the request reaches the application at the latest when [ClientCall#nextHead] is
    /// called or [ClientCall#body] is flushed.
    ///
    /// The client adds what its protocol needs (`Host`, `Content-Length`, `Transfer-Encoding`) and nothing else.
    ///
    /// @param request what to send
    /// @return the exchange
    /// @throws IOException when the application cannot be reached
    ClientCall send(ClientRequest request) throws IOException;
}
