package wai.warp.observe;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;
import wai.Request;

/// A request, from its first byte to the end of its exchange.
///
/// Short ones are not recorded unless the recording says so (`wai.Request#threshold=0 ms`): a server answers more of
/// them in a second than anybody wants to keep.
@Name("wai.Request")
@Label("Request")
@Category("WAI")
@Description("A request, from its first byte to the end of its exchange")
@StackTrace(false)
@Threshold("20 ms")
final class RequestEvent extends Event {
    /// To be asked whether the event is enabled, without making one.
    static final RequestEvent PROBE = new RequestEvent();

    @Label("Method")
    @Nullable
    String method;

    @Label("Path")
    @Description("As received, without the query, which may hold secrets")
    @Nullable
    String path;

    @Label("Remote Address")
    @Nullable
    String remoteAddress;

    @Label("Status")
    @Description("Of the response; 0 when none was begun")
    int status;

    @Label("Complete")
    @Description("Whether the whole response was handed over")
    boolean complete;

    @Label("Body Bytes")
    @Description("How many bytes of the response's body were handed over")
    @DataAmount
    long bodyBytes;

    @Label("Head Read")
    @Description("From the first byte of the request to the end of its head")
    @Timespan
    long headRead;

    @Label("Application")
    @Description("From the end of the head until the response was begun")
    @Timespan
    long application;

    @Label("Response")
    @Description("From the beginning of the response to its last byte; a streaming body runs in it")
    @Timespan
    long response;

    RequestEvent() {}

    /// The exchange is over.
    void ended(Request request, Observation seen) {
        end();
        if (shouldCommit()) {
            method = request.method();
            path = request.rawPath();
            remoteAddress = request.remoteAddress().toString();
            seen.fill(this);
            commit();
        }
    }
}
