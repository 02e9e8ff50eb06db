package wai.cgi;

import java.util.EnumMap;
import java.util.Map;
import wai.cgi.gateway.CallTally;
import wai.cgi.server.LinkTally;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Timeouts;

/// What a server has done since it was started, and what it was doing when it was asked ([CgiServer#counters]).
///
/// Immutable. Connections are those of web servers, and bytes are those of the protocol that is spoken with them.
public final class ServerCounters {
    private final long openConnections;
    private final long acceptedConnections;
    private final long refusedConnections;
    private final long requestsInFlight;
    private final long requests;
    private final long[] responses = new long[6];
    private final long bytesRead;
    private final long bytesWritten;
    private final long disconnects;
    private final Map<Timeouts.Kind, Long> timeouts = new EnumMap<>(Timeouts.Kind.class);
    private final Map<Failure.Phase, Long> failures = new EnumMap<>(Failure.Phase.class);

    ServerCounters(int open, LinkTally links, CallTally calls) {
        openConnections = open;
        acceptedConnections = links.accepted();
        refusedConnections = links.refused();
        bytesRead = links.bytesRead();
        bytesWritten = links.bytesWritten();
        long ended = calls.ended(); // first: what ends meanwhile is in flight, and never less than nothing
        requests = calls.requests();
        requestsInFlight = requests - ended;
        disconnects = calls.disconnects();
        for (int hundreds = 2; hundreds <= 5; hundreds++) {
            responses[hundreds] = calls.responses(hundreds);
        }
        for (var kind : Timeouts.Kind.values()) {
            timeouts.put(kind, links.timeouts(kind));
        }
        for (var phase : Failure.Phase.values()) {
            failures.put(phase, calls.failures(phase));
        }
    }

    // ------------------------------------------------------------------------------------------ connections

    /// How many connections are open.
    ///
    /// @return a number that goes up and down
    public long openConnections() {
        return openConnections;
    }

    /// How many connections were let in, the open ones included.
    ///
    /// @return a number that only grows
    public long acceptedConnections() {
        return acceptedConnections;
    }

    /// How many connections were closed because as many as allowed were open
    /// ([wai.cgi.settings.ServerSettings#connections]).
    ///
    /// @return a number that only grows
    public long refusedConnections() {
        return refusedConnections;
    }

    // ------------------------------------------------------------------------------------------ requests

    /// How many requests are with the application, or their response on its way.
    ///
    /// @return a number that goes up and down
    public long requestsInFlight() {
        return requestsInFlight;
    }

    /// How many requests were handed to the application.
    ///
    /// @return a number that only grows
    public long requests() {
        return requests;
    }

    /// How many responses were begun, by the application or for it; those to what was no request included.
    ///
    /// @return a number that only grows: the sum over all classes
    public long responses() {
        long sum = 0;
        for (long each : responses) {
            sum += each;
        }
        return sum;
    }

    /// How many responses of a class were begun (RFC 9110 §15).
    ///
    /// @param hundreds 2 to 5: the first digit of the status; no gateway protocol has others
    /// @return a number that only grows
    /// @throws IllegalArgumentException when it is another digit
    public long responses(int hundreds) {
        if (hundreds < 2 || hundreds > 5) {
            throw new IllegalArgumentException("class of status " + hundreds + ": expected 2 to 5");
        }
        return responses[hundreds];
    }

    // ------------------------------------------------------------------------------------------ bytes

    /// How many bytes were read from web servers.
    ///
    /// @return a number that only grows
    public long bytesRead() {
        return bytesRead;
    }

    /// How many bytes were written to web servers.
    ///
    /// @return a number that only grows
    public long bytesWritten() {
        return bytesWritten;
    }

    // ------------------------------------------------------------------------------------------ what went wrong

    /// How many requests lost their client before they were answered: it left, or was too slow.
    ///
    /// @return a number that only grows
    public long disconnects() {
        return disconnects;
    }

    /// How many waits for web servers took too long and were ended.
    ///
    /// @param kind which time-out
    /// @return a number that only grows
    public long timeouts(Timeouts.Kind kind) {
        return timeouts.getOrDefault(kind, 0L);
    }

    /// How many failures were told to the hook ([wai.cgi.settings.Hooks#onFailure]); those of phase `CONTRACT` are
    /// contract violations.
    ///
    /// @param phase where it failed
    /// @return a number that only grows
    public long failures(Failure.Phase phase) {
        return failures.getOrDefault(phase, 0L);
    }

    /// The most asked for, in one line.
    @Override
    public String toString() {
        return "connections open " + openConnections + ", accepted " + acceptedConnections + ", refused "
                + refusedConnections + "; requests in flight " + requestsInFlight + ", begun " + requests
                + ", responses " + responses() + "; bytes read " + bytesRead + ", written " + bytesWritten;
    }
}
