package wai.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.middleware.BufferBody;
import wai.middleware.RequestSizeLimit;
import wai.middleware.TargetUri;
import wai.staticfiles.FileTree;
import wai.staticfiles.StaticFiles;
import wai.warp.Warp;
import wai.warp.settings.WarpSettings;

/// What middleware of the shelf makes of bytes on the wire, and what the server writes into its log.
class ShelfOnWarpTest {
    private static final int PATIENCE_MILLIS = 60_000; // a safety net, nothing depends on it
    private static final WarpSettings LOOPBACK =
            WarpSettings.defaults().withHost("127.0.0.1").withPort(0).withServerName("");
    private static final Application ECHO = (request, respond) ->
            respond.with(Response.text(Status.OK, request.readBody(1000).utf8()));

    @TempDir
    private Path folder;

    private final Logger logger = Logger.getLogger("wai.warp");
    private final Queue<LogRecord> log = new ConcurrentLinkedQueue<>();
    private final Handler collector = new StreamHandler() {
        @Override
        public void publish(LogRecord line) {
            log.add(line);
        }
    };

    @BeforeEach
    void collectTheLog() {
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(collector);
    }

    @AfterEach
    void logAsBefore() {
        logger.removeHandler(collector);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    /// Everything the server sends until it closes.
    private static String talk(Application application, String request) throws IOException {
        try (var server = Warp.start(LOOPBACK, application);
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1).replaceAll("Date: [^\r]*\r\n", "");
        }
    }

    // ------------------------------------------------------------------------------------------ sizes of bodies

