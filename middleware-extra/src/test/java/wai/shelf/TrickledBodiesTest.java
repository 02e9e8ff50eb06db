package wai.shelf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.compression.Decompression;
import wai.forms.FileStore;
import wai.forms.FormLimits;
import wai.forms.Forms;
import wai.logging.RequestLogger;
import wai.middleware.BufferBody;
import wai.middleware.MethodOverride;
import wai.middleware.RequestSizeLimit;
import wai.spi.Exchange;

/// Bodies that come one byte at a time, in odd pieces, cut anywhere, or without end, for whatever reads bodies: the
/// answer is that of a body that comes at once, and nobody reads on behind a limit.
class TrickledBodiesTest {
    private static final int LIMIT = 10_000;
    /// What may be read behind a limit: a buffer of whoever reads.
    private static final int AHEAD = 64 * 1024;

    private static final String URL_ENCODED = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data; boundary=b";
    private static final String PART = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    private static final String FILE = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n";

    private static final Forms FORMS = Forms.defaults()
            .withFileStore(FileStore.memory())
            .withLimits(FormLimits.defaults()
                    .withParameterBytes(LIMIT)
                    .withFileBytes(LIMIT)
                    .withTotalFileBytes(2 * LIMIT));

    private static final Application TELLING_FORM = FORMS.handling((_, form, respond) -> respond.with(Response.text(
            Status.OK,
            form.parameters() + " "
                    + form.files().stream()
                            .map(file -> file.fileName() + ":" + file.size())
                            .toList())));
    private static final Application TELLING_BODY = (request, respond) -> respond.with(Response.text(
            Status.OK, request.method() + " " + request.readBody(LIMIT).utf8()));

    /// Something that reads bodies.
    ///
    /// @param headers of the requests
    /// @param all a good body
    record Reader(String name, Application application, Headers headers, Bytes all) {
        byte[] body() {
            return all.toByteArray();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Reader> readers() throws IOException {
        var form = Bytes.utf8("a=1&b=%20x&_method=PUT&c");
        var parts = Bytes.utf8(PART + "one\r\n" + FILE + "\r\n--not\r\r\n--\r\n--b--\r\n");
        var type = Headers.of(HeaderName.CONTENT_TYPE, URL_ENCODED);
        var multipart = Headers.of(HeaderName.CONTENT_TYPE, MULTIPART);
        var decompression = Decompression.upTo(LIMIT).wrap(TELLING_BODY);
        return Stream.of(
                new Reader("Forms, URL-encoded", TELLING_FORM, type, form),
                new Reader("Forms, multipart", TELLING_FORM, multipart, parts),
                new Reader("RequestLogger.withForms", logging(TELLING_FORM), multipart, parts),
                new Reader("MethodOverride", MethodOverride.byForm().wrap(TELLING_BODY), type, form),
                new Reader("BufferBody", BufferBody.upTo(LIMIT).wrap(TELLING_BODY), type, form),
                new Reader("RequestSizeLimit", RequestSizeLimit.of(LIMIT).wrap(TELLING_BODY), type, form),
                new Reader(
                        "Decompression, gzip",
                        decompression,
                        coded("gzip"),
                        Bytes.of(zipped("gzip", "text".repeat(100)))),
                new Reader(
                        "Decompression, deflate",
                        decompression,
                        coded("deflate"),
                        Bytes.of(zipped("deflate", "text".repeat(9)))));
    }

    private static Application logging(Application application) {
        return RequestLogger.withForms(event -> assertThat(event.form()).hasSizeLessThan(2000))
                .wrap(application);
    }

    private static Headers coded(String coding) {
        return Headers.of(HeaderName.CONTENT_ENCODING, coding);
    }

    private static byte[] zipped(String coding, String text) throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var out = coding.equals("gzip") ? new GZIPOutputStream(zipped) : new DeflaterOutputStream(zipped)) {
            out.write(text.getBytes(ISO_8859_1));
        }
        return zipped.toByteArray();
    }

    // ------------------------------------------------------------------------------------------ pieces and cuts

