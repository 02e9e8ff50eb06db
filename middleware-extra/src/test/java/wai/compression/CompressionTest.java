package wai.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;
import wai.test.TestResponse;

class CompressionTest {
    private static TestResponse get(Application application, String accept) {
        return TestClient.of(application)
                .request("GET", "/")
                .header("Accept-Encoding", accept)
                .send();
    }

    private static String decoded(TestResponse response) {
        var bytes = new ByteArrayInputStream(response.bytes().toByteArray());
        try {
            return switch (response.header("Content-Encoding").orElse("")) {
                case "gzip" -> new String(new GZIPInputStream(bytes).readAllBytes(), UTF_8);
                case "deflate" -> new String(new InflaterInputStream(bytes).readAllBytes(), UTF_8);
                default -> response.text();
            };
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Application page(Headers more) {
        return Bodies.answering(Response.of(Status.OK, Bodies.TYPE.adding(more), Bytes.utf8(Bodies.TEXT)));
    }

    // ------------------------------------------------------------------------------------------ negotiation

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "gzip | gzip",
                "GZIP | gzip",
                "x-gzip | gzip",
                "deflate | deflate",
                "deflate, gzip | gzip",
                "deflate;q=0.9, gzip;q=0.8 | deflate",
                "compress , gzip ; q=0.8 | gzip",
                "* | gzip",
                "gzip;q=0, * | deflate",
                "*;q=0 | none",
                "gzip;q=0 | none",
                "br | none",
                "'' | none",
                "identity | none",
                "gzip;q=0.001 | gzip",
                "gzip;q=1.000 | gzip",
                "gzip;q=1.001 | none",
                "gzip;q=0.0001 | none",
                "gzip;q= | none",
                "gzip;q=x | none",
                "gzip;level=1 | none",
                "gzip;q=0, gzip | none"
            })
    void choosesByTheClientsWeights(String accept, String coding) {
        var response = get(Samples.compression(Bodies.BYTES.application()), accept);

        org.assertj.core.api.Assertions.assertThat(
                        response.header("Content-Encoding").orElse(null))
                .isEqualTo(coding);
        org.assertj.core.api.Assertions.assertThat(decoded(response)).isEqualTo(Bodies.TEXT);
        assertThat(response).hasHeader("Vary", "Accept-Encoding");
    }

    @Test
    void compressesEvenLittleForWhoRefusesThePlainContent() {
        var little = Samples.compression(Bodies.answering(Response.text(Status.OK, "hi")));

        assertThat(get(little, "gzip")).hasNoHeader("Content-Encoding").hasBody("hi");
        assertThat(get(little, "gzip, identity;q=0")).hasHeader("Content-Encoding", "gzip");
        assertThat(get(little, "gzip, *;q=0")).hasHeader("Content-Encoding", "gzip");
    }

    @Test
    void looksAtABoundedNumberOfElements() {
        var many = "x,".repeat(63);

        assertThat(get(page(Headers.EMPTY), many + "gzip")).hasStatus(200);
        assertThat(get(Samples.compression(page(Headers.EMPTY)), many + "gzip")).hasHeader("Content-Encoding", "gzip");
        assertThat(get(Samples.compression(page(Headers.EMPTY)), many + "x,gzip"))
                .hasNoHeader("Content-Encoding");
    }

