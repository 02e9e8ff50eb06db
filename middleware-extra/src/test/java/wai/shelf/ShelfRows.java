package wai.shelf;

import static wai.shelf.ShelfRow.row;

import java.util.ArrayList;
import java.util.List;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.middleware.AcceptOverride;
import wai.middleware.AddHeaders;
import wai.middleware.Autohead;
import wai.middleware.BufferBody;
import wai.middleware.CombineHeaders;
import wai.middleware.HealthCheck;
import wai.middleware.MethodOverride;
import wai.middleware.Offload;
import wai.middleware.RequestSizeLimit;
import wai.middleware.StreamFile;
import wai.middleware.StripHeaders;
import wai.routing.Approot;
import wai.routing.CleanPath;
import wai.routing.ForceDomain;
import wai.routing.ForceSsl;
import wai.routing.Rewrite;
import wai.routing.Select;
import wai.routing.UrlMap;
import wai.routing.VirtualHost;
import wai.test.TestRequest;

/// The middlewares of the shelf, each with what is set on it; [ShelfTest] finds out when one is missing.
final class ShelfRows {
    private static final Headers MARK = Headers.of(HeaderName.of("Mark"), "1");

    private ShelfRows() {}

    static List<ShelfRow> all() {
        var rows = new ArrayList<ShelfRow>();
        rows.addAll(everyday());
        rows.addAll(routing());
        return rows;
    }

    private static List<ShelfRow> everyday() {
        return List.of(
                row("AcceptOverride", AcceptOverride.byQuery()),
                row("AddHeaders.of", AddHeaders.of(MARK)),
                row("AddHeaders.unlessSet", AddHeaders.unlessSet(MARK)),
                row("Autohead", Autohead.asGet()),
                row("BufferBody", BufferBody.upTo(1000)),
                row("CombineHeaders.ofRequests", CombineHeaders.ofRequests()),
                row("CombineHeaders.ofResponses", CombineHeaders.ofResponses()),
                row("HealthCheck", HealthCheck.at("/healthz")),
                row("MethodOverride.byHeader", MethodOverride.byHeader()),
                row("MethodOverride.byQuery", MethodOverride.byQuery()),
                row("MethodOverride.byForm", MethodOverride.byForm()),
                row("Offload", Offload.onThreads(2)),
                row("RequestSizeLimit", RequestSizeLimit.of(1000)),
                row("StreamFile", StreamFile.always()),
                row("StripHeaders.fromResponses", StripHeaders.fromResponses(HeaderName.SERVER)),
                row("StripHeaders.fromRequests", StripHeaders.fromRequests(HeaderName.COOKIE)));
    }

    private static List<ShelfRow> routing() {
        return List.of(
                row("Approot", Approot.fixed("http://a.example")),
                row("CleanPath", CleanPath.redirecting()),
                row("ForceDomain", ForceDomain.to("localhost")),
                row("ForceSsl", ForceSsl.redirecting()).asking(TestRequest::secure),
                row("Rewrite", Rewrite.prefix("/a", "/x")),
                row("Select", Select.when(_ -> true, Middleware.onRequest(request -> request))),
                row("UrlMap", application -> UrlMap.of("/a", application)),
                row("VirtualHost", application -> VirtualHost.of("localhost", application)));
    }
}
