package wai.spi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.HeaderName.ACCEPT_RANGES;
import static wai.HeaderName.CACHE_CONTROL;
import static wai.HeaderName.CONTENT_ENCODING;
import static wai.HeaderName.CONTENT_RANGE;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.LAST_MODIFIED;

import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// Everything about files but conditions, which have [FileConditionsTest].
class FileNegotiationTest {
    private static final Instant MODIFIED = Instant.parse("1994-11-06T08:49:37.5Z");
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Headers OF_FILE = headers("""
            Content-Type: text/html
            Content-Language: en
            Content-Location: /page.en
            Content-Disposition: attachment
            Content-Digest: sha-256=:AA==:
            Repr-Digest: sha-256=:BB==:
            Content-Security-Policy: default-src 'self'
            Cache-Control: max-age=31536000, immutable
            Expires: Sun, 06 Nov 2033 08:49:37 GMT
            Vary: Accept-Language
            Set-Cookie: a=1
            Set-Cookie: b=2
            X-Own: kept
            """);

    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void makeFile() throws Exception {
        file = file("0123456789abcdef");
    }

    @Test
    void sendsAWholeFileWithItsValidators() throws Exception {
        var answer = get("", Headers.of(CONTENT_TYPE, "text/plain"));

        assertThat(shown(answer)).isEqualTo("""
                200 OK
                Content-Type: text/plain
                ETag: "10-2ebc98a1-1dcd6500"
                Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
                Accept-Ranges: bytes
                Content-Length: 16

                0123456789abcdef""");
    }

    @Test
    void keepsValidatorsAndReasonOfTheApplication() throws Exception {
        var own = headers("""
                etag: W/"mine"
                last-modified: Mon, 01 Jan 2024 00:00:00 GMT
                """);

        var answer = ask(request("GET", ""), Response.file(new Status(200, "Fine"), own, file));

        assertThat(shown(answer)).isEqualTo("""
                200 Fine
                etag: W/"mine"
                last-modified: Mon, 01 Jan 2024 00:00:00 GMT
                Accept-Ranges: bytes
                Content-Length: 16

                0123456789abcdef""");
    }

    @Test
    void replacesLengthAndRangeThatTheApplicationSet() throws Exception {
        var own = headers("""
                Content-Length: 5
                Content-Range: bytes 1-5/99
                """);

        var answer = get("", own);

        assertThat(answer.head().length()).isEqualTo(16);
        assertThat(answer.field(CONTENT_RANGE)).isEqualTo("-");
    }