    // ------------------------------------------------------------------------------------------ what is compressed

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "STREAM"})
    void compressesBytesAndStreams(Bodies body) {
        var response = get(Samples.compression(body.application()), "gzip");

        assertThat(response).hasHeader("Content-Encoding", "gzip");
        org.assertj.core.api.Assertions.assertThat(decoded(response)).isEqualTo(Bodies.TEXT);
        org.assertj.core.api.Assertions.assertThat(response.bytes().length()).isLessThan(Bodies.TEXT.length() / 5);
    }

    @Test
    void leavesFilesAndRawConnectionsAlone() {
        assertThat(get(Samples.compression(Bodies.FILE.application()), "gzip"))
                .hasNoHeader("Content-Encoding")
                .hasHeader("Accept-Ranges", "bytes")
                .hasBody(Bodies.TEXT);
        assertThat(TestClient.of(Samples.compression(Bodies.RAW.application()))
                        .without(Capability.RAW)
                        .request("GET", "/")
                        .header("Accept-Encoding", "gzip")
                        .send())
                .hasBody(Bodies.TEXT);
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({"BYTES, 859, false", "BYTES, 860, true", "STREAM, 859, false", "STREAM, 860, true"})
    void compressesFromAThresholdOn(Bodies body, int size, boolean compressed) {
        var text = "a".repeat(size);
        var response = body == Bodies.BYTES
                ? Response.text(Status.OK, text)
                : Response.stream(
                        Status.OK,
                        Bodies.TYPE.adding(HeaderName.CONTENT_LENGTH, "" + size),
                        out -> out.writeUtf8(text));

        var seen = get(Samples.compression(Bodies.answering(response)), "gzip");

        org.assertj.core.api.Assertions.assertThat(
                        seen.header("Content-Encoding").isPresent())
                .isEqualTo(compressed);
        org.assertj.core.api.Assertions.assertThat(decoded(seen)).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "text/html; charset=utf-8, true",
        "TEXT/CSS, true",
        "application/json, true",
        "application/problem+json, true",
        "image/svg+xml, true",
        "text/event-stream, false",
        "image/png, false",
        "application/octet-stream, false",
        "'', false"
    })
    void compressesTypesThatShrink(String type, boolean compressed) {
        var response = Response.of(Status.OK, Headers.of(HeaderName.CONTENT_TYPE, type), Bytes.utf8(Bodies.TEXT));

        var seen = get(Samples.compression(Bodies.answering(response)), "gzip");

        org.assertj.core.api.Assertions.assertThat(
                        seen.header("Content-Encoding").isPresent())
                .isEqualTo(compressed);
        org.assertj.core.api.Assertions.assertThat(seen.header("Vary").isPresent())
                .isEqualTo(compressed);
    }

    @Test
    void compressesWhatItIsToldTo() {
        var events = Response.of(
                Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/event-stream"), Bytes.utf8("data: x\n\n"));
        var compression =
                Compression.by(ContentCoding.deflate()).withTypes(_ -> true).withThreshold(0);

        var seen = get(compression.wrap(Bodies.answering(events)), "gzip, deflate");

        org.assertj.core.api.Assertions.assertThat(
                        seen.header("Content-Encoding").isPresent())
                .isFalse(); // became no smaller
        assertThat(get(compression.wrap(page(Headers.EMPTY)), "gzip, deflate"))
                .hasHeader("Content-Encoding", "deflate");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"Content-Encoding, br", "Cache-Control, 'public, No-Transform'", "Content-Range, bytes 0-1/2"})
    void leavesAloneWhatMustNotBeChanged(String field, String value) {
        var own = Headers.of(HeaderName.of(field), value);

        assertThat(get(Samples.compression(page(own)), "gzip"))
                .hasHeader(field, value)
                .hasNoHeader("Vary")
                .hasBody(Bodies.TEXT);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {204, 205, 206, 304})
    void leavesStatusesAloneThatHaveNoWholeContent(int status) {
        var response = Response.of(Status.of(status), Bodies.TYPE, Bytes.EMPTY);

        assertThat(get(Samples.compression(Bodies.answering(response)), "gzip, identity;q=0"))
                .hasNoHeader("Content-Encoding");
    }

    @Test
    void keepsBytesThatBecomeNoSmaller() {
        var random = new byte[2000];
        new Random(1).nextBytes(random);
        var response = Response.of(Status.OK, Bodies.TYPE, Bytes.of(random));

        assertThat(get(Samples.compression(Bodies.answering(response)), "gzip"))
                .hasNoHeader("Content-Encoding")
                .hasHeader("Vary", "Accept-Encoding")
                .hasBody(Bytes.of(random));
    }

    // ------------------------------------------------------------------------------------------ fields

    @Test
    void adjustsTheFieldsThatDescribeTheContent() {
        var own = Headers.of(
                        HeaderName.ETAG,
                        "\"x\"",
                        HeaderName.VARY,
                        "Accept, accept-encoding",
                        HeaderName.ACCEPT_RANGES,
                        "bytes")
                .adding(HeaderName.of("Repr-Digest"), "sha-256=:x:");

        assertThat(get(Samples.compression(page(own)), "gzip"))
                .hasHeader("ETag", "W/\"x\"")
                .hasHeader("Vary", "Accept, accept-encoding")
                .hasNoHeader("Repr-Digest")
                .hasNoHeader("Accept-Ranges");
        assertThat(get(Samples.compression(page(own)), "br"))
                .hasHeader("ETag", "\"x\"")
                .hasHeader("Repr-Digest");
    }

    @Test
    void mergesVaryOnce() {
        var own = Headers.of(HeaderName.VARY, "Accept", HeaderName.VARY, "Cookie");

        var response = get(Compression.gzip().then(Compression.gzip()).wrap(page(own)), "gzip");

        org.assertj.core.api.Assertions.assertThat(response.headers().all(HeaderName.VARY))
                .containsExactly("Accept, Cookie, Accept-Encoding");
        org.assertj.core.api.Assertions.assertThat(decoded(response)).isEqualTo(Bodies.TEXT);
    }

    @Test
    void saysToHeadWhatItSaysToGet() {
        for (var body : new Bodies[] {Bodies.BYTES, Bodies.STREAM}) {
            var head = TestClient.of(Samples.compression(body.application()))
                    .request("HEAD", "/")
                    .header("Accept-Encoding", "gzip")
                    .send();

            assertThat(head)
                    .hasHeader("Content-Encoding", "gzip")
                    .hasHeader("Vary", "Accept-Encoding")
                    .hasNoHeader("Content-Length")
                    .hasEmptyBody();
        }
    }

    // ------------------------------------------------------------------------------------------ streams

    @Test
    void letsAFlushReachTheClient() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var application = Samples.compression(Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
            out.writeUtf8("first");
            out.flush();
            mayEnd.await();
            out.write('!');
        })));

        try (var live = TestClient.of(application)
                .request("GET", "/")
                .header("Accept-Encoding", "gzip")
                .open()) {
            var early = new ByteArrayOutputStream();
            while (!inflated(early).equals("first")) {
                live.nextChunk().orElseThrow().writeTo(early);
            }
            mayEnd.countDown();
            org.assertj.core.api.Assertions.assertThat(decoded(live.rest())).isEqualTo("first!");
        } finally {
            mayEnd.countDown();
        }
    }

    /// As much as can be decompressed of what came so far.
    private static String inflated(ByteArrayOutputStream early) {
        var text = new ByteArrayOutputStream();
        try (var in = new GZIPInputStream(new ByteArrayInputStream(early.toByteArray()))) {
            for (int b; (b = in.read()) >= 0; ) {
                text.write(b);
            }
        } catch (IOException _) {
            // the rest has not come yet
        }
        return text.toString(UTF_8);
    }

    @Test
    void writesNoEndWhenTheStreamFails() {
        var application = Samples.compression(Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
            out.writeUtf8(Bodies.TEXT);
            out.flush();
            throw new IllegalStateException("broken");
        })));

        var response = TestClient.of(application)
                .answeringErrors()
                .request("GET", "/")
                .header("Accept-Encoding", "gzip")
                .send();

        assertThat(response).isIncomplete();
        assertThatThrownBy(() -> new GZIPInputStream(
                                new ByteArrayInputStream(response.bytes().toByteArray()))
                        .readAllBytes())
                .isInstanceOf(IOException.class);
    }

    @Test
    void writesWhatOthersCanReadHoweverItIsWritten() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            var content = new byte[random.nextInt(30_000)];
            random.nextBytes(content);
            var out = new ByteArrayOutputStream();
            var coding = random.nextBoolean() ? ContentCoding.gzip(1 + random.nextInt(9)) : ContentCoding.deflate();
            try (var encoder = coding.encoder(out)) {
                for (int at = 0; at < content.length; ) {
                    int step = Math.min(content.length - at, random.nextInt(9000));
                    encoder.write(content, at, step);
                    at += step;
                    if (random.nextInt(3) == 0) {
                        encoder.flush();
                    }
                }
                encoder.finish();
            }
            org.assertj.core.api.Assertions.assertThat(coding.decoder(new ByteArrayInputStream(out.toByteArray()))
                            .readAllBytes())
                    .as("seed %d", seed)
                    .isEqualTo(content);
        }
    }

    @Test
    void refusesSettingsThatCannotBe() {
        assertThatThrownBy(Compression::by).hasMessageContaining("at least one");
        assertThatThrownBy(() -> Compression.gzip().withThreshold(-1)).hasMessageContaining("0 or more");
        assertThatThrownBy(() -> ContentCoding.gzip(0)).hasMessageContaining("1 to 9");
        assertThatThrownBy(() -> ContentCoding.gzip(10)).hasMessageContaining("1 to 9");
        assertThatThrownBy(() -> Decompression.upTo(-1)).hasMessageContaining("0 or more");
    }

    // ------------------------------------------------------------------------------------------ requests

    private static byte[] zipped(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(content);
        }
        return out.toByteArray();
    }

    private static TestResponse post(Application application, byte[] body, String encoding) {
        return TestClient.of(application)
                .request("POST", "/")
                .body(Bytes.of(body))
                .header("Content-Encoding", encoding)
                .send();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"gzip", "GZip", "x-gzip", "identity, gzip"})
    void decompressesRequests(String encoding) throws Exception {
        var response = post(Samples.decompression(Bodies.telling()), zipped("hello".getBytes(UTF_8)), encoding);

        assertThat(response)
                .bodyContains("\n\nhello")
                .bodyDoesNotContain("content-encoding")
                .bodyDoesNotContain("content-length");
    }

    @Test
    void decompressesDeflateAndLeavesPlainBodiesAlone() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var encoder = ContentCoding.deflate().encoder(out)) {
            encoder.write("hello".getBytes(UTF_8), 0, 5);
            encoder.finish();
        }

        assertThat(post(Samples.decompression(Bodies.telling()), out.toByteArray(), "deflate"))
                .bodyContains("hello");
        assertThat(TestClient.of(Samples.decompression(Bodies.telling())).post("/", "plain"))
                .bodyContains("content-length: 5")
                .bodyContains("plain");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"br", "gzip, gzip", "nonsense", "deflate, gzip"})
    void refusesCodingsItDoesNotKnow(String encoding) {
        assertThat(post(Samples.decompression(Bodies.telling()), new byte[5], encoding))
                .hasStatus(415)
                .hasHeader("Accept-Encoding", "gzip, deflate");
    }

    @Test
    void refusesABombWithoutUnpackingIt() throws Exception {
        var application = Decompression.upTo(1000).wrap(Bodies.telling());

        assertThat(post(application, zipped(new byte[1000]), "gzip")).hasStatus(200);
        assertThat(post(application, zipped(new byte[1001]), "gzip"))
                .hasStatus(413)
                .bodyContains("1000 bytes");
        assertThat(post(application, zipped(new byte[50_000_000]), "gzip")).hasStatus(413);
    }

    @Test
    void refusesWhatIsMalformedOrEndsEarly() throws Exception {
        var whole = zipped("hello, hello, hello".getBytes(UTF_8));
        var wrong = whole.clone();
        wrong[wrong.length - 6] ^= 1; // in the checksum
        var application = Samples.decompression(Bodies.telling());

        assertThat(post(application, "no zip".getBytes(UTF_8), "gzip"))
                .hasStatus(400)
                .bodyContains("gzip");
        assertThat(post(application, wrong, "gzip")).hasStatus(400);
        for (int length = 0; length < whole.length; length++) {
            assertThat(post(application, Arrays.copyOf(whole, length), "gzip")).hasStatus(400);
        }
    }

    @Test
    void leavesOtherFailuresAlone() throws Exception {
        var body = zipped("hello".getBytes(UTF_8));
        Application fails = Decompression.upTo(1000).wrap((_, _) -> {
            throw new IllegalStateException("broken");
        });

        assertThatThrownBy(() -> post(fails, body, "gzip")).hasMessage("broken");
    }
}
