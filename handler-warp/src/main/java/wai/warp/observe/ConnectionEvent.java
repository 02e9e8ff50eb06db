package wai.warp.observe;

import java.net.SocketAddress;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// A connection, from its acceptance to its end. Recorded when it ends, if the recording had begun before it.
@Name("wai.Connection")
@Label("Connection")
@Category("WAI")
@Description("A connection of a client, from its acceptance to its end")
@StackTrace(false)
public final class ConnectionEvent extends Event {
    /// To be asked whether the event is enabled, without making one.
    static final ConnectionEvent PROBE = new ConnectionEvent();

    @Label("Remote Address")
    @Nullable
    String remoteAddress;

    @Label("Requests")
    @Description("How many requests were read")
    long requests;

    @Label("Bytes Read")
    @DataAmount
    long bytesRead;

    @Label("Bytes Written")
    @DataAmount
    long bytesWritten;

    @Label("Raw")
    @Description("Whether an application took the connection over")
    boolean raw;

    ConnectionEvent() {}

    /// The connection has ended.
    ///
    /// @param peer the client
    /// @param isRaw whether it had become raw
    /// @param tally what it did
    public void ended(SocketAddress peer, boolean isRaw, Tally tally) {
        end();
        if (shouldCommit()) {
            remoteAddress = peer.toString();
            raw = isRaw;
            requests = tally.get(Count.REQUESTS);
            bytesRead = tally.get(Count.BYTES_READ);
            bytesWritten = tally.get(Count.BYTES_WRITTEN);
            commit();
        }
    }
}