    @ParameterizedTest(name = "[{0}] gets {1}, {2}, \"{3}\"")
    @CsvSource(
            delimiter = '|',
            value = {
                // FIL-02, FIL-03, FIL-04 of Warp's tests; what differs here is said behind
                "bytes=2-14       | 206 | bytes 2-14/16  | 23456789abcde",
                "bytes=10-20      | 206 | bytes 10-15/16 | abcdef",
                "bytes=0-15       | 200 | -              | 0123456789abcdef",
                "bytes=2-3        | 206 | bytes 2-3/16   | 23",
                "bytes=5-         | 206 | bytes 5-15/16  | 56789abcdef",
                "bytes=5-8        | 206 | bytes 5-8/16   | 5678",
                "bytes=-3         | 206 | bytes 13-15/16 | def",
                "bytes=-17        | 200 | -              | 0123456789abcdef",
                "bytes=16-        | 416 | bytes */16     | Range not satisfiable: there are 16 bytes", // Warp: 206
                "bytes=17-        | 416 | bytes */16     | Range not satisfiable: there are 16 bytes", // Warp: closes
                "bytes=-0         | 416 | bytes */16     | Range not satisfiable: there are 16 bytes",
                "bytes=20-30,16-  | 416 | bytes */16     | Range not satisfiable: there are 16 bytes",
                "bytes=5-3        | 200 | -              | 0123456789abcdef", // Warp: 416
                "bytes=x          | 200 | -              | 0123456789abcdef", // Warp: 416
                "lines=1-2        | 200 | -              | 0123456789abcdef", // Warp: 416
                "BYTES=1-2        | 206 | bytes 1-2/16   | 12",
                "bytes=0-         | 200 | -              | 0123456789abcdef",
                "bytes=0-0        | 206 | bytes 0-0/16   | 0",
                "bytes=15-15      | 206 | bytes 15-15/16 | f",
                "bytes=99-,2-3    | 206 | bytes 2-3/16   | 23",
                "bytes=2-5,4-7    | 206 | bytes 2-7/16   | 234567",
                "bytes=8-,0-7     | 200 | -              | 0123456789abcdef",
            })
    void answersASingleRange(String range, int status, String contentRange, String body) throws Exception {
        var answer = get("Range: " + range);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field(CONTENT_RANGE)).isEqualTo(contentRange);
        assertThat(answer.field(ACCEPT_RANGES)).isEqualTo("bytes");
        assertThat(answer.body().stripTrailing()).isEqualTo(body);
        assertThat(answer.head().length()).isEqualTo(answer.body().length());
    }

    @Test
    void ignoresTwoRangeFields() throws Exception {
        assertThat(get("Range: bytes=0-1\nRange: bytes=2-3").status()).isEqualTo(200);
    }

    @Test
    void keepsTheFieldsOfTheFileWithARange() throws Exception {
        var answer = get("Range: bytes=1-2", OF_FILE);

        assertThat(shown(answer)).isEqualTo("""
                206 Partial Content
                Content-Type: text/html
                Content-Language: en
                Content-Location: /page.en
                Content-Disposition: attachment
                Repr-Digest: sha-256=:BB==:
                Content-Security-Policy: default-src 'self'
                Cache-Control: max-age=31536000, immutable
                Expires: Sun, 06 Nov 2033 08:49:37 GMT
                Vary: Accept-Language
                Set-Cookie: a=1
                Set-Cookie: b=2
                X-Own: kept
                ETag: "10-2ebc98a1-1dcd6500"
                Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
                Accept-Ranges: bytes
                Content-Range: bytes 1-2/16
                Content-Length: 2

                12""");
    }

    @Test
    void sendsSeveralRangesAsMultipart() throws Exception {
        var answer = get("Range: bytes=8-9, -1, 0-2", Headers.of(CONTENT_TYPE, "text/plain; charset=utf-8"));

        var boundary = boundary(answer);
        assertThat(shown(answer).replace(boundary, "BOUNDARY").replace("\r", "\\r"))
                .isEqualTo("""
                206 Partial Content
                Content-Type: multipart/byteranges; boundary=BOUNDARY
                ETag: "10-2ebc98a1-1dcd6500"
                Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
                Accept-Ranges: bytes
                Content-Length: 392

                --BOUNDARY\\r
                Content-Type: text/plain; charset=utf-8\\r
                Content-Range: bytes 8-9/16\\r
                \\r
                89\\r
                --BOUNDARY\\r
                Content-Type: text/plain; charset=utf-8\\r
                Content-Range: bytes 15-15/16\\r
                \\r
                f\\r
                --BOUNDARY\\r
                Content-Type: text/plain; charset=utf-8\\r
                Content-Range: bytes 0-2/16\\r
                \\r
                012\\r
                --BOUNDARY--\\r
                """);
        assertThat(answer.head().length()).isEqualTo(answer.body().length());
    }

    @Test
    void takesSeveralRangesFromTheFileThatTheHandlerOpens() throws Exception {
        var kept = Files.writeString(folder.resolve("kept"), "ABCDEFGHIJKLMNOP");
        var response = Response.file(Status.OK, Headers.EMPTY, file);

        var negotiated = FileNegotiation.answer(
                request("GET", "Range: bytes=0-0,14-"),
                response,
                new FileFacts(16, MODIFIED),
                _ -> Files.newByteChannel(kept),
                NOW);

        assertThat(NegotiatingExchange.answer(request("GET", ""), negotiated, NOW)
                        .body())
                .contains("bytes 0-0/16\r\n\r\nA\r\n")
                .contains("bytes 14-15/16\r\n\r\nOP\r\n");
    }

    @Test
    void leavesContentTypeOutOfThePartsWhenTheApplicationSetNone() throws Exception {
        var answer = get("Range: bytes=0-0,2-2");

        assertThat(answer.body())
                .doesNotContain("Content-Type")
                .startsWith("--" + boundary(answer) + "\r\nContent-Range: bytes 0-0/16\r\n\r\n0\r\n");
    }

    @Test
    void choosesANewBoundaryEachTime() throws Exception {
        assertThat(boundary(get("Range: bytes=0-0,2-2"))).isNotEqualTo(boundary(get("Range: bytes=0-0,2-2")));
    }

    @Test
    void sendsAnEncodedFileWholeInsteadOfSeveralRanges() throws Exception {
        var answer = get("Range: bytes=0-0,2-2", Headers.of(CONTENT_ENCODING, "gzip"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("0123456789abcdef");
    }

    @Test
    void sendsTheWholeFileBeyondTheLimitOfRanges() throws Exception {
        file = file("x".repeat(1000));
        var most = new StringBuilder("Range: bytes=0-0");
        for (int i = 1; i < ByteRanges.MAX_RANGES; i++) {
            most.append(',').append(i * 2).append('-').append(i * 2);
        }

        var atTheLimit = get(most.toString());
        var onePast = get(most + ",999-999");

        assertThat(atTheLimit.status()).isEqualTo(206);
        assertThat(Pattern.compile("Content-Range").matcher(atTheLimit.body()).results())
                .hasSize(ByteRanges.MAX_RANGES);
        assertThat(onePast.status()).isEqualTo(200);
        assertThat(onePast.head().length()).isEqualTo(1000);
    }

    @Test
    void deliversExactlyTheSlicesAskedFor() throws Exception {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);

        for (int round = 0; round < 300; round++) {
            var content = new byte[random.nextInt(1, round % 10 == 0 ? 100_000 : 200)];
            random.nextBytes(content);
            file = file(new String(content, ISO_8859_1));
            var range = randomRanges(random, content.length);

            var answer = get("Range: " + range);

            var label = "seed " + seed + ": " + range + " of " + content.length;
            assertThat(answer.head().length()).as(label).isEqualTo(answer.body().length());
            checkSlices(answer, new String(content, ISO_8859_1), label);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0", "bytes=5-9", "bytes=0-0,5-9", "x"})
    void sendsAnEmptyFileWholeWhateverTheRange(String range) throws Exception {
        file = file("");

        var answer = get("Range: " + range);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().length()).isEqualTo(0);
        assertThat(answer.field(CONTENT_RANGE)).isEqualTo("-");
    }

    @Test
    void answersHeadAsGetWithoutRangeAndBody() throws Exception {
        var answer = ask(request("HEAD", "Range: bytes=2-3"), Response.file(Status.OK, Headers.EMPTY, file));

        assertThat(shown(answer)).isEqualTo("""
                200 OK
                ETag: "10-2ebc98a1-1dcd6500"
                Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
                Accept-Ranges: bytes
                Content-Length: 16

                """);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "get", "QUERY"})
    void negotiatesNothingForOtherMethods(String method) throws Exception {
        var request = request(method, "Range: bytes=2-3\nIf-Match: \"other\"\nIf-None-Match: *");

        var answer = ask(request, Response.file(Status.OK, Headers.EMPTY, file));

        assertThat(shown(answer)).isEqualTo("""
                200 OK
                Accept-Ranges: bytes
                Content-Length: 16

                0123456789abcdef""");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {201, 203, 403, 404, 500, 503})
    void keepsEveryOtherStatusAndNegotiatesNothing(int status) throws Exception {
        var request = request("GET", "Range: bytes=2-3\nIf-Match: \"other\"\nIf-None-Match: *");

        var answer = ask(request, Response.file(Status.of(status), Headers.EMPTY, file));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("0123456789abcdef");
        assertThat(answer.field(ETAG)).isEqualTo("-");
    }

    @ParameterizedTest(name = "({0}, {1})")
    @CsvSource({"2,2,bytes 2-3/16,23", "0,2,bytes 0-1/16,01", "3,8,bytes 3-10/16,3456789a"})
    void negotiatesNothingForAPartOfTheApplication(long offset, long length, String contentRange, String body)
            throws Exception {
        var request = request("GET", "Range: bytes=5-6\nIf-None-Match: *");

        var answer = ask(request, Response.file(Status.OK, Headers.EMPTY, file, new FilePart(offset, length, 16)));

        assertThat(shown(answer)).isEqualTo("""
                200 OK
                Accept-Ranges: bytes
                Content-Range: %s
                Content-Length: %d

                %s""".formatted(contentRange, length, body));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"GET", "HEAD", "POST"})
    void answers404ForAMissingFileWithoutWhatDescribedIt(String method) throws Exception {
        var response = Response.file(Status.OK, OF_FILE, folder.resolve("missing"));

        var answer = ask(request(method, "Range: bytes=0-1\nIf-None-Match: *"), response);

        assertThat(shown(answer)).isEqualTo("""
                404 Not Found
                Content-Security-Policy: default-src 'self'
                Vary: Accept-Language
                Set-Cookie: a=1
                Set-Cookie: b=2
                X-Own: kept
                Cache-Control: no-store
                Content-Type: text/plain; charset=utf-8
                Content-Length: 15

                """ + (method.equals("HEAD") ? "" : "File not found\n"));
    }

    @Test
    void keepsAnErrorWhosePageIsMissing() throws Exception {
        var response = Response.file(Status.SERVICE_UNAVAILABLE, Headers.EMPTY, folder.resolve("missing"));

        var answer = ask(request("GET", ""), response);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("Service Unavailable\n");
    }

    @Test
    void leaves416AndWhatDescribesItAlone() throws Exception {
        var answer = get("Range: bytes=99-", OF_FILE.adding(ETAG, "\"own\""));

        assertThat(shown(answer)).isEqualTo("""
                416 Range Not Satisfiable
                Content-Security-Policy: default-src 'self'
                Vary: Accept-Language
                Set-Cookie: a=1
                Set-Cookie: b=2
                X-Own: kept
                Cache-Control: no-store
                Content-Type: text/plain; charset=utf-8
                Accept-Ranges: bytes
                Content-Range: bytes */16
                Content-Length: 42

                Range not satisfiable: there are 16 bytes
                """);
    }

    @Test
    void saysNothingOfCachingAnErrorWhenTheApplicationSaidNothing() throws Exception {
        assertThat(get("Range: bytes=99-").field(CACHE_CONTROL)).isEqualTo("-");
    }

    @Test
    void answersAnUnreadableRequestWithTheWholeFile() throws Exception {
        var answer = NegotiatingExchange.answerUnreadable(Response.file(Status.BAD_REQUEST, Headers.EMPTY, file), NOW);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("0123456789abcdef");
    }

    @Test
    void negotiatesTheFileOfAFallback() throws Exception {
        var fallback = Response.file(Status.OK, Headers.EMPTY, file);
        var raw = Response.raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY, fallback, _ -> {});

        var answer = ask(request("GET", "Range: bytes=2-3"), raw);

        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo("23");
    }

    @Test
    void failsTheBodyWhenTheFileIsShorterThanPromised() throws Exception {
        var response = Response.file(Status.OK, Headers.EMPTY, file);
        var negotiated = FileNegotiation.answer(
                request("GET", "Range: bytes=0-0,18-30"), response, new FileFacts(40, MODIFIED), NOW);

        assertThatThrownBy(() -> NegotiatingExchange.answer(request("GET", ""), negotiated, NOW))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("ended 13 bytes before");
    }

    @Test
    void refusesABodyThatIsNoWholeFile() {
        var part = Response.file(Status.OK, Headers.EMPTY, file, new FilePart(0, 1, 16));

        assertThatThrownBy(() -> FileNegotiation.answer(request("GET", ""), part, new FileFacts(16, MODIFIED), NOW))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileNegotiation.answer(
                        request("GET", ""), Response.text(Status.OK, "x"), new FileFacts(16, MODIFIED), NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "modified {0} before now: {1}")
    @CsvSource({
        "PT2S,         '\"10-69a42a3e-0\"',    'Sun, 01 Mar 2026 11:59:58 GMT'",
        "PT1.999S,     'W/\"10-69a42a3e-f4240\"', 'Sun, 01 Mar 2026 11:59:58 GMT'",
        "PT0S,         'W/\"10-69a42a40-0\"',  'Sun, 01 Mar 2026 12:00:00 GMT'",
        "PT-10S,       'W/\"10-69a42a4a-0\"',  'Sun, 01 Mar 2026 12:00:00 GMT'",
    })
    void givesAWeakTagUntilTheFileHasRestedAndNoDateOfTheFuture(Duration age, String tag, String date)
            throws Exception {
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));

        var answer = get("");

        assertThat(answer.field(ETAG)).isEqualTo(tag);
        assertThat(answer.field(LAST_MODIFIED)).isEqualTo(date);
    }

    @Test
    void derivesValidatorsOfFactsThatAreKeptFromThePresentAllTheSame() {
        var facts = new FileFacts(16, NOW);

        var tags = Stream.of(NOW.plusSeconds(2), NOW, NOW.plusSeconds(3))
                .map(now -> FileNegotiation.answer(
                        request("GET", ""), Response.file(Status.OK, Headers.EMPTY, file), facts, now))
                .map(answer -> answer.headers().first(ETAG, "none"));

        assertThat(tags).containsExactly("\"10-69a42a40-0\"", "W/\"10-69a42a40-0\"", "\"10-69a42a40-0\"");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z", "1960-01-01T00:00:00Z"})
    void givesNoValidatorsWithoutAModificationTime(Instant time) throws Exception {
        Files.setLastModifiedTime(file, FileTime.from(time));

        var answer = get("If-None-Match: \"x\"\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field(ETAG)).isEqualTo("-");
        assertThat(answer.field(LAST_MODIFIED)).isEqualTo("-");
    }

    private static String randomRanges(SplittableRandom random, int size) {
        var range = new StringBuilder("bytes=");
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            int first = random.nextInt(0, size + 3);
            int last = first + random.nextInt(0, size);
            range.append(
                    switch (random.nextInt(4)) {
                        case 0 -> first + "-";
                        case 1 -> "-" + first;
                        default -> first + "-" + last;
                    });
            range.append(i > 1 ? "," : "");
        }
        return range.toString();
    }

    private static void checkSlices(NegotiatingExchange.Answer answer, String content, String label) {
        switch (answer.status()) {
            case 200 -> assertThat(answer.body()).as(label).isEqualTo(content);
            case 416 -> assertThat(answer.field(CONTENT_RANGE)).as(label).isEqualTo("bytes */" + content.length());
            default -> {
                if (answer.field(CONTENT_TYPE).equals("-")) {
                    assertThat(answer.body()).as(label).isEqualTo(slice(content, answer.field(CONTENT_RANGE)));
                } else {
                    checkParts(answer, content, label);
                }
            }
        }
    }

    /// Builds what the parts must look like from nothing but their own Content-Range.
    private static void checkParts(NegotiatingExchange.Answer answer, String content, String label) {
        var delimiter = "--" + boundary(answer);
        var expected = new StringBuilder();
        var found = Pattern.compile(
                        Pattern.quote(delimiter) + "\r\nContent-Range: (bytes [0-9]+-[0-9]+/[0-9]+)\r\n\r\n")
                .matcher(answer.body());
        while (found.find()) {
            expected.append(found.group())
                    .append(slice(content, found.group(1)))
                    .append("\r\n");
        }
        expected.append(delimiter).append("--\r\n");

        assertThat(answer.body()).as(label).isEqualTo(expected.toString());
        assertThat(answer.field(CONTENT_RANGE)).as(label).isEqualTo("-");
    }

    private static String slice(String content, String contentRange) {
        var numbers =
                Pattern.compile("bytes ([0-9]+)-([0-9]+)/" + content.length()).matcher(contentRange);
        assertThat(numbers.matches()).as(contentRange).isTrue();
        return content.substring(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)) + 1);
    }

    private static String boundary(NegotiatingExchange.Answer answer) {
        var type = answer.field(CONTENT_TYPE);
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        return type.substring(type.indexOf('=') + 1);
    }

    private Path file(String content) throws Exception {
        var path = folder.resolve("file");
        Files.write(path, content.getBytes(ISO_8859_1));
        Files.setLastModifiedTime(path, FileTime.from(MODIFIED));
        return path;
    }

    private NegotiatingExchange.Answer get(String fields) throws Exception {
        return get(fields, Headers.EMPTY);
    }

    private NegotiatingExchange.Answer get(String fields, Headers own) throws Exception {
        return ask(request("GET", fields), Response.file(Status.OK, own, file));
    }

    private static NegotiatingExchange.Answer ask(Request request, Response response) throws Exception {
        return NegotiatingExchange.answer(request, response, NOW);
    }

    private static Request request(String method, String fields) {
        return Request.builder(method, "/").headers(headers(fields)).build();
    }

    private static Headers headers(String lines) {
        var headers = Headers.builder();
        lines.lines()
                .forEach(line -> headers.add(
                        HeaderName.of(line.substring(0, line.indexOf(':'))), line.substring(line.indexOf(':') + 1)));
        return headers.build();
    }

    /// The answer as a client sees it.
    private static String shown(NegotiatingExchange.Answer answer) {
        var text = new StringBuilder().append(answer.head().status()).append('\n');
        answer.head()
                .headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append('\n'));
        if (answer.head().length() != FramedResponse.UNKNOWN) {
            text.append("Content-Length: ").append(answer.head().length()).append('\n');
        }
        return text.append('\n').append(answer.body()).toString();
    }
}
