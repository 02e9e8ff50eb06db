package wai.warp;

import wai.warp.observe.Count;
import wai.warp.observe.Totals;
import wai.warp.settings.Failure;
import wai.warp.settings.Http2;
import wai.warp.settings.Timeouts;

/// What a server has done since it was started, and what it was doing when it was asked ([WarpServer#counters]).
///
/// Immutable. Counted are bytes, requests and responses as they are on the wire: an answer to bytes that were no
/// request is a response, too.
public final class ServerCounters {
    private final Totals.Snapshot totals;

    ServerCounters(Totals.Snapshot totals) {
        this.totals = totals;
    }

    // ------------------------------------------------------------------------------------------ connections

    /// How many connections are open, the raw ones included.
    ///
    /// @return a number that goes up and down
    public long openConnections() {
        return totals.open();
    }

    /// How many connections are raw: owned by an application, until both are done.
    ///
    /// @return a number that goes up and down
    public long rawConnections() {
        return totals.raw();
    }

    /// How many connections were let in, the open ones included.
    ///
    /// @return a number that only grows
    public long acceptedConnections() {
        return totals.accepted();
    }

    /// How many connections got a 503 because as many as allowed were open
    /// ([wai.warp.settings.Limits#connections]).
    ///
    /// @return a number that only grows
    public long refusedConnections() {
        return totals.refused();
    }

    // ------------------------------------------------------------------------------------------ requests

    /// How many requests are with the application, or their response on its way; those that became raw connections
    /// not included.
    ///
    /// @return a number that goes up and down
    public long requestsInFlight() {
        return totals.inFlight();
    }

    /// How many requests were handed to the application.
    ///
    /// @return a number that only grows
    public long requests() {
        return totals.get(Count.REQUESTS);
    }

    /// How many final responses were begun, by the application or for it; refusals of connections not included.
    ///
    /// @return a number that only grows: the sum over all classes
    public long responses() {
        long sum = 0;
        for (int hundreds = 1; hundreds <= 5; hundreds++) {
            sum += responses(hundreds);
        }
        return sum;
    }

    /// How many final responses of a class were begun (RFC 9110 §15).
    ///
    /// @param hundreds 1 to 5: the first digit of the status; 1 is 101, as other informational responses are not final
    /// @return a number that only grows
    /// @throws IllegalArgumentException when it is another digit
    public long responses(int hundreds) {
        return totals.get(
                switch (hundreds) {
                    case 1 -> Count.SWITCHING;
                    case 2 -> Count.SUCCESSFUL;
                    case 3 -> Count.REDIRECTION;
                    case 4 -> Count.CLIENT_ERROR;
                    case 5 -> Count.SERVER_ERROR;
                    default -> throw new IllegalArgumentException("class of status " + hundreds + ": expected 1 to 5");
                });
    }

    // ------------------------------------------------------------------------------------------ bytes

    /// How many bytes were read from clients, on raw connections too.
    ///
    /// @return a number that only grows
    public long bytesRead() {
        return totals.get(Count.BYTES_READ);
    }

    /// How many bytes were written to clients, on raw connections too.
    ///
    /// @return a number that only grows
    public long bytesWritten() {
        return totals.get(Count.BYTES_WRITTEN);
    }

    // ------------------------------------------------------------------------------------------ what went wrong

    /// How many requests lost their client before they were answered: it left, broke the framing of its body, or was
    /// too slow.
    ///
    /// @return a number that only grows
    public long disconnects() {
        return totals.get(Count.DISCONNECTS);
    }

    /// How many waits for clients took too long and were ended.
    ///
    /// @param kind which time-out
    /// @return a number that only grows
    public long timeouts(Timeouts.Kind kind) {
        return totals.timeouts(kind);
    }

    /// How many failures were told to the hook ([wai.warp.settings.Hooks#onFailure]); those of phase `CONTRACT` are
    /// contract violations.
    ///
    /// @param phase where it failed
    /// @return a number that only grows
    public long failures(Failure.Phase phase) {
        return totals.failures(phase);
    }

    /// How often clients went past a limit of HTTP/2; each time a connection ended by it, or a stream was refused.
    ///
    /// @param limit which limit
    /// @return a number that only grows
    public long exceeded(Http2.Limit limit) {
        return totals.exceeded(limit);
    }

    /// The most asked for, in one line.
    @Override
    public String toString() {
        return "connections open " + openConnections() + " (raw " + rawConnections() + "), accepted "
                + acceptedConnections() + ", refused " + refusedConnections() + "; requests in flight "
                + requestsInFlight() + ", begun " + requests() + ", responses " + responses() + "; bytes read "
                + bytesRead() + ", written " + bytesWritten();
    }
}
