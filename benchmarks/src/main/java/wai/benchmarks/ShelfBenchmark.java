package wai.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
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
import wai.middleware.RequestId;
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
import wai.security.BasicAuth;
import wai.security.BearerAuth;
import wai.security.Cors;
import wai.security.Csrf;
import wai.security.LocalOnly;
import wai.security.SecurityHeaders;
import wai.session.Sessions;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.ScopedSink;

/// What each middleware of the shelf costs in time and bytes: the request of a browser, answered with a small page,
/// through a kernel that sends nowhere. The cost is the difference to `none`. Run it with `-prof gc`;
/// docs/middleware.md has the numbers.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ShelfBenchmark {
    private static final Headers PAGE = Headers.of(HeaderName.CONTENT_TYPE, "text/html; charset=utf-8");
    private static final Bytes SMALL = Bytes.utf8("<p>Hello, world!".repeat(20));

    /// The middleware, by the name it has on the page; `none` for the application alone.
    @Param({
        "none",
        "AcceptOverride",
        "AddHeaders",
        "Autohead",
        "BufferBody",
        "CacheControl",
        "CombineHeaders",
        "ConditionalGet",
        "ErrorPages",
        "HealthCheck",
        "Jsonp",
        "MethodOverride",
        "RequestId",
        "RequestSizeLimit",
        "StreamFile",
        "StripHeaders",
        "Approot",
        "CleanPath",
        "ForceDomain",
        "ForceSsl",
        "Rewrite",
        "Select",
        "UrlMap",
        "VirtualHost",
        "RealIp",
        "BasicAuth",
        "BearerAuth",
        "Cors",
        "Csrf",
        "LocalOnly",
        "SecurityHeaders",
        "ConcurrencyLimit",
        "RateLimit",
        "Deadline",
        "Timeout",
        "RequestLogger",
        "Compression",
        "Decompression",
        "Sessions",
        "stack"
    })
    public String middleware = "none";

    /// Whose request: a browser's, or `plain` for one with nothing but `Host`, as load generators send it.
    @Param("browser")
    public String client = "browser";

    private Request request = browser();
    private Application application = page();

    /// For JMH.
    public ShelfBenchmark() {}

    /// Chooses the middleware.
    ///
    /// @throws Exception never
    @Setup
    public void choose() throws Exception {
        var chosen = all().get(middleware);
        if (chosen == null) {
            throw new IllegalArgumentException("no middleware " + middleware);
        }
        application = chosen.wrap(page());
        if (client.equals("plain")) {
            request = plain();
        }
        if (middleware.equals("BearerAuth")) {
            request = request.withHeaders(request.headers().with(HeaderName.AUTHORIZATION, "Bearer abc"));
        }
        if (request() < SMALL.length()) {
            throw new IllegalStateException(middleware + " does not let the request pass");
        }
    }

    /// One request.
    ///
    /// @return how many bytes were sent, so that it is not optimised away
    /// @throws Exception never
    @Benchmark
    public long request() throws Exception {
        var exchange = new Nowhere();
        exchange.run(application, request);
        return exchange.sent;
    }

    /// The middlewares by name.
    ///
    /// @return each as the tests of the shelf have it
    static Map<String, Middleware> all() {
        var all = new LinkedHashMap<String, Middleware>();
        Headers mark = Headers.of(HeaderName.of("Mark"), "1");
        Consumer<String> nobody = _ -> {};
        all.put("none", inner -> inner);
        all.put("AcceptOverride", AcceptOverride.byQuery());
        all.put("AddHeaders", AddHeaders.of(mark));
        all.put("Autohead", Autohead.asGet());
        all.put("BufferBody", BufferBody.upTo(1000));
        all.put("CacheControl", CacheControl.forAll(Duration.ofHours(1)));
        all.put("CombineHeaders", CombineHeaders.ofRequests());
        all.put("ConditionalGet", ConditionalGet.taggingUpTo(1000));
        all.put("ErrorPages", ErrorPages.problemJson());
        all.put("HealthCheck", HealthCheck.at("/healthz"));
        all.put("Jsonp", Jsonp.byCallback());
        all.put("MethodOverride", MethodOverride.byQuery());
        all.put("RequestId", RequestId.fresh());
        all.put("RequestSizeLimit", RequestSizeLimit.of(1000));
        all.put("StreamFile", StreamFile.always());
        all.put("StripHeaders", StripHeaders.fromResponses(HeaderName.SERVER));
        all.put("Approot", Approot.fixed("http://a.example"));
        all.put("CleanPath", CleanPath.redirecting());
        all.put("ForceDomain", ForceDomain.to("a.example"));
        all.put("ForceSsl", ForceSsl.redirecting());
        all.put("Rewrite", Rewrite.prefix("/a", "/x"));
        all.put("Select", Select.when(_ -> true, inner -> inner));
        all.put("UrlMap", inner -> UrlMap.of("/a", inner));
        all.put("VirtualHost", inner -> VirtualHost.of("a.example", inner));
        all.put("RealIp", RealIp.byXForwarded(TrustedProxies.onThisMachine()));
        all.put("BasicAuth", BasicAuth.ofUsers("shelf", Map.of("a", "b")));
        all.put("BearerAuth", BearerAuth.ofTokens("shelf", List.of("abc")));
        all.put("Cors", Cors.forAnyOrigin());
        all.put("Csrf", Csrf.refusingOtherSites());
        all.put("LocalOnly", LocalOnly.orNotFound());
        all.put("SecurityHeaders", SecurityHeaders.defaults());
        all.put("ConcurrencyLimit", ConcurrencyLimit.of(100));
        all.put("RateLimit", RateLimit.of(1_000_000_000, Duration.ofSeconds(1)));
        all.put("Deadline", Deadline.after(Duration.ofMinutes(1)));
        all.put("Timeout", Timeout.after(Duration.ofMinutes(1)));
        all.put("RequestLogger", RequestLogger.lines(LogFormat.combined(), nobody));
        all.put("Compression", Compression.gzip());
        all.put("Decompression", Decompression.upTo(1000));
        all.put("Sessions", Sessions.inCookie(new byte[32]));
        all.put("stack", RecommendedStack.loggingTo(nobody));
        return all;
    }

    private static Application page() {
        return (_, respond) -> respond.with(Response.of(Status.OK, PAGE, SMALL));
    }

    private static Request browser() {
        return Request.builder("GET", "/a/b?c=d")
                .header(HeaderName.HOST, "a.example")
                .header(HeaderName.USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
                .header(HeaderName.ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
                .header(HeaderName.ACCEPT_ENCODING, "gzip, deflate, br, zstd")
                .header(HeaderName.of("Sec-Fetch-Site"), "same-origin")
                .header(HeaderName.AUTHORIZATION, "Basic YTpi")
                .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711))
                .scheme("https")
                .build();
    }

    private static Request plain() {
        return Request.builder("GET", "/")
                .header(HeaderName.HOST, "127.0.0.1:8080")
                .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711))
                .build();
    }

    /// Counts what is sent, and sends nothing.
    private static final class Nowhere extends Exchange {
        private long sent;

        @Override
        protected void send(FramedResponse response) throws Exception {
            var headers = response.headers();
            for (int i = 0; i < headers.size(); i++) {
                sent += headers.name(i).lowerCase().length() + headers.value(i).length();
            }
            switch (response.body()) {
                case Bytes bytes -> sent += bytes.length();
                case Body.Stream stream -> stream(stream, new CountingSink(response.length()));
                case Body.File _, Body.Raw _ -> throw new IllegalStateException("not measured");
            }
        }

        private final class CountingSink extends ScopedSink {
            CountingSink(long length) {
                super(length);
            }

            @Override
            protected void send(byte[] array, int offset, int count) {
                sent += count;
            }

            @Override
            protected void sendFlush() {}

            @Override
            protected void keepTrailers(Headers trailers) {}
        }
    }
}
