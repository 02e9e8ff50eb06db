package wai.warp.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// A wait for a client that took too long was ended.
@Name("wai.DeadlineFired")
@Label("Deadline Fired")
@Category("WAI")
@Description("A wait for a client took too long and was ended")
@StackTrace(false)
final class DeadlineFiredEvent extends Event {
    @Label("Kind")
    @Description("The time-out: HEADER, BODY, WRITE, IDLE or LINGER")
    @Nullable
    String kind;

    @Label("Remote Address")
    @Nullable
    String remoteAddress;

    @Label("Method")
    @Description("Of the running request; null when there is none")
    @Nullable
    String method;

    @Label("Path")
    @Nullable
    String path;
}