    @Test
    void aBodyThatIsTooLargeIsRefusedWithoutAskingForIt() throws IOException {
        var answer = talk(
                RequestSizeLimit.of(10).wrap(ECHO),
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");

        assertThat(answer).isEqualTo("""
                HTTP/1.1 413 Content Too Large\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Length: 49\r
                Connection: close\r
                \r
                413 Content Too Large: expected at most 10 bytes
                """);
    }

    @Test
    void aBodyWithinTheLimitIsAskedForAndRead() throws IOException {
        var answer = talk(
                RequestSizeLimit.of(10).wrap(ECHO),
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
                        + "0123456789");

        assertThat(answer)
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n0123456789");
    }

    @Test
    void aChunkedBodyIsRefusedWhereItPassesTheLimit() throws IOException {
        var answer = talk(RequestSizeLimit.of(10).wrap(ECHO), """
                POST / HTTP/1.1\r
                Host: a\r
                Transfer-Encoding: chunked\r
                Connection: close\r
                \r
                b\r
                0123456789x\r
                0\r
                \r
                """);

        assertThat(answer).startsWith("HTTP/1.1 413 Content Too Large\r\n");
        assertThat(log).isEmpty();
    }

    @Test
    void aBufferedBodyThatIsTooLargeIsRefusedWithoutAskingForIt() throws IOException {
        var answer = talk(
                BufferBody.upTo(10).wrap(ECHO),
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413 Content Too Large\r\n").contains("Connection: close\r\n");
    }

    // ------------------------------------------------------------------------------------------ the target URI

    @Test
    void anAbsoluteTargetCountsMoreThanHost() throws IOException {
        var answer = talk(
                (request, respond) -> respond.with(
                        Response.text(Status.OK, TargetUri.of(request).toString())),
                "GET http://b.example:81/p?q HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");

        assertThat(answer).endsWith("\r\n\r\nhttp://b.example:81/p?q");
    }

    @Test
    void withoutHostTheTargetUriHasTheAddressOfTheServer() throws IOException {
        var answer = talk(
                (request, respond) -> respond.with(
                        Response.text(Status.OK, TargetUri.of(request).toString())),
                "GET /p HTTP/1.0\r\n\r\n");

        assertThat(answer).containsPattern("\r\n\r\nhttp://127\\.0\\.0\\.1:\\d+/p$");
    }

    // ------------------------------------------------------------------------------------------ files of a jar

    private static final String DIGITS = "0123456789".repeat(10_000);

    /// The answer to a request for a file in a jar of the class path.
    private String ofAJar(String method, String... fields) throws IOException {
        var jar = folder.resolve("site.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("static/digits.txt"));
            out.write(DIGITS.getBytes(ISO_8859_1));
            out.closeEntry();
        }
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            var site = StaticFiles.of(FileTree.resources(name -> loader.getResource(name.substring(1)), "/static"));
            var head = method + " /digits.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
            return talk(
                    site, head + Stream.of(fields).map(each -> each + "\r\n").collect(joining()) + "\r\n");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-3 | bytes 0-3/100000 | 0123",
                "bytes=99998- | bytes 99998-99999/100000 | 89",
                "bytes=-3 | bytes 99997-99999/100000 | 789",
                "bytes=65534-65541 | bytes 65534-65541/100000 | 45678901"
            })
    void aRangeOfAFileInAJarIsSent(String range, String contentRange, String bytes) throws IOException {
        assertThat(ofAJar("GET", "Range: " + range))
                .startsWith("HTTP/1.1 206 Partial Content\r\n")
                .contains("Content-Range: " + contentRange + "\r\n", "Content-Length: " + bytes.length() + "\r\n")
                .containsPattern("ETag: \"[0-9a-f]+-[0-9a-f]+\"\r\n")
                .endsWith("\r\n\r\n" + bytes);
    }

    @Test
    void severalRangesOfAFileInAJarAreSent() throws IOException {
        assertThat(ofAJar("GET", "Range: bytes=1-2,50005-50006"))
                .startsWith("HTTP/1.1 206 Partial Content\r\n")
                .contains("Content-Type: multipart/byteranges; boundary=")
                .contains("Content-Range: bytes 1-2/100000\r\n\r\n12\r\n")
                .contains("Content-Range: bytes 50005-50006/100000\r\n\r\n56\r\n");
    }

    @Test
    void aFileInAJarIsSentWholeWhereNoRangeHolds() throws IOException {
        var whole = ofAJar("GET");
        var tag = Pattern.compile("ETag: (.*)\r\n").matcher(whole);
        assertThat(tag.find()).isTrue();

        assertThat(whole)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Accept-Ranges: bytes\r\n")
                .endsWith(DIGITS);
        assertThat(ofAJar("GET", "Range: bytes=0-1", "If-Range: \"other\"")).endsWith("\r\n\r\n" + DIGITS);
        assertThat(ofAJar("GET", "Range: bytes=0-1", "If-Range: " + tag.group(1)))
                .endsWith("\r\n\r\n01");
        assertThat(ofAJar("GET", "If-None-Match: " + tag.group(1))).startsWith("HTTP/1.1 304 Not Modified\r\n");
        assertThat(ofAJar("GET", "Range: bytes=100000-"))
                .startsWith("HTTP/1.1 416 Range Not Satisfiable\r\n")
                .contains("Content-Range: bytes */100000\r\n");
        assertThat(ofAJar("HEAD"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Length: 100000\r\n")
                .endsWith("\r\n\r\n");
    }

    // ------------------------------------------------------------------------------------------ the log

    @Test
    void aFailedApplicationIsLoggedWithMethodTargetAndStackTrace() throws IOException {
        talk(
                (_, _) -> {
                    throw new IllegalStateException("broken");
                },
                "GET /a?b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(log).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
            assertThat(line.getMessage()).startsWith("APPLICATION failed (GET /a?b HTTP/1.1 from /127.0.0.1:");
            assertThat(line.getThrown()).hasMessage("broken");
        });
    }

    @Test
    void whatClientsDoIsOneLineForDebugging() throws IOException {
        talk(ECHO, "bad\r\n\r\n");

        assertThat(log).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.FINE);
            assertThat(line.getMessage())
                    .startsWith("REQUEST failed (no request from /127.0.0.1:")
                    .contains("request line \"bad\"");
            assertThat(line.getThrown()).isNull();
        });
    }

    @Test
    void nothingIsLoggedOfWhatGoesWell() throws IOException {
        talk(ECHO, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(log).isEmpty();
    }
}
