package wai.cgi.settings;

import java.time.Duration;
import java.util.Optional;
import wai.Request;
import wai.Status;

/// A request whose exchange is over, for the hook that keeps an access log.
///
/// @param request the request as it was read, before any middleware changed it; its body can no longer be read
/// @param status of the response that was begun; empty when there was none, because the client had gone
/// @param bodyBytes how many bytes of the response's body were handed to the web server: 0 for HEAD, for statuses
///     without content and for files that the web server sends itself, less than the length when the response was cut
/// @param times how long it took
/// @param ending whether the response was whole
public record Served(Request request, Optional<Status> status, long bodyBytes, Times times, Ending ending) {
    /// How long a request took, from the end of its variables.
    ///
    /// @param firstByte until bytes of the response went out
    /// @param lastByte until the last of them was handed to the system; until the end of the exchange when it was cut
    public record Times(Duration firstByte, Duration lastByte) {}

    /// How a response ended.
    public enum Ending {
        /// The whole response was handed over.
        COMPLETE,
        /// It was begun and could not be completed, or never begun: the client had gone, or the application failed.
        CUT
    }
}
