package wai.warp.server;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A descriptor kept for the moment when the process has no other. For one thread.
final class SpareDescriptor {
    private @Nullable Channel held;

    /// Gets one unless it is there.
    ///
    /// @return whether it is there
    boolean restock() {
        if (held == null) {
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
    boolean release() {
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
}
