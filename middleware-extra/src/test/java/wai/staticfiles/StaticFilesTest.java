package wai.staticfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Bytes;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.test.TestClient;
import wai.test.TestResponse;

class StaticFilesTest {
    private static final Instant LONG_AGO = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path root;

    @BeforeEach
    void site() throws IOException {
        write("index.html", "<p>home");
        write("style.css", "p {}");
        write("a b/ü.txt", "umlaut");
        write("docs/index.html", "<p>docs");
        write("docs/guide.html", "<p>guide");
        write("plain/a.txt", "a");
        write("plain/sub/b.txt", "b");
        write(".secret", "no");
        write(".git/config", "no");
        write("docs/.hidden/x", "no");
        write(".well-known/security.txt", "Contact: us");
        write("sub/.well-known/x", "no");
    }

    private void write(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    private StaticFiles files() {
        return StaticFiles.of(root);
    }

    private static TestResponse get(Application application, String target, String... header) {
        try (var client = TestClient.of(application)) {
            var asking = header.length == 0 ? client : client.withHeader(header[0], header[1]);
            return asking.get(target);
        }
    }

    // ------------------------------------------------------------------------------------------ files

    @ParameterizedTest(name = "{0} is a file of type {1}")
    @CsvSource({
        "/, text/html; charset=utf-8, <p>home",
        "/index.html, text/html; charset=utf-8, <p>home",
        "/style.css, text/css; charset=utf-8, p {}",
        "/style.css?v=1, text/css; charset=utf-8, p {}",
        "/a%20b/%C3%BC.txt, text/plain; charset=utf-8, umlaut",
        "/docs/, text/html; charset=utf-8, <p>docs",
        "/docs/guide.html, text/html; charset=utf-8, <p>guide",
        "/.well-known/security.txt, text/plain; charset=utf-8, Contact: us"
    })
    void answersWithAFile(String target, String type, String content) {
        var response = get(files(), target);

        assertThat(response.status()).isEqualTo(Status.OK);
        assertThat(response.header("Content-Type")).hasValue(type);
        assertThat(response.header("Cache-Control")).hasValue("no-cache");
        assertThat(response.header("ETag")).get().asString().startsWith("\"");
        assertThat(response.header("Last-Modified")).hasValue("Fri, 02 Jan 2026 03:04:05 GMT");
        assertThat(response.text()).isEqualTo(content);
    }

    @Test
    void leavesRangesAndConditionsToTheHandler() {
        var tag = get(files(), "/style.css").header("ETag").orElseThrow();

        assertThat(get(files(), "/style.css", "Range", "bytes=0-1").text()).isEqualTo("p ");
        assertThat(get(files(), "/style.css", "If-None-Match", tag).status()).isEqualTo(Status.NOT_MODIFIED);
        assertThat(get(files(), "/style.css", "If-None-Match", tag).header("Cache-Control"))
                .hasValue("no-cache");
    }

    @Test
    void answersHeadWithTheFieldsAlone() {
        try (var client = TestClient.of(files())) {
            var response = client.head("/style.css");

            assertThat(response.header("Content-Length")).hasValue("4");
            assertThat(response.bytes().length()).isZero();
        }
    }

    @Test
    void refusesOtherMethodsWhereThereIsAFile() {
        try (var client = TestClient.of(files())) {
            assertThat(client.post("/style.css", "x").status()).isEqualTo(Status.METHOD_NOT_ALLOWED);
            assertThat(client.post("/style.css", "x").header("Allow")).hasValue("GET, HEAD");
            assertThat(client.post("/nothing", "x").status()).isEqualTo(Status.NOT_FOUND);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/nothing",
        "/nothing/",
        "/style.css/",
        "/style.css/x",
        "/plain/",
        "/plain",
        "/STYLE.CSS",
        "/.secret",
        "/.git/config",
        "/.git/",
        "/docs/.hidden/x",
        "/sub/.well-known/x",
        "/%2e%67%69%74/config"
    })
    void doesNotKnow(String target) {
        var response = get(files(), target);

        assertThat(response.status()).isEqualTo(Status.NOT_FOUND);
        assertThat(response.text()).isEqualTo("There is no such file.\n");
    }

    @Test
    void hidesAllDotFilesOrNone() {
        assertThat(get(files().withDotFiles(DotFiles.ALL_HIDDEN), "/.well-known/security.txt")
                        .status())
                .isEqualTo(Status.NOT_FOUND);
        assertThat(get(files().withDotFiles(DotFiles.SHOWN), "/.git/config").text())
                .isEqualTo("no");
    }

    @Test
    void givesWhatIsNoFileToAnotherApplication() {
        Application rest = (request, respond) ->
                respond.with(Response.text(Status.OK, request.method() + " " + request.rawPath()));
        var site = files().withNotFound(rest);

        try (var client = TestClient.of(site)) {
            assertThat(client.get("/api/1").text()).isEqualTo("GET /api/1");
            assertThat(client.post("/api/1", "").text()).isEqualTo("POST /api/1");
            assertThat(client.get("/.git/config").text()).isEqualTo("GET /.git/config");
            assertThat(client.get("/style.css").text()).isEqualTo("p {}");
        }
    }

    // ------------------------------------------------------------------------------------------ settings

    @Test
    void triesIndexesInOrder() throws IOException {
        write("plain/home.htm", "home");

        assertThat(get(files().withIndexes("home.htm", "index.html"), "/plain/").text())
                .isEqualTo("home");
        assertThat(get(files().withIndexes("home.htm", "index.html"), "/docs/").text())
                .isEqualTo("<p>docs");
        assertThat(get(files().withIndexes(), "/docs/").status()).isEqualTo(Status.NOT_FOUND);
        assertThatThrownBy(() -> files().withIndexes("../x")).hasMessage("index \"../x\": expected the name of a file");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "a.HTML, text/html; charset=iso-8859-1",
        "a.tar.gz, application/x-tar-gz",
        "a.gz, application/gzip",
        "a.js, text/javascript; charset=iso-8859-1",
        "a.json, application/json",
        "a.wasm, application/wasm",
        "a.webmanifest, application/manifest+json",
        "a.mine, text/mine; charset=x",
        "html, application/octet-stream",
        "a.nobodyknows, application/octet-stream"
    })
    void namesTheType(String name, String type) throws IOException {
        write(name, "x");
        var site = files().withCharset(StandardCharsets.ISO_8859_1)
                .withType("mine", "text/mine; charset=x")
                .withType(".tar.gz", "application/x-tar-gz");

        assertThat(get(site, "/" + name).header("Content-Type")).hasValue(type);
    }

