package wai.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Bytes;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;
import wai.test.TestResponse;

/// Brotli and Zstandard, and gzip beside them: what is promised of every coding, and what is new with libraries.
class LibraryCodingsTest {
    enum Library {
        BR,
        ZSTD,
        GZIP;

        ContentCoding coding() {
            return switch (this) {
                case BR -> ContentCoding.brotli();
                case ZSTD -> ContentCoding.zstd();
                case GZIP -> ContentCoding.gzip();
            };
        }

        byte[] encoded(byte[] content) throws IOException {
            var out = new ByteArrayOutputStream();
            try (var encoder = coding().encoder(out)) {
                encoder.write(content, 0, content.length);
                encoder.finish();
            }
            return out.toByteArray();
        }

        String decoded(byte[] bytes) throws IOException {
            try (var in = coding().decoder(new ByteArrayInputStream(bytes))) {
                return new String(in.readAllBytes(), UTF_8);
            }
        }

        TestResponse post(Application application, byte[] body) {
            return TestClient.of(application)
                    .request("POST", "/")
                    .body(Bytes.of(body))
                    .header("Content-Encoding", coding().name())
                    .send();
        }
    }

    private static TestResponse get(Application application, String accept) {
        return TestClient.of(application)
                .request("GET", "/")
                .header("Accept-Encoding", accept)
                .send();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "gzip, deflate, br, zstd | br",
                "gzip, zstd | zstd",
                "br;q=0.5, zstd;q=0.6, gzip;q=0.7 | gzip",
                "br;q=0, * | zstd",
                "* | br",
                "identity;q=0 | none",
                "zstd;q=0.5, identity;q=0.6 | none",
                "zstd;q=0.5, identity;q=0.5 | zstd"
            })
    void areNegotiatedLikeTheOthers(String accept, String coding) {
        var response = get(Samples.allCodings(Bodies.BYTES.application()), accept);

        assertThat(response.header("Content-Encoding").orElse(null)).isEqualTo(coding);
        assertThat(response.header("Vary")).hasValue("Accept-Encoding");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void compressBytesAndStreams(Library library) throws IOException {
        for (var body : new Bodies[] {Bodies.BYTES, Bodies.STREAM}) {
            var response = get(
                    Compression.by(library.coding()).wrap(body.application()),
                    library.coding().name());

            assertThat(library.decoded(response.bytes().toByteArray())).isEqualTo(Bodies.TEXT);
            assertThat(response.bytes().length()).isLessThan(Bodies.TEXT.length() / 5);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void letAFlushReachTheClientAsOneBody(Library library) throws Exception {
        var mayEnd = new CountDownLatch(1);
        var application = Compression.by(library.coding())
                .wrap(Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
                    out.writeUtf8("first");
                    out.flush();
                    mayEnd.await();
                    out.writeUtf8(", last");
                })));

        try (var live = TestClient.of(application)
                .request("GET", "/")
                .header("Accept-Encoding", library.coding().name())
                .open()) {
            var early = new ByteArrayOutputStream();
            while (!beginning(library, early.toByteArray()).equals("first")) {
                live.nextChunk().orElseThrow().writeTo(early);
            }
            mayEnd.countDown();
            assertThat(library.decoded(live.rest().bytes().toByteArray())).isEqualTo("first, last");
        } finally {
            mayEnd.countDown();
        }
    }

    /// As much as can be decoded of what came so far.
    private static String beginning(Library library, byte[] early) {
        var text = new ByteArrayOutputStream();
        try (var in = library.coding().decoder(new ByteArrayInputStream(early))) {
            for (int b; (b = in.read()) >= 0; ) {
                text.write(b);
            }
        } catch (IOException _) {
            // the rest has not come yet
        }
        return text.toString(UTF_8);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void writeNoEndWhenTheStreamFails(Library library) {
        var application = Compression.by(library.coding())
                .wrap(Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
                    out.writeUtf8(Bodies.TEXT);
                    out.flush();
                    throw new IllegalStateException("broken");
                })));

        var response = TestClient.of(application)
                .answeringErrors()
                .request("GET", "/")
                .header("Accept-Encoding", library.coding().name())
                .send();

        assertThat(response.isComplete()).isFalse();
        assertThatThrownBy(() -> library.decoded(response.bytes().toByteArray()))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void refuseThreadsThatOutliveTheBody(Library library) throws Exception {
        var kept = new AtomicReference<wai.BodySink>();
        var application = Compression.by(library.coding())
                .wrap(Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
                    kept.set(out);
                    out.writeUtf8("x");
                })));

        get(application, library.coding().name());

        assertThatThrownBy(() -> kept.get().write('y')).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kept.get().flush()).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void decodeWhatTheyEncodedHoweverItWasWritten(Library library) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            var content = new byte[random.nextInt(30_000)];
            random.nextBytes(content);
            var out = new ByteArrayOutputStream();
            try (var encoder = library.coding().encoder(out)) {
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
            try (var in = library.coding().decoder(new ByteArrayInputStream(out.toByteArray()))) {
                assertThat(in.readAllBytes()).as("seed %d", seed).isEqualTo(content);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ requests

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void decompressRequests(Library library) throws IOException {
        var application = Decompression.upTo(1000, library.coding()).wrap(Bodies.telling());

        assertThat(library.post(application, library.encoded("hello".getBytes(UTF_8)))
                        .text())
                .endsWith("\n\nhello");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void refuseABombWithoutUnpackingIt(Library library) throws IOException {
        var application = Decompression.upTo(1000, library.coding()).wrap(Bodies.telling());

        assertThat(library.post(application, library.encoded(new byte[1000])).status())
                .isEqualTo(Status.OK);
        assertThat(library.post(application, library.encoded(new byte[1001])).status())
                .isEqualTo(Status.CONTENT_TOO_LARGE);
        assertThat(library.post(application, library.encoded(new byte[50_000_000]))
                        .status())
                .isEqualTo(Status.CONTENT_TOO_LARGE);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void refuseWhatIsMalformedOrEndsEarly(Library library) throws IOException {
        var random = new byte[300];
        new Random(1).nextBytes(random);
        var whole = library.encoded(random);
        var application = Decompression.upTo(1000, library.coding()).wrap((request, respond) -> {
            request.body().readAllBytes();
            return respond.with(Response.text(Status.OK, "read"));
        });

        for (int length = 0; length < whole.length; length++) {
            var response = library.post(application, Arrays.copyOf(whole, length));
            assertThat(response.status()).as("%d bytes", length).isEqualTo(Status.BAD_REQUEST);
            assertThat(response.text()).contains(library.coding().name());
        }
    }

    /// Changed bytes may decode to something else, but nothing worse happens.
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void decodeOrRefuseNoise(Library library) throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var whole = library.encoded(Bodies.TEXT.getBytes(UTF_8));
        var application = Decompression.upTo(100_000, library.coding()).wrap((request, respond) -> {
            request.body().readAllBytes();
            return respond.with(Response.text(Status.OK, "read"));
        });

        for (int round = 0; round < 500; round++) {
            var noise = whole.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                noise[random.nextInt(noise.length)] ^= (byte) (1 + random.nextInt(255));
            }
            assertThat(library.post(application, noise).status())
                    .as("seed %d", seed)
                    .isIn(Status.OK, Status.BAD_REQUEST, Status.CONTENT_TOO_LARGE);
        }
    }

    @Test
    void refuseAWindowThatTakesTooMuchMemory() throws IOException {
        var application = Decompression.upTo(1000, ContentCoding.zstd()).wrap(Bodies.telling());

        assertThat(Library.ZSTD.post(application, withWindow(23)).status()).isEqualTo(Status.OK);
        assertThat(Library.ZSTD.post(application, withWindow(24)).status()).isEqualTo(Status.BAD_REQUEST);
    }

    private static byte[] withWindow(int logarithm) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zstd = new ZstdOutputStreamNoFinalizer(out).setWindowLog(logarithm)) {
            zstd.write("hello".getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void refuseToReadWhenTheRequestIsOver(Library library) throws IOException {
        var kept = new AtomicReference<InputStream>();
        var application = Decompression.upTo(1000, library.coding()).wrap((request, respond) -> {
            kept.set(request.body());
            assertThat(request.body().read()).isEqualTo('h');
            return respond.with(Response.text(Status.OK, ""));
        });

        library.post(application, library.encoded("hello".getBytes(UTF_8)));

        assertThatThrownBy(() -> kept.get().read()).hasMessageContaining("the body is over");
    }

    /// What one body leaves behind in an encoder, whole or broken, is not seen by the next.
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void startAnewWithEachBody(Library library) throws IOException {
        var coding = library.coding();
        var first = encoded(coding, "first".repeat(100));
        try (var broken = coding.encoder(OutputStream.nullOutputStream())) {
            broken.write("broken".repeat(1000).getBytes(UTF_8), 0, 6000);
        }

        assertThat(encoded(coding, "first".repeat(100))).isEqualTo(first);
        assertThat(library.decoded(encoded(coding, "second"))).isEqualTo("second");
    }

    private static byte[] encoded(ContentCoding coding, String text) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var encoder = coding.encoder(out)) {
            encoder.write(text.getBytes(UTF_8), 0, text.length());
            encoder.finish();
        }
        return out.toByteArray();
    }

    @Test
    void refuseLevelsThatThereAreNot() {
        assertThatThrownBy(() -> ContentCoding.brotli(-1)).hasMessage("quality -1: expected 0 to 11");
        assertThatThrownBy(() -> ContentCoding.brotli(12)).hasMessage("quality 12: expected 0 to 11");
        assertThatThrownBy(() -> ContentCoding.zstd(0)).hasMessage("level 0: expected 1 to 19");
        assertThatThrownBy(() -> ContentCoding.zstd(20)).hasMessage("level 20: expected 1 to 19");
        assertThat(ContentCoding.brotli(0).name()).isEqualTo("br");
        assertThat(ContentCoding.brotli(11).name()).isEqualTo("br");
        assertThat(ContentCoding.zstd(1).name()).isEqualTo("zstd");
        assertThat(ContentCoding.zstd(19).name()).isEqualTo("zstd");
    }
}
