package wai.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.examples.ShelfOnHandlersTest.Row.row;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.Status;
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
import wai.metrics.Metrics;
import wai.metrics.MetricsPage;
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
import wai.test.TestClient;
import wai.test.TestResponse;
import wai.tracing.Tracing;

/// Every middleware of the shelf over every kind of body on every handler that listens on a port, by way of bytes: what
/// comes back is what comes without it, but for what it says that it changes.
class ShelfOnHandlersTest {
    private static final String TEXT = "a text that is long enough to be compressed, in lines\n".repeat(60);
    private static final Headers TYPE = Headers.of(HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8");
    private static final HeaderName ROW = HeaderName.of("X-Row");
    private static final HeaderName CASE = HeaderName.of("X-Case");
    private static final int MIDDLE = 1000;

    /// Classes that are run elsewhere, and why not here.
    private static final Set<String> ELSEWHERE = Set.of("Lint"); // LintedWarpTckTest: the whole kit

    /// What applications throw is thrown on purpose.
    private static final Logger LOG = Logger.getLogger("wai.servlet");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void beSilent() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void beAsBefore() {
        LOG.setLevel(null);
    }

    /// A middleware with the fields that it wants to see, and what it does to bodies.
    record Row(String name, Middleware middleware, List<String> fields, boolean encodes, boolean answersFailures) {
        static Row row(String name, Middleware middleware, String... fields) {
            return new Row(name, middleware, List.of(fields), false, false);
        }

        Row encoding() {
            return new Row(name, middleware, fields, true, answersFailures);
        }

        Row answeringFailures() {
            return new Row(name, middleware, fields, encodes, true);
        }
    }

    private static List<Row> rows() throws IOException {
        var mark = Headers.of(HeaderName.of("Mark"), "1");
        var local = TrustedProxies.onThisMachine();
        var gzip = new String[] {"Accept-Encoding", "gzip"};
        var rows = new ArrayList<>(List.of(
                row("AcceptOverride", AcceptOverride.byQuery()),
                row("AddHeaders", AddHeaders.of(mark)),
                row("Autohead", Autohead.asGet()),
                row("BufferBody", BufferBody.upTo(1000)),
                row("CacheControl", CacheControl.forAll(Duration.ofHours(1))),
                row("CombineHeaders", CombineHeaders.ofRequests().then(CombineHeaders.ofResponses())),
                row("ConditionalGet", ConditionalGet.byValidators()),
                row("ErrorPages", ErrorPages.problemJson().reportingTo((_, _) -> {}))
                        .answeringFailures(),
                row("HealthCheck", HealthCheck.at("/healthz")),
                row("Jsonp", Jsonp.byCallback()),
                row("MethodOverride", MethodOverride.byHeader().then(MethodOverride.byForm())),
                row("Offload", Offload.onThreads(2)),
                row("RequestId", RequestId.accepting()),
                row("RequestSizeLimit", RequestSizeLimit.of(1000)),
                row("StreamFile", StreamFile.always()),
                row("StripHeaders", StripHeaders.fromRequests(HeaderName.COOKIE)),
                row("Approot", Approot.fixed("http://a.example")),
                row("CleanPath", CleanPath.redirecting()),
                row("ForceDomain", ForceDomain.withoutWww()),
                row("ForceSsl", RealIp.byXForwarded(local).then(ForceSsl.redirecting()), "X-Forwarded-Proto", "https"),
                row("Rewrite", Rewrite.prefix("/a", "/x")),
                row("RouteName", RouteName.of("/a/{b}")),
                row("Select", Select.when(_ -> true, Middleware.onRequest(request -> request))),
                row("UrlMap", application -> UrlMap.of("/a", application)),
                row("VirtualHost", application -> VirtualHost.of("other", answering(Status.GONE))
                        .otherwise(application)),
                row("RealIp", RealIp.byXForwarded(local), "X-Forwarded-For", "192.0.2.1"),
                row("BasicAuth", BasicAuth.ofUsers("shelf", Map.of("a", "b")), "Authorization", "Basic YTpi"),
                row("BearerAuth", BearerAuth.ofTokens("shelf", List.of("abc")), "Authorization", "Bearer abc"),
                row("Cors", Cors.forOrigins("https://a.example"), "Origin", "https://a.example"),
                row("Csrf", Csrf.refusingOtherSites()),
                row("LocalOnly", LocalOnly.orNotFound()),
                row("SecurityHeaders", SecurityHeaders.defaults()),
                row("ConcurrencyLimit", ConcurrencyLimit.of(1).withQueue(1, Duration.ofMinutes(1))),
                row("Deadline", Deadline.after(Duration.ofMinutes(5))),
                row("RateLimit", RateLimit.of(1_000_000, Duration.ofMinutes(1))),
                row("Timeout", Timeout.after(Duration.ofMinutes(5))),
                row("RequestLogger", RequestLogger.lines(LogFormat.jsonWithHeaders(), _ -> {})),
                row("RequestLogger.development", RequestLogger.development(_ -> {})),
                row("Compression", Compression.gzip(), gzip).encoding(),
                row("Compression.withFiles", Compression.gzip().withFiles(CompressedFiles.in(folder)), gzip)
                        .encoding(),
                row("Decompression", Decompression.upTo(1000)),
                row("Sessions", Sessions.inCookie(new byte[32])),
                row("Metrics", Metrics.in(new SimpleMeterRegistry())),
                row("MetricsPage", MetricsPage.at("/metrics", () -> "none")),
                row("Tracing", Tracing.by(OpenTelemetry.noop()))));
        return List.copyOf(rows);
    }

    private static Application answering(Status status) {
        return (_, respond) -> respond.with(Response.text(status, ""));
    }

    /// What the application does, each with and without the middleware.
    enum Case {
        BYTES,
        FILE,
        STREAM,
        NO_CONTENT,
        NOT_MODIFIED,
        RAW,
        FAILS,
        FAILS_IN_THE_MIDDLE;

        Response response(Path file) throws IOException {
            return switch (this) {
                case BYTES -> Response.of(Status.OK, TYPE, Bytes.utf8(TEXT));
                case FILE -> Response.file(Status.OK, TYPE, file);
                case STREAM ->
                    Response.stream(Status.OK, TYPE, out -> {
                        out.writeUtf8(TEXT.substring(0, MIDDLE));
                        out.flush();
                        out.writeUtf8(TEXT.substring(MIDDLE));
                    });
                case NO_CONTENT -> Response.of(Status.NO_CONTENT, Headers.EMPTY, Bytes.EMPTY);
                case NOT_MODIFIED -> Response.of(Status.NOT_MODIFIED, Headers.EMPTY, Bytes.EMPTY);
                case RAW ->
                    Response.raw(
                            Status.SWITCHING_PROTOCOLS,
                            Headers.of(HeaderName.UPGRADE, "echo", HeaderName.CONNECTION, "Upgrade"),
                            Response.of(Status.OK, TYPE, Bytes.utf8(TEXT)),
                            connection -> {
                                for (int next; (next = connection.input().read()) >= 0; ) {
                                    connection.output().write(next);
                                    connection.output().flush();
                                }
                            });
                case FAILS -> throw new IOException("on purpose");
                case FAILS_IN_THE_MIDDLE ->
                    Response.stream(Status.OK, TYPE, out -> {
                        out.writeUtf8(TEXT.substring(0, MIDDLE));
                        out.flush();
                        throw new IOException("on purpose");
                    });
            };
        }
    }

    /// All rows in one application, chosen by a field of the request.
    private static Application application(List<Row> rows) throws IOException {
        var file = Files.writeString(folder.resolve("text.txt"), TEXT);
        Application plain = (request, respond) -> {
            var what = request.headers().first(CASE).map(Case::valueOf).orElseThrow();
            return respond.with(what.response(file));
        };
        var wrapped = rows.stream().map(row -> row.middleware.wrap(plain)).toList();
        return (request, respond) -> {
            int row = Integer.parseInt(request.headers().first(ROW, "-1"));
            return (row < 0 ? plain : wrapped.get(row)).handle(request, respond);
        };
    }

    @ParameterizedTest
    @EnumSource
    void whatComesBackIsWhatComesWithoutTheMiddleware(OnHandlers handler) throws Exception {
        var rows = rows();
        try (var client = TestClient.of(application(rows), handler).answeringErrors()) {
            for (var what : Case.values()) {
                if (what == Case.RAW) {
                    continue;
                }
                for (var method : List.of("GET", "HEAD")) {
                    var plain = client.request(method, "/a/b?c=d")
                            .header(CASE.toString(), what.name())
                            .send();
                    for (int i = 0; i < rows.size(); i++) {
                        var row = rows.get(i);
                        var request = client.request(method, "/a/b?c=d")
                                .header(CASE.toString(), what.name())
                                .header(ROW.toString(), Integer.toString(i));
                        for (int field = 0; field < row.fields.size(); field += 2) {
                            request = request.header(row.fields.get(field), row.fields.get(field + 1));
                        }
                        assertAlike(row.name + ", " + what + " " + method, row, what, request.send(), plain);
                    }
                }
            }
        }
    }

    private static void assertAlike(String name, Row row, Case what, TestResponse seen, TestResponse plain)
            throws IOException {
        assertThat(seen.status()).as(name).isEqualTo(plain.status());
        assertThat(seen.isComplete()).as(name).isEqualTo(plain.isComplete());
        if (what == Case.FAILS_IN_THE_MIDDLE || (what == Case.FAILS && row.answersFailures)) {
            return; // cut somewhere, or a page of its own
        }
        assertThat(text(seen)).as(name).isEqualTo(text(plain));
        assertThat(seen.header("Content-Type")).as(name).isEqualTo(plain.header("Content-Type"));
        if (!row.encodes) {
            assertThat(seen.header("Content-Length")).as(name).isEqualTo(plain.header("Content-Length"));
            assertThat(seen.header("ETag")).as(name).isEqualTo(plain.header("ETag"));
        }
    }

    private static String text(TestResponse response) throws IOException {
        var bytes = response.bytes();
        boolean zipped = response.header("Content-Encoding").isPresent() && bytes.length() > 0;
        if (!zipped) {
            return bytes.utf8();
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rawConnectionsPass(OnHandlers handler) throws Exception {
        var rows = rows();
        try (var client = TestClient.of(application(rows), handler)) {
            for (int i = 0; i < rows.size(); i++) {
                var row = rows.get(i);
                var request = client.request("GET", "/a/b?c=d")
                        .header(CASE.toString(), Case.RAW.name())
                        .header(ROW.toString(), Integer.toString(i));
                for (int field = 0; field < row.fields.size(); field += 2) {
                    request = request.header(row.fields.get(field), row.fields.get(field + 1));
                }
                try (var live = request.upgrade("echo").open()) {
                    assertThat(live.status().code()).as(row.name).isEqualTo(101);
                    live.raw().write("ping");
                    assertThat(live.raw().read(4).utf8()).as(row.name).isEqualTo("ping");
                }
            }
        }
    }

    @Test
    void everyMiddlewareOfTheShelfHasARow() throws Exception {
        var names = rows().stream().map(Row::name).toList();
        var missing = new TreeSet<String>();
        int seen = 0;
        for (var module : List.of("middleware-extra", "middleware-metrics", "middleware-tracing")) {
            var sources = Path.of("..", module, "src/main/java");
            try (var files = Files.walk(sources)) {
                for (var file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    var name = sources.relativize(file)
                            .toString()
                            .replace(".java", "")
                            .replace('/', '.');
                    if (name.endsWith("-info")) {
                        continue;
                    }
                    var type = Class.forName(name, false, ShelfOnHandlersTest.class.getClassLoader());
                    if (Modifier.isPublic(type.getModifiers()) && makesMiddleware(type)) {
                        seen++;
                        if (!names.contains(type.getSimpleName()) && !ELSEWHERE.contains(type.getSimpleName())) {
                            missing.add(type.getSimpleName());
                        }
                    }
                }
            }
        }

        assertThat(seen).isGreaterThan(40);
        assertThat(missing).isEmpty();
    }

    private static boolean makesMiddleware(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .anyMatch(method -> Modifier.isStatic(method.getModifiers())
                        && Middleware.class.isAssignableFrom(method.getReturnType()));
    }
}
