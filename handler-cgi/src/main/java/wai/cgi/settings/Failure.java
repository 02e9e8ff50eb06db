package wai.cgi.settings;

import java.util.Optional;
import wai.Request;
import wai.spi.Exchange.Progress;

/// Something that went wrong, for the hook that reports it.
///
/// @param phase where it went wrong
/// @param cause what was thrown; a time-out of the web server is a [wai.ClientTimeoutException]
/// @param request the request, when it was known by then
/// @param progress how far its response came
public record Failure(Phase phase, Throwable cause, Optional<Request> request, Progress progress) {
    /// Where something went wrong.
    public enum Phase {
        /// While the request was read: what the web server sent is no request, or came too slowly.
        REQUEST,
        /// In the application, or in a streaming body.
        APPLICATION,
        /// The application broke the contract; the cause is a `ContractViolation`.
        CONTRACT,
        /// While the response was sent: the web server, or the client behind it, is gone or too slow.
        RESPONSE,
        /// In the handler itself: accepting, a hook.
        SERVER,
        /// A connection was refused because as many are open as may be.
        OVERLOAD
    }

    /// What failed, for a line in a log.
    String summary() {
        var what = request.map(Object::toString).orElse("no request");
        return phase + " failed (" + what + ", response " + progress + ")";
    }
}
