package wai.warp.server;

import java.io.IOException;
import wai.ClientTimeoutException;
import wai.transport.DeadlineException;
import wai.warp.arrival.Arrival;
import wai.warp.settings.Timeouts.Kind;

/// Lets a connection in: what comes before HTTP, all of it within one time-out, counted from the begin.
final class Greeting {
    private final Arrival arrival;
    private final ServerState server;
    private final Deadline deadline;
    private final long limit;
    private final long end;

    /// @param deadline where the sweeper looks for this connection
    Greeting(Arrival arrival, ServerState server, Deadline deadline) {
        this.arrival = arrival;
        this.server = server;
        this.deadline = deadline;
        this.limit = Deadline.nanos(server.settings().timeouts().handshake());
        this.end = server.ticker().nanos() + limit;
    }

    /// Finds out who the client is.
    ///
    /// @throws ClientTimeoutException when that took too long
    /// @throws IOException when the peer is not to be served
    void identify() throws IOException {
        inTime(arrival::identify);
    }

    /// Makes the connection secure.
    ///
    /// @return whether HTTP begins; false when the client left without a byte
    /// @throws ClientTimeoutException when that took too long
    /// @throws IOException when the client is not to be served
    boolean secure() throws IOException {
        var begins = new boolean[1];
        inTime(() -> begins[0] = arrival.secure());
        return begins[0];
    }

    private void inTime(Step step) throws IOException {
        long now = server.ticker().nanos();
        deadline.start(now, limit >= Deadline.LONGEST ? Deadline.LONGEST : end - now, Kind.HANDSHAKE);
        boolean passed;
        try {
            step.run();
        } catch (DeadlineException late) {
            throw tooSlow(late);
        } finally {
            passed = deadline.clear();
        }
        if (passed) { // in the very moment: the transport is of no use any more
            throw tooSlow(new DeadlineException());
        }
    }

    private static ClientTimeoutException tooSlow(DeadlineException late) {
        return new ClientTimeoutException("the peer took too long for what comes before HTTP", late);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