    @ParameterizedTest(name = "{0}")
    @MethodSource("readers")
    void readsAByteAtATimeWhatItReadsAtOnce(Reader reader) throws Exception {
        var atOnce = answer(reader, new Pieces(reader.body(), reader.body().length));

        assertThat(atOnce).startsWith("200 OK");
        assertThat(answer(reader, new Pieces(reader.body(), 1))).isEqualTo(atOnce);
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            assertThat(answer(reader, new Pieces(reader.body(), 1 + random.nextInt(7))))
                    .as("seed %d", seed)
                    .isEqualTo(atOnce);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readers")
    void refusesABodyThatIsCutAnywhereAlikeHoweverItComes(Reader reader) throws Exception {
        for (int length = 0; length < reader.body().length; length++) {
            var cut = Arrays.copyOf(reader.body(), length);

            var atOnce = answer(reader, new Pieces(cut, Math.max(length, 1)));
            var trickled = answer(reader, new Pieces(cut, 1));

            assertThat(trickled).as("cut at %d", length).isEqualTo(atOnce);
            assertThat(atOnce).as("cut at %d", length).matches("(?s)(200|400) .*");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readers")
    void answersNoiseAlikeHoweverItComes(Reader reader) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            var noisy = reader.body();
            for (int change = random.nextInt(4); change >= 0; change--) {
                noisy[random.nextInt(noisy.length)] = (byte) random.nextInt(256);
            }

            var atOnce = answer(reader, new Pieces(noisy, noisy.length));

            assertThat(answer(reader, new Pieces(noisy, 1))).as("seed %d", seed).isEqualTo(atOnce);
            assertThat(atOnce).as("seed %d", seed).matches("(?s)(200|400|413|415) .*");
        }
    }

    // ------------------------------------------------------------------------------------------ without end

    /// A body without end.
    ///
    /// @param begin comes once
    /// @param again comes for ever
    record Endless(String name, String type, String begin, String again) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Endless> endless() {
        return List.of(
                new Endless("a name", URL_ENCODED, "", "a"),
                new Endless("a value", URL_ENCODED, "a=", "%41"),
                new Endless("parameters", URL_ENCODED, "", "a=b&"),
                new Endless("nothing but separators", URL_ENCODED, "", "&"),
                new Endless("blanks before the first boundary", MULTIPART, "", "\r\n"),
                new Endless("a beginning that is none", MULTIPART, "", "--"),
                new Endless("a header line", MULTIPART, "--b\r\nX: ", "y"),
                new Endless("the name of a field", MULTIPART, "--b\r\n", "X"),
                new Endless("header lines", MULTIPART, "--b\r\n", "X: y\r\n"),
                new Endless("a parameter", MULTIPART, PART, "x"),
                new Endless("a file", MULTIPART, FILE, "x"),
                new Endless("beginnings of boundaries", MULTIPART, FILE, "\r\n--"),
                new Endless("line ends", MULTIPART, FILE, "\r"),
                new Endless("parts", MULTIPART, "", PART + "\r\n"),
                new Endless("files", MULTIPART, "", FILE + "x\r\n"),
                new Endless("blanks behind a boundary", MULTIPART, "--b", " "),
                new Endless("blanks behind the last boundary", MULTIPART, PART + "\r\n--b--", "\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endless")
    @Timeout(60)
    void stopsReadingWhatHasNoEnd(Endless endless) throws Exception {
        var headers = Headers.of(HeaderName.CONTENT_TYPE, endless.type);
        for (var application : List.of(TELLING_FORM, logging(TELLING_FORM))) {
            for (int piece : new int[] {1, 7, 8192}) {
                var body = new Pieces(endless.begin.getBytes(ISO_8859_1), endless.again.getBytes(ISO_8859_1), piece);

                var answer = answer(new Reader(endless.name, application, headers, Bytes.EMPTY), body);

                assertThat(answer).matches("(?s)(400|413) .*");
                assertThat(body.taken()).isLessThan(2 * LIMIT + AHEAD);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readers")
    @Timeout(60)
    void stopsReadingEndlessBytesOfWhateverKind(Reader reader) throws Exception {
        var body = new Pieces(reader.body(), "x".getBytes(ISO_8859_1), 1);

        var answer = answer(reader, body);

        assertThat(answer).matches("(?s)(200|400|413) .*"); // 200 where the end of a body says so itself
        assertThat(body.taken()).isLessThan(2 * LIMIT + AHEAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    @Timeout(60)
    void stopsUnpackingAtTheLimit(String coding) throws Exception {
        var bomb = zipped(coding, "\0".repeat(20_000_000));
        var application = Decompression.upTo(LIMIT).wrap(TELLING_BODY);

        var body = new Pieces(bomb, 1);

        assertThat(answer(new Reader(coding, application, coded(coding), Bytes.of(bomb)), body))
                .startsWith("413 ");
        assertThat(body.taken()).isLessThan(bomb.length / 2);
    }

    /// Status and text; of what is thrown, the status that handlers answer.
    private static String answer(Reader reader, InputStream body) throws Exception {
        var exchange = new RecordingExchange();
        var request =
                exchange.request("POST", "/", "").withHeaders(reader.headers).withBody(body, OptionalLong.empty());
        exchange.serve(reader.application, request);
        var thrown = exchange.thrown();
        return thrown == null
                ? exchange.events().stream().collect(Collectors.joining("\n"))
                : Exchange.statusFor(thrown) + " for " + thrown.getMessage();
    }

    /// A body in pieces of some size.
    private static final class Pieces extends InputStream {
        private final InputStream first;
        private final byte[] again;
        private final int piece;
        private long taken;
        private int at;

        Pieces(byte[] all, int piece) {
            this(all, new byte[0], piece);
        }

        /// @param again what follows for ever, unless there is nothing of it
        Pieces(byte[] first, byte[] again, int piece) {
            this.first = new ByteArrayInputStream(first);
            this.again = again;
            this.piece = piece;
        }

        long taken() {
            return taken;
        }

        @Override
        public int read() throws IOException {
            int next = first.read();
            if (next < 0 && again.length > 0) {
                next = again[at++ % again.length] & 0xff;
            }
            taken += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = 0;
            for (int next; count < Math.min(length, piece) && (next = read()) >= 0; count++) {
                target[offset + count] = (byte) next;
            }
            return count == 0 && length > 0 ? -1 : count;
        }
    }
}
