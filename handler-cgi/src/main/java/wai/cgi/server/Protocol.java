package wai.cgi.server;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import wai.Capability;

/// What a server speaks with the web servers that connect.
@FunctionalInterface
public interface Protocol {
    /// What requests can do that come by any of these protocols.
    Set<Capability> CAPABILITIES = Set.copyOf(EnumSet.of(
            Capability.DISCONNECT_SIGNAL,
            Capability.SHUTDOWN_SIGNAL,
            Capability.INCREMENTAL_FLUSH,
            Capability.RAW_TARGET));

    /// Serves a connection, from its first request to its last, on a virtual thread of its own. The connection is
    /// closed afterwards.
    ///
    /// @param link the connection
    /// @throws IOException when the connection fails; what else can be told of it was told already
    void serve(Link link) throws IOException;

    /// Tells applications that the server begins to stop.
    default void announceStop() {}
}
