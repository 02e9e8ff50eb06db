package wai.shelf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static wai.shelf.ShelfRow.row;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.compression.CompressedFiles;
import wai.compression.Compression;
import wai.compression.Decompression;
import wai.forwarded.RealIp;
import wai.forwarded.TrustedProxies;
import wai.limits.ConcurrencyLimit;
import wai.limits.Deadline;
import wai.limits.RateLimit;
import wai.limits.Timeout;
import wai.logging.LogFormat;
import wai.logging.RequestLogger;
import wai.middleware.AcceptOverride;
import wai.middleware.AddHeaders;
import wai.middleware.Autohead;
import wai.middleware.BufferBody;
import wai.middleware.CacheControl;
import wai.middleware.CombineHeaders;
import wai.middleware.ConditionalGet;
import wai.middleware.ErrorPages;
import wai.middleware.HealthCheck;
import wai.middleware.Jsonp;
import wai.middleware.MethodOverride;
import wai.middleware.Offload;
import wai.middleware.RequestId;
import wai.middleware.RequestSizeLimit;
import wai.middleware.StreamFile;
import wai.middleware.StripHeaders;
import wai.routing.Approot;
import wai.routing.CleanPath;
import wai.routing.ForceDomain;
import wai.routing.ForceSsl;
import wai.routing.Rewrite;
import wai.routing.RouteName;
import wai.routing.Select;
import wai.routing.UrlMap;
import wai.routing.VirtualHost;
import wai.security.BasicAuth;
import wai.security.BearerAuth;
import wai.security.Cors;
import wai.security.Csrf;
import wai.security.LocalOnly;
import wai.security.SecurityHeaders;
import wai.session.Sessions;
import wai.test.TestRequest;
import wai.test.TestResponse;

/// The middlewares of the shelf, each with what is set on it; [ShelfTest] finds out when one is missing.
final class ShelfRows {
    private static final Headers MARK = Headers.of(HeaderName.of("Mark"), "1");

    private ShelfRows() {}

    static List<ShelfRow> all() {
        var rows = new ArrayList<ShelfRow>();
        rows.addAll(everyday());
        rows.addAll(routing());
        rows.addAll(security());
        rows.addAll(limits());
        rows.addAll(compressionAndSessions());
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
                row("RouteName", RouteName.of("/a/{b}")),
                row("Rewrite", Rewrite.prefix("/a", "/x")),
                row("Select", Select.when(_ -> true, Middleware.onRequest(request -> request))),
                row("UrlMap", application -> UrlMap.of("/a", application)),
                row("VirtualHost", application -> VirtualHost.of("localhost", application)));
    }

    private static List<ShelfRow> security() {
        var proxies = TrustedProxies.onThisMachine();
        var local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711);
        return List.of(
                row("BasicAuth", BasicAuth.ofUsers("shelf", Map.of("a", "b")))
                        .asking(request -> request.header("Authorization", "Basic YTpi")),
                row("BearerAuth", BearerAuth.ofTokens("shelf", List.of("abc")))
                        .asking(request -> request.header("Authorization", "Bearer abc")),
                row("Cors.forAnyOrigin", Cors.forAnyOrigin()),
                row("Cors.forOrigins", Cors.forOrigins("https://a.example").withCredentials())
                        .asking(request -> request.header("Origin", "https://a.example")),
                row("Csrf", Csrf.refusingOtherSites()),
                row("LocalOnly", LocalOnly.orNotFound()).asking(request -> request.remoteAddress(local)),
                row("RealIp.byForwarded", RealIp.byForwarded(proxies))
                        .asking(request -> request.remoteAddress(local).header("Forwarded", "for=192.0.2.1")),
                row("RealIp.byXForwarded", RealIp.byXForwarded(proxies))
                        .asking(request -> request.remoteAddress(local).header("X-Forwarded-For", "192.0.2.1")),
                row("SecurityHeaders", SecurityHeaders.defaults()),
                row("SecurityHeaders with a nonce", SecurityHeaders.defaults().withContentSecurityPolicy("{nonce}")));
    }

    private static List<ShelfRow> limits() {
        return List.of(
                row("ConditionalGet", ConditionalGet.byValidators()),
                row("ConditionalGet.taggingUpTo", ConditionalGet.taggingUpTo(10)),
                row("ErrorPages.problemJson", ErrorPages.problemJson().reportingTo((_, _) -> {}))
                        .answeringFailures(),
                row("ErrorPages.development", ErrorPages.development().reportingTo((_, _) -> {}))
                        .answeringFailures(),
                row("Jsonp", Jsonp.byCallback()),
                row("CacheControl", CacheControl.forAll(Duration.ofHours(1))),
                row("CacheControl.never", CacheControl.never()),
                row("ConcurrencyLimit", ConcurrencyLimit.of(1).withQueue(1, Duration.ofMinutes(1))),
                row("RateLimit", RateLimit.of(1_000_000, Duration.ofMinutes(1))),
                row("RequestId.fresh", RequestId.fresh()),
                row("RequestId.accepting", RequestId.accepting()),
                row("RequestLogger", RequestLogger.lines(LogFormat.jsonWithHeaders(), _ -> {})),
                row("RequestLogger.development", RequestLogger.development(_ -> {})),
                row("Deadline", Deadline.after(Duration.ofMinutes(1))),
                row("Timeout", Timeout.after(Duration.ofMinutes(1))));
    }

    private static List<ShelfRow> compressionAndSessions() {
        return List.of(
                row("Compression.gzip", Compression.gzip())
                        .asking(request -> request.header("Accept-Encoding", "gzip"))
                        .decoding(ShelfRows::unzipped),
                row("Compression of files", Compression.gzip().then(StreamFile.always()))
                        .asking(request -> request.header("Accept-Encoding", "gzip"))
                        .decoding(ShelfRows::unzipped),
                row("Compression.withFiles", Compression.gzip().withFiles(copies()))
                        .asking(request -> request.header("Accept-Encoding", "gzip"))
                        .decoding(ShelfRows::unzipped),
                row("Compression not wanted", Compression.gzip()),
                row("Decompression", Decompression.upTo(1000)),
                row("Sessions.inCookie", Sessions.inCookie(new byte[32])),
                row("Sessions.inMemory", Sessions.inMemory()));
    }

    private static CompressedFiles copies() {
        try {
            var folder = Files.createTempDirectory("wai-shelf");
            folder.toFile().deleteOnExit();
            return CompressedFiles.in(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unzipped(TestResponse response) {
        boolean zipped = response.header("Content-Encoding").isPresent()
                && response.bytes().length() > 0;
        try {
            return zipped
                    ? new String(
                            new GZIPInputStream(new ByteArrayInputStream(
                                            response.bytes().toByteArray()))
                                    .readAllBytes(),
                            UTF_8)
                    : response.text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
