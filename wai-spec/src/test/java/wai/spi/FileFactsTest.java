package wai.spi;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFactsTest {
    private static final Instant MODIFIED = Instant.parse("2001-02-03T04:05:06.789Z");

    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void makeFile() throws Exception {
        file = folder.resolve("file");
        Files.write(file, "content".getBytes(US_ASCII));
        Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
    }

    @Test
    void tellsSizeAndTimeOfAFile() throws Exception {
        assertThat(FileFacts.of(file)).contains(new FileFacts(7, MODIFIED));
    }

    @Test
    void followsLinks() throws Exception {
        var folderLink = Files.createSymbolicLink(folder.resolve("here"), folder);
        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("here/file"));

        assertThat(FileFacts.of(link)).contains(new FileFacts(7, MODIFIED));
        assertThat(FileFacts.of(folderLink.resolve("link"))).contains(new FileFacts(7, MODIFIED));
    }

    @Test
    void knowsNoMissingFile() throws Exception {
        assertThat(FileFacts.of(folder.resolve("missing"))).isEmpty();
        assertThat(FileFacts.of(folder.resolve("missing/too"))).isEmpty();
    }

    @Test
    void knowsOnlyRegularFiles() throws Exception {
        assertThat(FileFacts.of(folder)).isEmpty();
        assertThat(FileFacts.of(Path.of("/"))).isEmpty();
        assertThat(FileFacts.of(Path.of("/dev/null"))).isEmpty();
    }

    @Test
    void knowsNoFileBelowAFile() throws Exception {
        assertThat(FileFacts.of(file.resolve("below"))).isEmpty();
        assertThat(FileFacts.of(file.resolve("far/below/that"))).isEmpty();
    }

    @Test
    void knowsNoFileWhoseNameIsTooLong() throws Exception {
        assertThat(FileFacts.of(folder.resolve("x".repeat(300)))).isEmpty();
        assertThat(FileFacts.of(folder.resolve("x".repeat(300)).resolve("y"))).isEmpty();
        assertThat(FileFacts.of(folder.resolve("ü".repeat(200)))).isEmpty();
        assertThat(FileFacts.of(folder.resolve("x/".repeat(5000)))).isEmpty();
        assertThat(FileFacts.of(folder.resolve("./".repeat(5000)).resolve("file")))
                .isEmpty();
    }

    @Test
    void knowsNoFileBehindLinksThatLeadNowhere() throws Exception {
        var dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("missing"));
        var below = Files.createSymbolicLink(folder.resolve("below"), Path.of("file/below"));
        var tooLong = Files.createSymbolicLink(folder.resolve("long"), Path.of("x".repeat(300)));

        assertThat(FileFacts.of(dangling)).isEmpty();
        assertThat(FileFacts.of(below)).isEmpty();
        assertThat(FileFacts.of(tooLong)).isEmpty();
    }

    @Test
    void knowsNoFileBehindLinksInACircle() throws Exception {
        var one = folder.resolve("one");
        var two = Files.createSymbolicLink(folder.resolve("two"), one);
        Files.createSymbolicLink(one, Path.of("two"));

        assertThat(FileFacts.of(one)).isEmpty();
        assertThat(FileFacts.of(two)).isEmpty();
        assertThat(FileFacts.of(one.resolve("file"))).isEmpty();
    }

    @Test
    void knowsNoUnreadableFile() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-wx-wx-wx"));
        assumeThat(Files.isReadable(file)).as("root reads everything").isFalse();

        assertThat(FileFacts.of(file)).isEmpty();
    }

    @Test
    void knowsNoFileInAFolderThatMayNotBeEntered() throws Exception {
        var closed = Files.createDirectory(folder.resolve("closed"));
        Files.copy(file, closed.resolve("file"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rw-rw-rw-"));

        try {
            assumeThat(Files.isExecutable(closed)).as("root enters everything").isFalse();
            assertThat(FileFacts.of(closed.resolve("file"))).isEmpty();
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
    }

    @Test
    void throwsWhatThePathDoesNotExplain() throws Exception {
        var failure = new FileSystemException(file.toString(), null, "Input/output error");
        var link = Files.createSymbolicLink(folder.resolve("link"), file);

        assertThatThrownBy(() -> FileFacts.refused(file, failure)).isSameAs(failure);
        assertThatThrownBy(() -> FileFacts.refused(link, failure)).isSameAs(failure);
        assertThatThrownBy(() -> FileFacts.refused(Path.of("/"), failure)).isSameAs(failure);
    }

    /// A path with NUL cannot be made, so none arrives here.
    @Test
    void isNeverAskedForAPathWithNul() {
        assertThatThrownBy(() -> folder.resolve("a\0b")).isInstanceOf(InvalidPathException.class);
    }

    @Test
    void knowsFilesOfOtherFileSystems() throws Exception {
        var archive = URI.create("jar:" + folder.resolve("archive.zip").toUri());
        try (var zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Files.copy(file, zip.getPath("/file"));

            assertThat(FileFacts.of(zip.getPath("/file")).map(FileFacts::size)).isEqualTo(Optional.of(7L));
            assertThat(FileFacts.of(zip.getPath("/missing"))).isEmpty();
            assertThat(FileFacts.of(zip.getPath("/file/below"))).isEmpty();
        }
    }

    @Test
    void isAValue() {
        var facts = new FileFacts(7, MODIFIED);

        assertThat(facts).isEqualTo(new FileFacts(7, MODIFIED)).hasSameHashCodeAs(new FileFacts(7, MODIFIED));
        assertThat(facts)
                .isNotEqualTo(new FileFacts(8, MODIFIED))
                .isNotEqualTo(new FileFacts(7, MODIFIED.plusNanos(1)));
        assertThat(facts).hasToString("FileFacts[size=7, modified=" + MODIFIED + "]");
    }

    @Test
    void refusesANegativeSize() {
        assertThatThrownBy(() -> new FileFacts(-1, MODIFIED)).isInstanceOf(IllegalArgumentException.class);
    }
}
