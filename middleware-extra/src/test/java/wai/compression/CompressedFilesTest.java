package wai.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.HeaderName;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;
import wai.test.TestResponse;

class CompressedFilesTest {
    private static final Instant LONG_AGO = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant NOW = Instant.parse("2026-01-03T00:00:00Z");
    private static final int COPY_OF_A_KILOBYTE = 29; // of one letter, by gzip at level 6

    @TempDir
    private Path folder;

    private Path cache;

    /// Counts what is compressed.
    private final AtomicInteger compressions = new AtomicInteger();

    private final ContentCoding coding = new ContentCoding() {
        @Override
        public String name() {
            return "gzip";
        }

        @Override
        public Encoder encoder(OutputStream out) throws IOException {
            compressions.incrementAndGet();
            return ContentCoding.gzip().encoder(out);
        }

        @Override
        public InputStream decoder(InputStream in) throws IOException {
            return ContentCoding.gzip().decoder(in);
        }
    };

    @BeforeEach
    void place() {
        cache = folder.resolve("cache");
    }

    private Path file(String name, String text) throws IOException {
        var file = Files.writeString(folder.resolve(name), text);
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
        return file;
    }

    private CompressedFiles open(CacheLimits limits) throws IOException {
        return CompressedFiles.in(cache, limits, () -> NOW);
    }

    private CompressedFiles open() throws IOException {
        return open(CacheLimits.defaults());
    }

    private Application site(CompressedFiles copies, Path file) {
        return Compression.by(coding)
                .withFiles(copies)
                .wrap(Bodies.answering(Response.file(Status.OK, Bodies.TYPE, file)));
    }

    private static TestResponse get(Application application, String... fields) {
        var request = TestClient.of(application).request("GET", "/").header("Accept-Encoding", "gzip");
        for (int i = 0; i < fields.length; i += 2) {
            request = request.header(fields[i], fields[i + 1]);
        }
        return request.send();
    }

    private static String text(TestResponse response) {
        assertThat(response.header("Content-Encoding")).hasValue("gzip");
        try (var in =
                new GZIPInputStream(new ByteArrayInputStream(response.bytes().toByteArray()))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Path> copies() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(path -> path.toString().endsWith(".copy"))
                    .sorted()
                    .toList();
        }
    }

    private long bytes() throws IOException {
        long sum = 0;
        for (var copy : copies()) {
            sum += Files.size(copy);
        }
        return sum;
    }

    // ------------------------------------------------------------------------------------------ what is sent

    @Test
    void compressesAFileOnce() throws IOException {
        var site = site(open(), file("a.txt", Bodies.TEXT));

        assertThat(text(get(site))).isEqualTo(Bodies.TEXT);
        assertThat(text(get(site))).isEqualTo(Bodies.TEXT);
        assertThat(compressions).hasValue(1);
    }

    @Test
    void sendsACopyLikeAFileOfItsTime() throws IOException {
        var site = site(open(), file("a.txt", Bodies.TEXT));

        var whole = get(site);
        var tag = whole.header("ETag").orElseThrow();

        assertThat(whole.header("Last-Modified")).hasValue("Fri, 02 Jan 2026 03:04:05 GMT");
        assertThat(whole.header("Vary")).hasValue("Accept-Encoding");
        assertThat(whole.header("Accept-Ranges")).hasValue("bytes");
        assertThat(whole.header("Content-Length")).hasValue("" + whole.bytes().length());
        assertThat(get(site, "If-None-Match", tag).status()).isEqualTo(Status.NOT_MODIFIED);
        assertThat(get(site, "Range", "bytes=0-1", "If-Range", tag).bytes().toByteArray())
                .containsExactly(0x1f, 0x8b);
        assertThat(TestClient.of(site).get("/").header("ETag")).isPresent().isNotEqualTo(whole.header("ETag"));
    }

    @Test
    void weakensATagOfTheApplication() throws IOException {
        var response = Response.file(Status.OK, Bodies.TYPE, file("a.txt", Bodies.TEXT))
                .withHeader(HeaderName.ETAG, "\"own\"");
        var site = Compression.by(coding).withFiles(open()).wrap(Bodies.answering(response));

        assertThat(get(site).header("ETag")).hasValue("W/\"own\"");
        assertThat(get(site, "If-None-Match", "\"own\"").status()).isEqualTo(Status.NOT_MODIFIED);
    }

