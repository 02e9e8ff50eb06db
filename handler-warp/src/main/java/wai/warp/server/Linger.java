package wai.warp.server;

import java.io.IOException;
import wai.transport.Transport;
import wai.warp.observe.Count;
import wai.warp.observe.Tally;
import wai.warp.settings.Timeouts.Kind;

/// Waits for a client to close after our last word: closing at once would reset the connection when the client goes on
/// sending, and the client would not read our answer (RFC 9112 §9.6).
final class Linger {
    /// What a client may go on sending at most.
    private static final int MOST_BYTES = 256 * 1024;

    private Linger() {}

    /// Throws away what the client goes on sending, until it closes, up to the `linger` time-out.
    ///
    /// @param deadline where the sweeper looks for this connection
    /// @param tally counts what comes
    static void run(Transport transport, ServerState server, Deadline deadline, Tally tally) {
        long limit = Deadline.nanos(server.settings().timeouts().linger());
        long end = server.ticker().nanos() + limit;
        var sink = server.inputs().take();
        try {
            for (int left = MOST_BYTES; left > 0; ) {
                long now = server.ticker().nanos();
                deadline.start(now, limit >= Deadline.LONGEST ? Deadline.LONGEST : end - now, Kind.LINGER);
                int count = transport.read(sink.clear());
                if (count < 0) {
                    return;
                }
                left -= count;
                tally.add(Count.BYTES_READ, count);
            }
        } catch (IOException _) {
            // it had its time, or left
        } finally {
            deadline.clear();
            server.inputs().give(sink);
        }
    }
}
