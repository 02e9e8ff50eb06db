package wai.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Bytes;
import wai.FilePart;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.test.TestClient;

class AccessLogTest {
    private static final String PREFIX = "127.0.0.1 - - [21/Nov/2026:22:31:00 +0200] ";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void hasALineForEachRequest() {
        var client = client((request, respond) -> {
            nanos.addAndGet(1_250_000);
            return respond.with(Response.text(Status.OK, "hello"));
        });

        client.get("/a%20b?c");
        client.get("/");

        assertThat(printed.toString(UTF_8))
                .isEqualTo(PREFIX + "\"GET /a%20b?c HTTP/1.1\" 200 5 1.3ms\n" + PREFIX
                        + "\"GET / HTTP/1.1\" 200 5 1.3ms\n");
    }

    @Test
    void isWrittenAfterTheLastByte() {
        var seen = new ArrayList<String>();
        var client = client((request, respond) -> {
            var received = respond.with(Response.text(Status.OK, "hello"));
            seen.add(printed.toString(UTF_8));
            return received;
        });

        client.get("/");

        assertThat(seen).containsExactly("");
        assertThat(printed.toString(UTF_8)).isNotEmpty();
    }

    @Test
    void countsWhatIsStreamed() {
        var client = client((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.write('a');
            out.write(new byte[] {1, 2, 3}, 1, 2);
            out.write(Bytes.utf8("four"));
            out.writeUtf8("\u00e9");
            out.flush();
        })));

        var response = client.get("/");

        assertThat(response.bytes().length()).isEqualTo(9);
        assertThat(line()).isEqualTo("\"GET / HTTP/1.1\" 200 9 0.0ms");
    }

    @Test
    void doesNotCountWhatHeadDoesNotSend() {
        client((request, respond) -> respond.with(Response.text(Status.OK, "hello")))
                .head("/");

        assertThat(line()).isEqualTo("\"HEAD / HTTP/1.1\" 200 0 0.0ms");
    }

    @Test
    void doesNotCountTheBodyOfAStatusWithoutOne() {
        client((request, respond) -> respond.with(Response.text(Status.NO_CONTENT, "hello")))
                .get("/");

        assertThat(line()).isEqualTo("\"GET / HTTP/1.1\" 204 0 0.0ms");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            X | y                                             | 200 7
            Range | bytes=1-2                                 | 206 2
            Range | bytes=7-                                  | 416 41
            If-Modified-Since | Thu, 01 Jan 2099 00:00:00 GMT | 304 0
            If-Match | "another"                              | 412 20
            """)
    void saysWhatTheClientGetsOfAFile(String name, String value, String expected) throws Exception {
        var file = Files.writeString(folder.resolve("f"), "content");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));

        var response = client((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)))
                .request("GET", "/")
                .header(name, value)
                .send();

        assertThat(line()).isEqualTo("\"GET / HTTP/1.1\" " + expected + " 0.0ms");
        assertThat(response.status().code() + " " + response.bytes().length()).isEqualTo(expected);
    }

    @Test
    void knowsTheSizeOfSeveralPartsOfAFile() throws Exception {
        var file = Files.writeString(folder.resolve("f"), "content");

        var response = client((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)))
                .request("GET", "/")
                .header("Range", "bytes=0-0,3-3")
                .send();

        assertThat(line())
                .isEqualTo("\"GET / HTTP/1.1\" 206 " + response.bytes().length() + " 0.0ms");
    }

    @Test
    void says404OfAFileThatIsMissing() throws Exception {
        client((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, folder.resolve("none"))))
                .get("/");

        assertThat(line()).isEqualTo("\"GET / HTTP/1.1\" 404 15 0.0ms");
    }

    @Test
    void knowsTheSizeOfAPartOfAFile() throws Exception {
        var file = Files.writeString(folder.resolve("f"), "content");

        client((request, respond) ->
                        respond.with(Response.file(Status.PARTIAL_CONTENT, Headers.EMPTY, file, new FilePart(1, 3, 7))))
                .get("/");

        assertThat(line()).isEqualTo("\"GET / HTTP/1.1\" 206 3 0.0ms");
    }

    @Test
    void hasTheLineOfAFailureBeforeTheResponse() {
        client((request, respond) -> {
                    throw new IOException("no disk");
                })
                .answeringErrors()
                .get("/");

        assertThat(line()).isEqualTo("\"GET / HTTP/1.1\" 500 - 0.0ms");
    }

    @Test
    void marksAResponseThatWasCut() {
        client((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("half");
                    throw new IOException("no disk");
                })))
                .answeringErrors()
                .get("/");

        assertThat(line()).isEqualTo("\"GET / HTTP/1.1\" 200 4 0.0ms cut");
    }

    @Test
    void escapesWhatCouldForgeALine() {
        client((request, respond) -> respond.with(Response.text(Status.OK, ""))).get("/\"_200_\\x");

        assertThat(line()).isEqualTo("\"GET /\\\"_200_\\\\x HTTP/1.1\" 200 0 0.0ms");
    }

    @Test
    void changesNoByte() {
        Application application = (request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("body");
            out.trailers(Headers.of(wai.HeaderName.of("X-Sum"), "1"));
        }));

        var bare = TestClient.of(application).get("/");
        var logged = client(application).get("/");

        assertThat(logged.bytes()).isEqualTo(bare.bytes());
        assertThat(logged.headers()).isEqualTo(bare.headers());
        assertThat(logged.trailers()).isEqualTo(bare.trailers());
        assertThat(List.of(logged.status())).isEqualTo(List.of(bare.status()));
    }

    private TestClient client(Application application) {
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-21T20:31:00Z"));
        var out = new PrintStream(printed, true, UTF_8);
        return TestClient.of(
                AccessLog.to(out, clock, ZoneOffset.ofHours(2), nanos::get).wrap(application));
    }

    /// The one line that was printed, behind what all lines begin with.
    private String line() {
        var text = printed.toString(UTF_8);
        assertThat(text).startsWith(PREFIX).endsWith("\n");
        return text.substring(PREFIX.length(), text.length() - 1);
    }
}
