package wai.warp.server;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.FilePart;
import wai.Headers;
import wai.warp.settings.FileCaching;
import wai.warp.settings.Timeouts;

/// What is remembered of files, for how long, and how much of it; in virtual time.
class FileCacheTest {
    private static final String NONE = "(none)";
    /// Kept in memory, or sent from descriptors.
    private static final FileCaching SMALL = FileCaching.defaults();

    private static final FileCaching LARGE = FileCaching.defaults().withSmallFileBytes(0);

    private final AtomicLong clock = new AtomicLong(1);
    /// Long after the files were written, so that their times can be trusted.
    private final Ticker ticker = new Ticker(clock::get, () -> Instant.now().plusSeconds(3600), Headers.EMPTY);

    private final ArrayList<FileCache> caches = new ArrayList<>();

    @TempDir
    private Path folder;

    /// Two ways to send a file.
    enum Kind {
        IN_MEMORY,
        ON_DISK;

        FileCaching settings() {
            return this == IN_MEMORY ? SMALL : LARGE;
        }
    }

    @AfterEach
    void close() {
        caches.forEach(FileCache::close);
    }

    private FileCache cache(FileCaching settings) {
        var cache = new FileCache(settings, ticker);
        caches.add(cache);
        return cache;
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    /// Puts another file in the place of one, at one stroke.
    private void replace(Path file, String content) throws IOException {
        var fresh = Files.writeString(
                folder.resolve("fresh-" + Thread.currentThread().threadId()), content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        ticker.tick();
    }

    /// What a response would send now.
    private static String sent(FileCache cache, Path path) throws IOException {
        try (var lease = cache.lease(path)) {
            return content(lease);
        }
    }

    private static String content(FileLease lease) throws IOException {
        if (lease.facts().isEmpty()) {
            return NONE;
        }
        int size = (int) lease.facts().get().size();
        var bytes = lease.bytes();
        return new String(bytes == null ? lease.read(new FilePart(0, size, size)) : bytes, StandardCharsets.UTF_8);
    }

    // ------------------------------------------------------------------------------------------ within the interval

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aReplacedFileIsSentAsItWasUntilTheIntervalIsOver(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "old");
        sent(cache, file);

        replace(file, "newer");

        assertThat(sent(cache, file)).isEqualTo("old");
        pass(ofSeconds(1).minusNanos(1));
        assertThat(sent(cache, file)).isEqualTo("old");
        pass(Duration.ofNanos(1));
        assertThat(sent(cache, file)).isEqualTo("newer");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aDeletedFileIsSentUntilTheIntervalIsOver(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "old");
        sent(cache, file);

        Files.delete(file);

        assertThat(sent(cache, file)).isEqualTo("old");
        pass(ofSeconds(1));
        assertThat(sent(cache, file)).isEqualTo(NONE);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aFileThatGrowsIsSentAtItsOldLengthUntilTheIntervalIsOver(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "old");
        sent(cache, file);

        Files.writeString(file, "old and longer");

        assertThat(sent(cache, file)).isEqualTo("old");
        pass(ofSeconds(1));
        assertThat(sent(cache, file)).isEqualTo("old and longer");
    }

    @Test
    void aSmallFileThatIsCutIsSentWholeUntilTheIntervalIsOver() throws IOException {
        var cache = cache(SMALL);
        var file = file("a", "old");
        sent(cache, file);

        Files.writeString(file, "o");

        assertThat(sent(cache, file)).isEqualTo("old");
        pass(ofSeconds(1));
        assertThat(sent(cache, file)).isEqualTo("o");
    }

    @Test
    void aLargerFileThatIsCutFailsUntilTheIntervalIsOver() throws IOException {
        var cache = cache(LARGE);
        var file = file("a", "old");
        sent(cache, file);

        Files.writeString(file, "o");

        assertThatThrownBy(() -> sent(cache, file)).isInstanceOf(EOFException.class);
        pass(ofSeconds(1));
        assertThat(sent(cache, file)).isEqualTo("o");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aFileThatBecomesADirectoryIsGoneWhenTheIntervalIsOver(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "old");
        sent(cache, file);

        Files.delete(file);
        Files.createDirectory(file);
        pass(ofSeconds(1));

        assertThat(sent(cache, file)).isEqualTo(NONE);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aFileThatMayNotBeReadAnyMoreIsGoneWhenTheIntervalIsOver(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "old");
        sent(cache, file);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "this user may read everything");
        pass(ofSeconds(1));

        assertThat(sent(cache, file)).isEqualTo(NONE);
    }

