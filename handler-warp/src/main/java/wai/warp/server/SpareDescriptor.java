package wai.warp.server;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A descriptor kept for the moment when the process has no other.
final class SpareDescriptor {
    private @Nullable Channel held;
    private boolean ended;

    /// Gets one unless it is there.
    ///
    /// @return whether it is there, or is needed no more
    synchronized boolean restock() {
        if (held == null && !ended) {
            try {
                held = SocketChannel.open(); // never connected
            } catch (IOException _) {
                return false; // none to be had: that is what the caller asks
            }
        }
        return true;
    }

    /// Gives it up.
    ///
    /// @return whether there was one
    synchronized boolean release() {
        var given = held;
        if (given == null) {
            return false;
        }
        held = null;
        try {
            given.close();
        } catch (IOException _) {
            // it was never connected: closing it has nothing to do that could fail
        }
        return true;
    }

    /// Gives it up for good: nobody accepts any more.
    synchronized void end() {
        ended = true;
        release();
    }
}