    @Test
    void saysHowLongAFileMayBeKept() {
        assertThat(cacheControl(CachePolicy.unsaid(), "a.js")).isEqualTo("-");
        assertThat(cacheControl(CachePolicy.never(), "a.js")).isEqualTo("no-store");
        assertThat(cacheControl(CachePolicy.maxAge(Duration.ofMinutes(1)), "a.js"))
                .isEqualTo("public, max-age=60");
        assertThat(cacheControl(CachePolicy.immutable(), "a.js")).isEqualTo("public, max-age=31536000, immutable");
        assertThatThrownBy(() -> CachePolicy.maxAge(Duration.ofSeconds(-1)))
                .hasMessage("max age PT-1S: expected 0 or more");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "app.3f2a9c01.js, true",
        "app-3f2a9c01.css, true",
        "app.3f2a9c0.js, false",
        "app.js, false",
        "3f2a9c01.js, false",
        "app-homepage.js, false"
    })
    void keepsFingerprintedFilesForEver(String name, boolean forever) {
        var policy = CachePolicy.fingerprinted(CachePolicy.revalidate());

        assertThat(cacheControl(policy, name).endsWith("immutable")).isEqualTo(forever);
    }

    @Test
    void knowsOtherFingerprints() {
        var policy = CachePolicy.fingerprinted(Pattern.compile("-[A-Za-z0-9_]{8}\\."), CachePolicy.never());

        assertThat(cacheControl(policy, "index-DiwrgTda.js")).endsWith("immutable");
        assertThat(cacheControl(policy, "index.js")).isEqualTo("no-store");
    }

    private static String cacheControl(CachePolicy policy, String name) {
        var site =
                StaticFiles.of(FileTree.embedded(Map.of(name, Bytes.utf8("x")))).withCaching(policy);
        return get(site, "/" + name).header("Cache-Control").orElse("-");
    }

    // ------------------------------------------------------------------------------------------ redirects

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({
        "/docs, ./docs/",
        "/docs?a=1&b, ./docs/?a=1&b",
        "/a%20b//%C3%BC.txt, /a%20b/%C3%BC.txt",
        "/docs//?q, /docs/?q",
        "//docs/guide.html, /docs/guide.html",
        "//, /",
        "///docs, /docs",
        "//evil.example, /evil.example",
        "//evil.example/..%2f, -"
    })
    void redirectsWithinTheHostAndKeepsTheQuery(String target, String location) {
        var response = get(files(), target);

        assertThat(response.status()).isEqualTo(location.equals("-") ? Status.NOT_FOUND : Status.FOUND);
        assertThat(response.header("Location").orElse("-")).isEqualTo(location);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"/docs", "/docs//guide.html", "//docs", "/docs///", "//docs//guide.html", "/plain//sub/b.txt"})
    void arrivesWhereARedirectLeads(String target) {
        try (var client = TestClient.of(files().withListings()).followingRedirects()) {
            assertThat(client.get(target).status()).isEqualTo(Status.OK);
        }
    }

    @Test
    void redirectsBelowAMount() {
        Application mounted = (request, respond) -> {
            var path = request.path();
            return files().handle(request.withPath(path.subList(1, path.size())), respond);
        };

        try (var client = TestClient.of(mounted).followingRedirects()) {
            assertThat(client.get("/site/docs").text()).isEqualTo("<p>docs");
            assertThat(client.get("/site").text()).isEqualTo("<p>home");
            assertThat(client.get("/site//docs//guide.html").text()).isEqualTo("<p>guide");
        }
    }

    // ------------------------------------------------------------------------------------------ listings

    @Test
    void listsAFolderWithoutAnIndex() throws IOException {
        write("plain/<b>&\"'.txt", "x".repeat(2048));
        write("plain/a:b?#%.txt", "x");
        write("plain/.hidden", "x");

        var response = get(files().withListings(), "/plain/");

        assertThat(response.header("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(response.header("Content-Security-Policy"))
                .get()
                .asString()
                .startsWith("default-src 'none'; style-src 'sha256-");
        var page = response.text();
        assertThat(page)
                .contains("<title>Index of /plain</title>")
                .contains("<a href=\"../\">../</a>")
                .contains("<a href=\"./sub/\">sub/</a>")
                .contains("<a href=\"./%3Cb%3E&amp;%22&#39;.txt\">&lt;b&gt;&amp;&quot;&#39;.txt</a><td>2.0"
                        + " KiB<td>2026-01-02 03:04\n")
                .contains("<a href=\"./a:b%3F%23%25.txt\">a:b?#%.txt</a><td>1 B<td>")
                .contains("light-dark(")
                .doesNotContain("hidden\"", "<script");
        assertThat(page.indexOf("./sub/")).isLessThan(page.indexOf("./a.txt"));
    }

    @Test
    void listsTheRootWithoutAWayUpAndPrefersAnIndex() throws IOException {
        assertThat(get(files().withListings(), "/").text()).isEqualTo("<p>home");

        Files.delete(root.resolve("index.html"));

        assertThat(get(files().withListings(), "/").text())
                .contains("Index of /</title>", "./docs/")
                .doesNotContain("\"../\"", ".git", ".secret");
    }

    @Test
    void writesSizesForPeople() {
        assertThat(List.of(0L, 1023L, 1024L, 1536L, 5L << 20, Long.MAX_VALUE))
                .extracting(ListingPage::size)
                .containsExactly("0 B", "1023 B", "1.0 KiB", "1.5 KiB", "5.0 MiB", "8.0 EiB");
    }

    // ------------------------------------------------------------------------------------------ siblings

    @ParameterizedTest(name = "Accept-Encoding: {0} is answered with {1}")
    @CsvSource({
        "'gzip, deflate, br, zstd', br",
        "gzip, gzip",
        "x-gzip, gzip",
        "'gzip, zstd', zstd",
        "'br;q=0.5, gzip', gzip",
        "'br;q=0, *', zstd",
        "*, br",
        "'gzip;q=0.5, identity;q=0.8', -",
        "'gzip;q=0.813, identity;q=0.812', gzip",
        "'gzip;q=0', -",
        "'gzip;q=2', -",
        "'gzip;q=0.1234', -",
        "'gzip;level=9', -",
        "identity, -",
        "'', -"
    })
    void sendsTheSiblingThatTheClientLikesBest(String accepted, String coding) throws IOException {
        write("app.js", "plain");
        write("app.js.br", "br");
        write("app.js.zst", "zstd");
        write("app.js.gz", "gzip");

        var response = get(files().withPrecompressed(), "/app.js", "Accept-Encoding", accepted);

        assertThat(response.text()).isEqualTo(coding.equals("-") ? "plain" : coding);
        assertThat(response.header("Content-Encoding").orElse("-")).isEqualTo(coding);
        assertThat(response.header("Content-Type")).hasValue("text/javascript; charset=utf-8");
        assertThat(response.header("Vary")).hasValue("Accept-Encoding");
    }

    @Test
    void saysVaryOnlyWhereThereIsASibling() {
        assertThat(get(files().withPrecompressed(), "/style.css", "Accept-Encoding", "br")
                        .header("Vary"))
                .isEmpty();
    }

    @Test
    void leavesASiblingThatIsOlderThanItsFile() throws IOException {
        write("app.js", "new");
        write("app.js.gz", "old");
        Files.setLastModifiedTime(root.resolve("app.js.gz"), FileTime.from(LONG_AGO.minusSeconds(1)));

        assertThat(get(files().withPrecompressed(), "/app.js", "Accept-Encoding", "gzip")
                        .text())
                .isEqualTo("new");
    }

    @Test
    void doesNotLookForSiblingsUnlessTold() throws IOException {
        write("style.css.gz", "gzip");

        assertThat(get(files(), "/style.css", "Accept-Encoding", "gzip").text()).isEqualTo("p {}");
        assertThat(get(files(), "/style.css.gz").header("Content-Type")).hasValue("application/gzip");
    }

    // ------------------------------------------------------------------------------------------ other trees

    @Test
    void sendsEmbeddedFilesWithStrongTagsAndConditions() {
        var site = StaticFiles.of(FileTree.embedded(Map.of(
                        "index.html", Bytes.utf8("home"),
                        "css/a.css", Bytes.utf8("p {}"),
                        "css/b.css", Bytes.utf8("b {}"))))
                .withListings();

        var response = get(site, "/css/a.css");
        var tag = response.header("ETag").orElseThrow();

        assertThat(response.text()).isEqualTo("p {}");
        assertThat(tag)
                .matches("\"[A-Za-z0-9_-]{16}\"")
                .isNotEqualTo(get(site, "/css/b.css").header("ETag").orElseThrow());
        assertThat(get(site, "/css/a.css", "If-None-Match", tag).status()).isEqualTo(Status.NOT_MODIFIED);
        assertThat(get(site, "/css/a.css", "If-Match", "\"x\"").status()).isEqualTo(Status.PRECONDITION_FAILED);
        assertThat(get(site, "/").text()).isEqualTo("home");
        assertThat(get(site, "/css").header("Location")).hasValue("./css/");
        assertThat(get(site, "/css/").text()).contains("./a.css", "./b.css");
        assertThatThrownBy(() -> FileTree.embedded(Map.of("/a", Bytes.EMPTY)))
                .hasMessage("path /a: expected one like css/style.css");
    }

    @Test
    void contentIsBytesOrAStream() {
        assertThatThrownBy(() -> new FileTree.Content(new wai.Body.File(root, null), 1, null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FileTree.Content(Bytes.EMPTY, -1, null, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRootThatIsNoFolderHasNothing() throws IOException {
        var request = Request.builder("GET", "/").build();

        try (var client = TestClient.of(StaticFiles.of(root.resolve("style.css")))) {
            assertThat(client.send(request).status()).isEqualTo(Status.NOT_FOUND);
            assertThat(client.send(request.withPath(List.of())).status()).isEqualTo(Status.NOT_FOUND);
        }
        try (var client = TestClient.of(StaticFiles.of(root.resolve("nothing")).withListings())) {
            assertThat(client.get("/").status()).isEqualTo(Status.NOT_FOUND);
        }
    }
}
