package wai.spi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.HeaderName.ACCEPT_RANGES;
import static wai.HeaderName.CONTENT_RANGE;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Body;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// Conditions and ranges of what is no file: the same as of a file with the same validators.
class ContentNegotiationTest {
    private static final String TEXT = "0123456789abcdef";
    private static final String TAG = "\"t\"";
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Headers OWN = Headers.of(ETAG, TAG, HeaderName.LAST_MODIFIED, DATE, CONTENT_TYPE, "text/x");

    @TempDir
    private Path folder = Path.of("");

    private static Request request(String method, String... fields) {
        var headers = Headers.builder();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(HeaderName.of(fields[i]), fields[i + 1]);
        }
        return Request.builder(method, "/").headers(headers.build()).build();
    }

    private static NegotiatingExchange.Answer ask(Request request, Response response, long size) throws Exception {
        return NegotiatingExchange.answer(request, FileNegotiation.content(request, response, size, NOW), NOW);
    }

    private static Response bytes() {
        return Response.of(Status.OK, OWN, Bytes.utf8(TEXT));
    }

    /// Written in pieces of a size.
    private static Response stream(int piece) {
        return Response.stream(Status.OK, OWN.adding(HeaderName.CONTENT_LENGTH, "" + TEXT.length()), out -> {
            for (int at = 0; at < TEXT.length(); at += piece) {
                out.writeUtf8(TEXT.substring(at, Math.min(at + piece, TEXT.length())));
            }
        });
    }

    @ParameterizedTest(name = "[{0}] gets {1}, {2}, \"{3}\"")
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-3     | 206 | bytes 0-3/16   | 0123",
                "bytes=4-4     | 206 | bytes 4-4/16   | 4",
                "bytes=12-     | 206 | bytes 12-15/16 | cdef",
                "bytes=-2      | 206 | bytes 14-15/16 | ef",
                "bytes=0-15    | 200 | -              | 0123456789abcdef",
                "bytes=0-1,2-3 | 206 | bytes 0-3/16   | 0123",
                "bytes=x       | 200 | -              | 0123456789abcdef",
                "chars=0-1     | 200 | -              | 0123456789abcdef"
            })
    void answersRanges(String range, int status, String contentRange, String body) throws Exception {
        for (var response : List.of(bytes(), stream(1), stream(3), stream(16))) {
            var answer = ask(request("GET", "Range", range), response, 16);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field(CONTENT_RANGE)).isEqualTo(contentRange);
            assertThat(answer.field(ACCEPT_RANGES)).isEqualTo("bytes");
            assertThat(answer.head().length()).isEqualTo(body.length());
            assertThat(answer.body()).isEqualTo(body);
        }
    }

    @Test
    void answersARangeBehindTheEndWith416() throws Exception {
        var answer = ask(request("GET", "Range", "bytes=16-"), bytes(), 16);

        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.field(CONTENT_RANGE)).isEqualTo("bytes */16");
        assertThat(answer.body()).isEqualTo("Range not satisfiable: there are 16 bytes\n");
    }

    @ParameterizedTest(name = "{0}: {1} gets {2}")
    @CsvSource({
        "If-Range, '\"t\"', 206",
        "If-Range, '\"u\"', 200",
        "If-Range, 'W/\"t\"', 200",
        "If-Range, 'Sun, 06 Nov 1994 08:49:37 GMT', 206",
        "If-Range, 'Sun, 06 Nov 1994 08:49:38 GMT', 200",
        "If-None-Match, '\"t\"', 304",
        "If-None-Match, '\"u\"', 206",
        "If-Match, '\"u\"', 412",
        "If-Match, '\"t\"', 206",
        "If-Modified-Since, 'Sun, 06 Nov 1994 08:49:37 GMT', 304",
        "If-Unmodified-Since, 'Sun, 06 Nov 1994 08:49:36 GMT', 412"
    })
    void looksAtConditionsFirst(String field, String value, int status) throws Exception {
        assertThat(ask(request("GET", "Range", "bytes=0-3", field, value), stream(5), 16)
                        .status())
                .isEqualTo(status);
    }

    @Test
    void answersHeadAndOtherMethodsAndStatusesWithoutARange() throws Exception {
        var post = request("POST", "Range", "bytes=0-3");
        var notFound = bytes().withStatus(Status.NOT_FOUND);

        assertThat(FileNegotiation.content(post, bytes(), 16, NOW)).isEqualTo(bytes());
        assertThat(FileNegotiation.content(request("GET", "Range", "bytes=0-3"), notFound, 16, NOW))
                .isEqualTo(notFound);
        assertThat(FileNegotiation.content(request("HEAD", "Range", "bytes=0-3"), bytes(), 16, NOW))
                .isEqualTo(bytes().withHeader(ACCEPT_RANGES, "bytes"));
    }

    @Test
    void doesNotCutWhatIsEncoded() throws Exception {
        var encoded = bytes().withHeader(HeaderName.CONTENT_ENCODING, "gzip");

        assertThat(ask(request("GET", "Range", "bytes=0-1,5-6"), encoded, 16).body())
                .isEqualTo(TEXT);
    }

    @Test
    void stopsAWriterBehindTheLastSlice() throws Exception {
        var written = new AtomicLong();
        var endless = Response.stream(Status.OK, OWN, out -> {
            for (; ; written.incrementAndGet()) {
                out.write('x');
            }
        });

        var answer = ask(request("GET", "Range", "bytes=2-3,6-7"), endless, 1000);

        assertThat(answer.status()).isEqualTo(206);
        assertThat(written).hasValue(7);
    }

    @Test
    void failsWhenThereIsLessThanWasSaid() {
        assertThatThrownBy(() -> ask(request("GET", "Range", "bytes=10-29"), stream(4), 30))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("content ended at 16");
    }

    @Test
    void letsAWriterFail() {
        var failing = Response.stream(Status.OK, OWN, out -> {
            out.write('x');
            throw new IOException("broken");
        });

        assertThatThrownBy(() -> ask(request("GET", "Range", "bytes=0-3"), failing, 16))
                .isInstanceOf(IOException.class)
                .hasMessage("broken");
    }

    @Test
    void wantsBytesOrAStreamOfAKnownLength() {
        var get = request("GET");

        assertThatThrownBy(() -> FileNegotiation.content(get, bytes(), -1, NOW))
                .hasMessage("content of -1 bytes: expected 0 or more");
        assertThatThrownBy(() ->
                        FileNegotiation.content(get, Response.file(Status.OK, Headers.EMPTY, Path.of("x")), 1, NOW))
                .hasMessageContaining("expected bytes or a stream");
    }

    @Test
    void answersWhatAFileWithTheSameValidatorsWouldAnswer() throws Exception {
        var file = Files.writeString(folder.resolve("file"), TEXT);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1994-11-06T08:49:37Z")));
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            var request = request("GET", "Range", randomRanges(random));
            var own = random.nextBoolean() ? bytes() : stream(1 + random.nextInt(16));

            var expected =
                    NegotiatingExchange.answer(request, new Response(Status.OK, OWN, new Body.File(file, null)), NOW);
            var answer = ask(request, own, TEXT.length());

            var label = "seed " + seed + ", " + request.headers();
            assertThat(answer.status()).as(label).isEqualTo(expected.status());
            assertThat(answer.field(CONTENT_RANGE)).as(label).isEqualTo(expected.field(CONTENT_RANGE));
            assertThat(parts(answer)).as(label).isEqualTo(parts(expected));
        }
    }

    /// The body, or its parts in the order of their text, without the boundary between them.
    private static List<String> parts(NegotiatingExchange.Answer answer) {
        var type = answer.field(CONTENT_TYPE);
        if (!type.startsWith("multipart/")) {
            return List.of(answer.body());
        }
        assertThat(answer.head().length()).isEqualTo(answer.body().getBytes(ISO_8859_1).length);
        var delimiter = "--" + type.substring(type.indexOf('=') + 1);
        return Arrays.stream(("\r\n" + answer.body()).split("\r\n" + delimiter, -1))
                .sorted()
                .toList();
    }

    private static String randomRanges(SplittableRandom random) {
        var range = new StringBuilder("bytes=");
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            int first = random.nextInt(18);
            range.append(random.nextInt(4) == 0 ? "-" + first : first + "-" + (first + random.nextInt(6)));
            range.append(i > 1 ? "," : "");
        }
        return range.toString();
    }
}
