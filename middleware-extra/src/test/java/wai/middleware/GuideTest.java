package wai.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.X_REQUEST_ID;
import static wai.Status.OK;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.lint.Lint;
import wai.shelf.RecordingExchange;

/// The tutorial says what runs.
class GuideTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyProgramOfThePageIsOneThatRuns() throws IOException {
        var source = flat(Files.readString(root().resolve("middleware-extra/src/test/java/wai/middleware/Guide.java")));

        var blocks = JAVA_BLOCK
                .matcher(Files.readString(root().resolve("docs/writing-a-middleware.md")))
                .results()
                .map(block -> flat(block.group(1)))
                .toList();

        assertThat(blocks).hasSizeGreaterThan(5).allSatisfy(block -> assertThat(source)
                .contains(block));
    }

    @Test
    void setsAField() throws Exception {
        var events = get(Guide.poweredBy("tea").wrap(answer(Response.text(OK, "hi"))), Headers.EMPTY);

        assertThat(events.getFirst()).contains("X-Powered-By: tea");
    }

    @Test
    void answersByItself() throws Exception {
        var shop = answer(Response.text(OK, "open"));

        assertThat(get(Guide.maintenance(() -> true).wrap(shop), Headers.EMPTY).getFirst())
                .startsWith("503")
                .contains("Retry-After: 60");
        assertThat(get(Guide.maintenance(() -> false).wrap(shop), Headers.EMPTY))
                .contains("bytes open");
    }

    @Test
    void handsAValueInwardAndAFieldOutward() throws Exception {
        Application shop = (request, respond) ->
                respond.with(Response.text(OK, request.get(Guide.REQUEST_ID).orElseThrow()));
        var application = Guide.requestId(() -> "fresh").wrap(shop);

        assertThat(get(application, Headers.of(X_REQUEST_ID, "42")))
                .contains("bytes 42")
                .anyMatch(event -> event.contains("X-Request-Id: 42"));
        assertThat(get(application, Headers.of(X_REQUEST_ID, "a b"))).contains("bytes fresh");
    }

    @Test
    void measuresTheWholeResponse() throws Exception {
        var times = new ArrayDeque<>(List.of(Instant.EPOCH, Instant.EPOCH.plusSeconds(3)));
        var measured = new ArrayList<Duration>();

        get(Guide.timed(times::remove, measured::add).wrap(answer(Response.text(OK, "hi"))), Headers.EMPTY);

        assertThat(measured).containsExactly(Duration.ofSeconds(3));
    }

    @Test
    void addsAFooterToPagesOnly() throws Exception {
        var footer = Guide.footer(Bytes.utf8("!"));
        var page = Response.of(OK, Headers.of(CONTENT_TYPE, "text/html", ETAG, "\"1\""), Bytes.utf8("hi"));

        assertThat(get(footer.wrap(answer(page)), Headers.EMPTY))
                .contains("bytes hi!")
                .noneMatch(event -> event.contains("ETag"));
        assertThat(get(footer.wrap(answer(Response.text(OK, "hi"))), Headers.EMPTY))
                .contains("bytes hi");
    }

    @Test
    void leavesTheHealthCheckOpen() throws Exception {
        var site = Guide.site(answer(Response.text(OK, "open")), () -> "1", () -> true);
        var exchange = new RecordingExchange();

        exchange.serve(site, exchange.request("GET", "/health", ""));

        assertThat(exchange.events()).contains("bytes open");
        assertThat(get(site, Headers.EMPTY).getFirst()).startsWith("503");
    }

    @Test
    void isWatchedByLint() throws Exception {
        var findings = new ArrayList<Lint.Finding>();
        var bad = answer(Response.text(OK, "open").withHeader(HeaderName.ETAG, "1"));

        get(Guide.linted(Lint.collecting(findings::add), bad, () -> "1", () -> false), Headers.EMPTY);

        assertThat(findings).extracting(Lint.Finding::layer).containsExactly("shop");
    }

    @Test
    void computesReportsOnThreadsOfTheirOwn() throws Exception {
        Application shop = (_, respond) ->
                respond.with(Response.text(OK, Thread.currentThread().getName()));
        var reports = new RecordingExchange();
        var site = Guide.withReports(shop);

        reports.serve(site, reports.request("GET", "/reports/2026", ""));

        assertThat(reports.events()).contains("bytes wai-offload");
        assertThat(get(site, Headers.EMPTY))
                .contains("bytes " + Thread.currentThread().getName());
    }

    private static List<String> get(Application application, Headers headers) throws Exception {
        var exchange = new RecordingExchange();
        return exchange.serve(application, exchange.request("GET", "/", "").withHeaders(headers))
                .events();
    }

    private static Application answer(Response response) {
        return (_, respond) -> respond.with(response);
    }

    /// Without indentation, so that a program may stand inside a class here.
    private static String flat(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private static Path root() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("verify"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder above this one holds the script verify");
    }
}
