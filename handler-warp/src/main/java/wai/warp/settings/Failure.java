package wai.warp.settings;

import java.net.SocketAddress;
import java.util.Optional;
import wai.Request;
import wai.spi.Exchange.Progress;

/// Something that went wrong on a connection, for the hook that reports it.
///
/// @param phase where it went wrong
/// @param cause what was thrown; a time-out of the client is a [wai.ClientTimeoutException]
/// @param request the request, when it was known by then
/// @param progress how far its response came
/// @param peer the other end of the connection; where the server listens when there is none
public record Failure(Phase phase, Throwable cause, Optional<Request> request, Progress progress, SocketAddress peer) {
    /// Where something went wrong.
    public enum Phase {
        /// Before the first byte of HTTP, in the PROXY header or the TLS handshake: the peer broke the protocol, was
        /// not let in, or was too slow.
        HANDSHAKE,
        /// While the request was read: the client broke the protocol or was too slow.
        REQUEST,
        /// In the application, or in a streaming body.
        APPLICATION,
        /// The application broke the contract; the cause is a `ContractViolation`.
        CONTRACT,
        /// While the response was sent: the client is gone or too slow.
        RESPONSE,
        /// In the server itself: polling, a hook.
        SERVER,
        /// A connection was refused because as many are open as may be, or could not be accepted, mostly because the
        /// process has no descriptor left. Told at the first of a row, then at most every ten seconds.
        OVERLOAD
    }
}