    @Test
    void answersHeadLikeGet() throws IOException {
        var site = site(open(), file("a.txt", Bodies.TEXT));
        var get = get(site);

        var head = TestClient.of(site)
                .request("HEAD", "/")
                .header("Accept-Encoding", "gzip")
                .send();

        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
        assertThat(head.header("ETag")).isEqualTo(get.header("ETag"));
        assertThat(head.bytes().length()).isZero();
    }

    @Test
    void compressesAnotherVersionAnew() throws IOException {
        var file = file("a.txt", "a".repeat(1000));
        var site = site(open(), file);
        get(site);

        Files.writeString(file, "b".repeat(1000));
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO.plusMillis(1)));

        assertThat(text(get(site))).isEqualTo("b".repeat(1000));
    }

    @ParameterizedTest(name = "rested for {0} ms")
    @ValueSource(longs = {1999, 2000})
    void compressesAFileThatHasRested(long rested) throws IOException {
        var file = file("a.txt", Bodies.TEXT);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minusMillis(rested)));

        assertThat(get(site(open(), file)).header("Content-Encoding").isPresent())
                .isEqualTo(rested >= 2000);
    }

    @Test
    void remembersThatAFileBecomesNoSmaller() throws IOException {
        var random = new byte[2000];
        new Random(1).nextBytes(random);
        var file = Files.write(folder.resolve("a.txt"), random);
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
        var site = site(open(), file);

        assertThat(get(site).bytes().toByteArray()).isEqualTo(random);
        assertThat(get(site).bytes().toByteArray()).isEqualTo(random);
        assertThat(compressions).hasValue(1);
        assertThat(copies()).isEmpty();
    }

    @Test
    void leavesAloneWhatIsNoWholeFile() throws IOException {
        var file = file("a.txt", Bodies.TEXT);
        var copies = open();
        var part = Response.file(Status.OK, Bodies.TYPE, file, new wai.FilePart(0, 900, Bodies.TEXT.length()));
        var missing = Response.file(Status.OK, Bodies.TYPE, folder.resolve("nothing"));
        var error = Response.file(Status.NOT_FOUND, Bodies.TYPE, file);
        var compression = Compression.by(coding).withFiles(copies);

        assertThat(get(compression.wrap(Bodies.answering(part))).header("Content-Encoding"))
                .isEmpty();
        assertThat(get(compression.wrap(Bodies.answering(error))).header("Content-Encoding"))
                .isEmpty();
        assertThat(get(compression.wrap(Bodies.answering(missing))).status()).isEqualTo(Status.NOT_FOUND);
        assertThat(compressions).hasValue(0);
    }

    // ------------------------------------------------------------------------------------------ limits

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {859, 860})
    void compressesFromTheThresholdOn(int size) throws IOException {
        var response = get(site(open(), file("a.txt", "a".repeat(size))));

        assertThat(response.header("Content-Encoding").isPresent()).isEqualTo(size >= 860);
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {1000, 1001})
    void compressesUpToALargestFile(int size) throws IOException {
        var copies = open(CacheLimits.defaults().withFileBytes(1000));

        var response = get(site(copies, file("a.txt", "a".repeat(size))));

        assertThat(response.header("Content-Encoding").isPresent()).isEqualTo(size <= 1000);
    }

    @ParameterizedTest(name = "{0} of them")
    @ValueSource(ints = {3, 4})
    void keepsSoManyBytes(int files) throws IOException {
        var copies = open(CacheLimits.defaults().withBytes(3 * COPY_OF_A_KILOBYTE));

        for (int i = 0; i < files; i++) {
            assertThat(text(get(site(copies, file(i + ".txt", "a".repeat(1000))))))
                    .hasSize(1000);
        }

        assertThat(bytes()).isEqualTo(3 * COPY_OF_A_KILOBYTE);
    }

    @ParameterizedTest(name = "{0} of them")
    @ValueSource(ints = {2, 3})
    void keepsSoManyFiles(int files) throws IOException {
        var copies = open(CacheLimits.defaults().withEntries(2));

        for (int i = 0; i < files; i++) {
            get(site(copies, file(i + ".txt", "a".repeat(1000))));
        }

        assertThat(copies()).hasSize(2);
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {COPY_OF_A_KILOBYTE, COPY_OF_A_KILOBYTE - 1})
    void keepsNothingThatIsLargerThanAll(int most) throws IOException {
        var copies = open(CacheLimits.defaults().withBytes(most));

        var response = get(site(copies, file("a.txt", "a".repeat(1000))));

        assertThat(response.header("Content-Encoding").isPresent()).isEqualTo(most == COPY_OF_A_KILOBYTE);
        assertThat(bytes()).isLessThanOrEqualTo(most);
    }

    @Test
    void forgetsWhatWasNotAskedForLongest() throws IOException {
        var copies = open(CacheLimits.defaults().withEntries(2));
        var one = site(copies, file("1.txt", "a".repeat(1000)));
        var two = site(copies, file("2.txt", "a".repeat(1000)));
        get(one);
        get(two);
        get(one);

        get(site(copies, file("3.txt", "a".repeat(1000))));
        get(one);

        assertThat(compressions).hasValue(3);
    }

    @Test
    void refusesLimitsThatCannotBe() {
        var limits = CacheLimits.defaults();

        assertThatThrownBy(() -> limits.withBytes(0)).hasMessage("0 bytes: expected 1 or more");
        assertThatThrownBy(() -> limits.withEntries(0)).hasMessage("0 entries: expected 1 or more");
        assertThatThrownBy(() -> limits.withFileBytes(0)).hasMessage("0 bytes of a file: expected 1 or more");
        assertThat(limits.bytes()).isEqualTo(256 << 20);
        assertThat(limits.entries()).isEqualTo(10_000);
        assertThat(limits.fileBytes()).isEqualTo(16 << 20);
        assertThat(limits.withBytes(1).bytes()).isOne();
        assertThat(limits.withEntries(1).entries()).isOne();
        assertThat(limits.withFileBytes(1).fileBytes()).isOne();
    }

    // ------------------------------------------------------------------------------------------ restarts and faults

    @Test
    void survivesARestart() throws IOException {
        var file = file("a.txt", Bodies.TEXT);
        get(site(open(), file));

        assertThat(text(get(site(open(), file)))).isEqualTo(Bodies.TEXT);
        assertThat(compressions).hasValue(1);
    }

    @Test
    void keepsWithinItsLimitsAfterARestart() throws IOException {
        var copies = open();
        for (int i = 0; i < 5; i++) {
            get(site(copies, file(i + ".txt", "a".repeat(1000))));
        }

        open(CacheLimits.defaults().withEntries(2));

        assertThat(copies()).hasSize(2);
    }

    /// How a copy may look after a crash.
    enum Damage {
        CUT {
            @Override
            void to(Path copy) throws IOException {
                var bytes = Files.readAllBytes(copy);
                Files.write(copy, java.util.Arrays.copyOf(bytes, bytes.length - 1));
            }
        },
        EMPTY {
            @Override
            void to(Path copy) throws IOException {
                Files.write(copy, new byte[0]);
            }
        },
        CHANGED {
            @Override
            void to(Path copy) throws IOException {
                var bytes = Files.readAllBytes(copy);
                bytes[bytes.length / 2] ^= 1;
                Files.write(copy, bytes);
            }
        },
        GONE {
            @Override
            void to(Path copy) throws IOException {
                Files.delete(copy);
            }
        };

        abstract void to(Path copy) throws IOException;
    }

    @ParameterizedTest(name = "{0}")
    @org.junit.jupiter.params.provider.EnumSource
    void replacesACopyThatIsDamaged(Damage damage) throws IOException {
        var file = file("a.txt", Bodies.TEXT);
        get(site(open(), file));
        damage.to(copies().getFirst());
        var site = site(open(), file);

        var first = get(site);
        var second = get(site);

        if (damage != Damage.GONE) {
            assertThat(first.text()).isEqualTo(Bodies.TEXT); // as it is
        }
        assertThat(text(second)).isEqualTo(Bodies.TEXT);
        assertThat(copies()).hasSize(1);
    }

    @Test
    void replacesACopyThatSomebodyDeleted() throws IOException {
        var site = site(open(), file("a.txt", Bodies.TEXT));
        get(site);
        Files.delete(copies().getFirst());

        assertThat(get(site).text()).isEqualTo(Bodies.TEXT);
        assertThat(text(get(site))).isEqualTo(Bodies.TEXT);
    }

    @Test
    void clearsWhatAnEarlierRunLeftHalfWrittenAndNothingElse() throws IOException {
        open();
        var half = cache.resolve("0".repeat(32) + "-" + "1".repeat(32) + ".part");
        Files.writeString(half, "half");
        Files.writeString(cache.resolve("notes.part"), "of somebody else");

        open();

        assertThat(half).doesNotExist();
        assertThat(cache.resolve("notes.part")).exists();
    }

    @Test
    void makesItsFolderForItsOwnerAlone() throws IOException {
        open();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwx------");
    }

    @Test
    void sendsTheFileItselfWhenTheFolderCannotBeWritten() throws IOException {
        var site = site(open(), file("a.txt", Bodies.TEXT));
        Files.delete(cache);

        assertThat(get(site).text()).isEqualTo(Bodies.TEXT);
    }

    @Test
    void triesAFileThatCannotBeCompressedOnce() throws IOException {
        ContentCoding failing = new ContentCoding() {
            @Override
            public String name() {
                return "gzip";
            }

            @Override
            public Encoder encoder(OutputStream out) throws IOException {
                compressions.incrementAndGet();
                throw new IOException("no space left");
            }

            @Override
            public InputStream decoder(InputStream in) {
                return in;
            }
        };
        var site = Compression.by(failing)
                .withFiles(open())
                .wrap(Bodies.answering(Response.file(Status.OK, Bodies.TYPE, file("a.txt", Bodies.TEXT))));

        assertThat(get(site).text()).isEqualTo(Bodies.TEXT);
        assertThat(get(site).text()).isEqualTo(Bodies.TEXT);
        assertThat(compressions).hasValue(1);
        assertThat(cache).isEmptyDirectory();
    }

    // ------------------------------------------------------------------------------------------ several at a time

    @Test
    void sendsTheFileItselfWhileItIsCompressed() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        ContentCoding slow = new ContentCoding() {
            @Override
            public String name() {
                return "gzip";
            }

            @Override
            public Encoder encoder(OutputStream out) throws IOException {
                begun.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return ContentCoding.gzip().encoder(out);
            }

            @Override
            public InputStream decoder(InputStream in) throws IOException {
                return ContentCoding.gzip().decoder(in);
            }
        };
        var site = Compression.by(slow)
                .withFiles(open())
                .wrap(Bodies.answering(Response.file(Status.OK, Bodies.TYPE, file("a.txt", Bodies.TEXT))));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> get(site));
            begun.await();

            assertThat(get(site).text()).isEqualTo(Bodies.TEXT);
            mayEnd.countDown();
            assertThat(text(first.get())).isEqualTo(Bodies.TEXT);
        } finally {
            mayEnd.countDown();
        }
    }

    @Test
    void keepsACopyUntilItIsSent() throws IOException {
        var copies = open(CacheLimits.defaults().withEntries(1));
        var other = site(copies, file("other.txt", "b".repeat(1000)));
        var file = file("a.txt", Bodies.TEXT);
        Application evicting = Compression.by(coding)
                .withFiles(copies)
                .wrap((request, respond) -> respond.with(Response.file(Status.OK, Bodies.TYPE, file)));
        // between the choice of the copy and its opening another one takes its place
        Application site = (request, respond) -> evicting.handle(request, response -> {
            get(other);
            return respond.with(response);
        });

        assertThat(text(get(site))).isEqualTo(Bodies.TEXT);
        assertThat(copies()).hasSize(1);
    }
}