    @Test
    void aFileThatDoesNotExistIsNotLookedForAgainUntilTheIntervalIsOver() throws IOException {
        var cache = cache(SMALL);
        var file = folder.resolve("a");
        assertThat(sent(cache, file)).isEqualTo(NONE);

        Files.writeString(file, "new");

        assertThat(sent(cache, file)).isEqualTo(NONE);
        pass(ofSeconds(1));
        assertThat(sent(cache, file)).isEqualTo("new");
    }

    @Test
    void aFileThatDidNotChangeIsNotReadAgain() throws IOException {
        var cache = cache(SMALL);
        var file = file("a", "same");
        byte[] first;
        try (var lease = cache.lease(file)) {
            first = lease.bytes();
        }

        pass(ofSeconds(1));

        try (var lease = cache.lease(file)) {
            assertThat(lease.bytes()).isSameAs(first);
        }
    }

    @Test
    void aFileThatWasWrittenJustNowIsReadAgainBecauseItsTimeMayNotShowTheNextChange() throws IOException {
        var early = new Ticker(clock::get, Instant::now, Headers.EMPTY);
        var cache = new FileCache(SMALL, early);
        caches.add(cache);
        var file = file("a", "same");
        byte[] first;
        try (var lease = cache.lease(file)) {
            first = lease.bytes();
        }

        clock.addAndGet(ofSeconds(1).toNanos());
        early.tick();

        try (var lease = cache.lease(file)) {
            assertThat(lease.bytes()).isEqualTo(first).isNotSameAs(first);
        }
    }

    @Test
    void neverMeansThatNobodyLooksAgain() throws IOException {
        var cache = cache(SMALL.withInterval(Timeouts.NEVER));
        var file = file("a", "old");
        sent(cache, file);

        replace(file, "new");
        pass(Duration.ofDays(3650));

        assertThat(sent(cache, file)).isEqualTo("old");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void whoAsksForALookGetsOne(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "old");
        sent(cache, file);
        replace(file, "new");

        try (var lease = cache.leaseAfterLook(file)) {
            assertThat(content(lease)).isEqualTo("new");
        }

        assertThat(sent(cache, file)).isEqualTo("new");
    }

    // ------------------------------------------------------------------------------------------ one version

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void whatIsSentIsOfTheFileWhoseFactsWereTold(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "old");

