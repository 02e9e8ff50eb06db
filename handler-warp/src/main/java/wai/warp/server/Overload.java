package wai.warp.server;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import wai.warp.settings.Failure;

/// Tells the hook of something that comes in rows of thousands: of the first at once, then every ten seconds at most,
/// with their number. So overload is no reason for more load.
final class Overload {
    private static final long PAUSE_NANOS = 10_000_000_000L;

    private final ServerState server;
    private boolean told;
    private long toldAt;
    private long untold;

    Overload(ServerState server) {
        this.server = server;
    }

    /// It happened once more.
    ///
    /// @param what happened, for people
    /// @param cause what was thrown, if anything was
    void tell(String what, @Nullable Throwable cause, SocketAddress peer) {
        long number = countOrTell();
        if (number > 0) {
            var seen = cause == null ? "" : ": " + cause;
            var told = new IOException(what + " (" + number + " since the last report)" + seen, cause);
            server.tell(Failure.Phase.OVERLOAD, told, peer);
        }
    }

    /// @return how many are to be told now; 0 for none
    private synchronized long countOrTell() {
        long now = server.ticker().nanos();
        untold++;
        if (told && now - toldAt < PAUSE_NANOS) {
            return 0;
        }
        told = true;
        toldAt = now;
        long number = untold;
        untold = 0;
        return number;
    }
}