        try (var lease = cache.lease(file)) {
            replace(file, "newer");
            pass(ofSeconds(1));
            assertThat(sent(cache, file)).isEqualTo("newer");

            assertThat(lease.facts().orElseThrow().size()).isEqualTo(3);
            assertThat(content(lease)).isEqualTo("old");
        }
    }

    @Test
    void withoutADescriptorLeftAReplacedFileIsSentWithItsOwnFacts() throws IOException {
        var cache = cache(LARGE.withDescriptors(0));
        var file = file("a", "old");
        sent(cache, file);

        replace(file, "newer");

        assertThat(sent(cache, file)).isEqualTo("newer");
    }

    @Test
    void readsAPartOfAFileThroughAChannelThatIsOnlyForReading() throws IOException {
        var file = file("a", "0123456789");

        for (var kind : Kind.values()) {
            try (var lease = cache(kind.settings()).lease(file);
                    var channel = lease.channel()) {
                var four = ByteBuffer.allocate(4);
                channel.position(3).read(four);

                assertThat(new String(four.array(), StandardCharsets.UTF_8)).isEqualTo("3456");
                assertThat(channel.position()).isEqualTo(7);
                assertThat(channel.size()).isEqualTo(10);
                assertThat(channel.position(10).read(four.clear())).isEqualTo(-1);
                assertThatThrownBy(() -> channel.write(four))
                        .isInstanceOf(java.nio.channels.NonWritableChannelException.class);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void everyThreadSeesWholeVersionsWhileTheFileIsReplacedAndForgotten(Kind kind) throws Exception {
        var cache = cache(kind.settings().withFiles(2).withDescriptors(2));
        var files = new Path[] {file("a", "0"), file("b", "0"), file("c", "0")};
        var done = new AtomicBoolean();
        Callable<Integer> reader = () -> {
            int seen = 0;
            while (!done.get() || seen < 200) {
                var content = sent(cache, files[seen % 3]);
                assertThat(content).hasSize(1 + Character.digit(content.charAt(0), 10));
                assertThat(content.chars().distinct().count()).isEqualTo(1);
                seen++;
            }
            return seen;
        };

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 6; i++) {
                readers.add(threads.submit(reader));
            }
            try {
                for (int i = 0; i < 600; i++) {
                    replace(files[i % 3], Integer.toString(i % 10).repeat(1 + i % 10));
                    pass(ofMillis(400));
                }
            } finally {
                done.set(true);
            }

            for (var each : readers) {
                assertThat(each.get()).isGreaterThanOrEqualTo(200);
            }
        }
        assertThat(cache.idleDescriptors()).isLessThanOrEqualTo(2);
    }

    // ------------------------------------------------------------------------------------------ bounds

    @Test
    void oneFileTooManyPushesOutOneThatWasNotUsedLately() throws IOException {
        var cache = cache(SMALL.withFiles(3));
        var files = new Path[] {file("a", "old"), file("b", "old"), file("c", "old"), file("d", "old")};
        for (int i : new int[] {0, 1, 2, 0, 2, 3}) { // all were used again but b
            sent(cache, files[i]);
        }

        for (var file : files) {
            replace(file, "new");
        }

        assertThat(sent(cache, files[0])).isEqualTo("old");
        assertThat(sent(cache, files[2])).isEqualTo("old");
        assertThat(sent(cache, files[3])).isEqualTo("old");
        assertThat(sent(cache, files[1])).isEqualTo("new");
    }

    @Test
    void namesThatDoNotExistDoNotPushOutWhatIsInUse() throws IOException {
        var cache = cache(SMALL.withFiles(10));
        var file = file("a", "old");
        sent(cache, file);
        replace(file, "new");

        for (int i = 0; i < 1000; i++) {
            sent(cache, folder.resolve("no" + i));
            assertThat(sent(cache, file)).isEqualTo("old");
        }
    }

    @ParameterizedTest(name = "{0} files of 5 bytes")
    @ValueSource(ints = {2, 3})
    void theBytesOfSmallFilesAreBounded(int count) throws IOException {
        var cache = cache(SMALL.withMemoryBytes(10));
        for (int i = 0; i < count; i++) {
            sent(cache, file("f" + i, "older"));
        }

        for (int i = 0; i < count; i++) {
            replace(folder.resolve("f" + i), "newer");
        }

        assertThat(sent(cache, folder.resolve("f0"))).isEqualTo(count == 2 ? "older" : "newer");
        assertThat(sent(cache, folder.resolve("f" + (count - 1)))).isEqualTo("older");
    }

    @Test
    void aFileIsKeptInMemoryUpToTheLimitForSmallOnesAndForAllOfThem() throws IOException {
        var file = file("a", "12345");

        assertThat(isInMemory(SMALL.withSmallFileBytes(5), file)).isTrue();
        assertThat(isInMemory(SMALL.withSmallFileBytes(4), file)).isFalse();
        assertThat(isInMemory(SMALL.withMemoryBytes(5), file)).isTrue();
        assertThat(isInMemory(SMALL.withMemoryBytes(4), file)).isFalse();
    }

    private boolean isInMemory(FileCaching settings, Path file) throws IOException {
        try (var lease = cache(settings).lease(file)) {
            return lease.bytes() != null;
        }
    }

    @Test
    void theDescriptorsThatNobodyUsesAreBounded() throws IOException {
        var cache = cache(LARGE.withDescriptors(2));
        for (int i = 0; i < 2; i++) {
            sent(cache, file("f" + i, "x"));
        }
        assertThat(cache.idleDescriptors()).isEqualTo(2);

        sent(cache, file("f2", "x"));

        assertThat(cache.idleDescriptors()).isEqualTo(2);
    }

    @Test
    void eachResponseHasADescriptorOfItsOwn() throws IOException {
        var cache = cache(LARGE);
        var file = file("a", "x");

        try (var one = cache.lease(file);
                var two = cache.lease(file)) {
            assertThat(content(one)).isEqualTo(content(two));
            assertThat(cache.idleDescriptors()).isZero();
        }

        assertThat(cache.idleDescriptors()).isEqualTo(2);
    }

    @Test
    void aDescriptorThatNobodyUsedForAnIntervalIsClosed() throws IOException {
        var cache = cache(LARGE);
        sent(cache, file("a", "x"));
        pass(ofMillis(500));
        sent(cache, file("b", "x"));

        pass(ofMillis(500));
        cache.sweep(ticker.nanos());
        awaitIdle(cache, 1);
        pass(ofMillis(500));
        cache.sweep(ticker.nanos());

        awaitIdle(cache, 0);
    }

    private static void awaitIdle(FileCache cache, int count) {
        long end = System.nanoTime() + ofSeconds(20).toNanos(); // a safety net, nothing depends on it
        while (cache.idleDescriptors() != count) {
            assertThat(System.nanoTime() - end)
                    .as("descriptors left: " + cache.idleDescriptors())
                    .isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void theDescriptorOfAForgottenVersionIsClosedByItsLastUser() throws IOException {
        var cache = cache(LARGE);
        var file = file("a", "old");
        var old = cache.lease(file);
        replace(file, "new");
        pass(ofSeconds(1));
        sent(cache, file);
        assertThat(cache.idleDescriptors()).isEqualTo(1);

        assertThat(content(old)).isEqualTo("old");
        old.close();

        assertThat(cache.idleDescriptors()).isEqualTo(1);
        assertThatThrownBy(() -> content(old)).isInstanceOf(IllegalStateException.class);
    }

    // ------------------------------------------------------------------------------------------ not remembered

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void nothingIsRememberedWhenItIsOff(Kind kind) throws IOException {
        var file = file("a", "0");

        for (var off : new FileCaching[] {
            kind.settings().withInterval(ZERO), kind.settings().withFiles(0)
        }) {
            var cache = cache(off);
            sent(cache, file);
            replace(file, "1");
            assertThat(sent(cache, file)).isEqualTo("1");
            Files.delete(file);
            assertThat(sent(cache, file)).isEqualTo(NONE);
            Files.writeString(file, "2");
            assertThat(sent(cache, file)).isEqualTo("2");
            assertThat(cache.idleDescriptors()).isZero();
        }
    }

    @Test
    void aFileOfAnotherFileSystemIsNotRemembered() throws IOException {
        var cache = cache(SMALL);

        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            var file = Files.writeString(zip.getPath("a"), "old");
            assertThat(sent(cache, file)).isEqualTo("old");
            Files.writeString(file, "new");
            assertThat(sent(cache, file)).isEqualTo("new");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void afterTheEndLeasesWorkOnAndNothingIsRemembered(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "old");
        sent(cache, file);
        var lease = cache.lease(file);

        cache.close();

        assertThat(content(lease)).isEqualTo("old");
        lease.close();
        replace(file, "new");
        assertThat(sent(cache, file)).isEqualTo("new");
        assertThat(cache.idleDescriptors()).isZero();
    }

    // ------------------------------------------------------------------------------------------ interrupts

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void anInterruptedThreadReadsFilesAndStaysInterrupted(Kind kind) throws IOException {
        var cache = cache(kind.settings());
        var file = file("a", "text");

        Thread.currentThread().interrupt();
        try {
            assertThat(sent(cache, file)).isEqualTo("text");
            assertThat(sent(cache, file)).isEqualTo("text");
            pass(ofSeconds(1));
            assertThat(sent(cache, file)).isEqualTo("text");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aDescriptorThatAnInterruptClosedIsNotKept() throws IOException {
        var cache = cache(LARGE);
        var file = file("a", "text");
        var interrupting = new InterruptingFile();

        var version = FileVersion.onDisk(file, requireNonNull(FileStamp.of(file)), 0);
        try (var lease = new FileLease(version, cache, new OpenFile(version, interrupting))) {
            assertThatThrownBy(() -> content(lease)).isInstanceOf(java.nio.channels.ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(interrupting.isOpen()).isFalse();
        assertThat(cache.idleDescriptors()).isZero();
        assertThat(sent(cache, file)).isEqualTo("text");
    }
}
