package wai.staticfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Middleware;
import wai.Status;
import wai.guarded.GuardedFolder;
import wai.middleware.StreamFile;
import wai.test.TestClient;
import wai.test.TestResponse;

/// Somebody who may write in the folder replaces what was looked at before it is opened: between `find` and the use of
/// what it found, which a middleware here makes a place in the program.
class StaticFilesRaceTest {
    private static final String SECRET = "this must never be seen";

    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void site() throws IOException {
        root = Files.createDirectories(folder.resolve("site"));
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("a/b/c.txt"), "public");
        Files.createDirectories(folder.resolve("secrets/b"));
        Files.writeString(folder.resolve("secrets/c.txt"), SECRET);
        Files.writeString(folder.resolve("secrets/b/c.txt"), SECRET);
    }

    /// What is replaced by a link, between the look and the opening.
    enum Replaced {
        FILE {
            @Override
            void attack(Path folder) throws IOException {
                Files.delete(folder.resolve("site/a/b/c.txt"));
                Files.createSymbolicLink(folder.resolve("site/a/b/c.txt"), folder.resolve("secrets/c.txt"));
            }
        },
        ITS_FOLDER {
            @Override
            void attack(Path folder) throws IOException {
                Files.move(folder.resolve("site/a/b"), folder.resolve("moved"));
                Files.createSymbolicLink(folder.resolve("site/a/b"), folder.resolve("secrets/b"));
            }
        },
        A_FOLDER_ABOVE {
            @Override
            void attack(Path folder) throws IOException {
                Files.move(folder.resolve("site/a"), folder.resolve("moved"));
                Files.createSymbolicLink(folder.resolve("site/a"), Path.of("../secrets"));
            }
        };

        abstract void attack(Path folder) throws IOException;
    }

    /// Runs the attack when the application has looked and the handler has not.
    private Middleware attacker(Replaced replaced) {
        return inner -> (request, respond) -> inner.handle(request, response -> {
            replaced.attack(folder);
            return respond.with(response);
        });
    }

    private TestResponse get(Middleware around) {
        try (var client = TestClient.of(around.wrap(StaticFiles.of(root)))) {
            return client.get("/a/b/c.txt");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aHandlerDoesNotFollowALinkThatWasNotThereBefore(Replaced replaced) {
        var response = get(attacker(replaced));

        assertThat(response.status()).isEqualTo(Status.NOT_FOUND);
        assertThat(response.text()).doesNotContain(SECRET);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void norDoesAMiddlewareThatReadsFiles(Replaced replaced) {
        var response = get(StreamFile.always().then(attacker(replaced)));

        assertThat(response.status()).isEqualTo(Status.NOT_FOUND);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void nothingOfTheNewPlaceIsTold(Replaced replaced) throws IOException {
        var path = found();

        replaced.attack(folder);

        assertThatThrownBy(() -> Files.readAttributes(path, BasicFileAttributes.class))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.readAttributes(path, "unix:size,ctime")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.newByteChannel(path)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> FileChannel.open(path)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.readString(path)).isInstanceOf(NoSuchFileException.class);
        assertThat(Files.isReadable(path)).isFalse();
        assertThat(Files.exists(path)).isFalse();
    }

    @Test
    void aLinkInsideOfTheRootIsResolvedOnceAndNotFollowedElsewhere() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), Path.of("a/b"));
        Middleware redirecting = inner -> (request, respond) -> inner.handle(request, response -> {
            Replaced.ITS_FOLDER.attack(folder);
            return respond.with(response);
        });

        try (var client = TestClient.of(StaticFiles.of(root))) {
            assertThat(client.get("/link/c.txt").text()).isEqualTo("public");
        }
        try (var client = TestClient.of(redirecting.wrap(StaticFiles.of(root)))) {
            assertThat(client.get("/link/c.txt").status()).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void aFolderIsNotListedThroughALinkThatWasNotThereBefore() throws IOException {
        var guarded = GuardedFolder.path(root, root.resolve("a/b"));
        assertThat(names(guarded)).containsExactly("c.txt");

        Replaced.ITS_FOLDER.attack(folder);

        assertThatThrownBy(() -> names(guarded)).isInstanceOf(NoSuchFileException.class);
    }

    private static List<String> names(Path path) throws IOException {
        try (var children = Files.newDirectoryStream(path)) {
            var names = new ArrayList<String>();
            children.forEach(child -> names.add(child.getFileName().toString()));
            return names;
        }
    }

    @Test
    void aGuardedFileIsLikeAnyOther() throws IOException {
        var path = found();
        var plain = root.resolve("a/b/c.txt");

        assertThat(Files.readString(path)).isEqualTo("public");
        assertThat(Files.size(path)).isEqualTo(6);
        assertThat(Files.getLastModifiedTime(path)).isEqualTo(Files.getLastModifiedTime(plain));
        assertThat(Files.readAttributes(path, "unix:*")).isEqualTo(Files.readAttributes(plain, "unix:*"));
        assertThat(Files.readAttributes(path, "size")).containsEntry("size", 6L);
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            assertThat(channel.size()).isEqualTo(6);
        }
        assertThat(Files.isReadable(path)).isTrue();
        assertThat(path.toString()).isEqualTo(plain.toString());
        assertThat(path.toAbsolutePath()).isEqualTo(plain);
        assertThat(path).isEqualTo(found()).hasSameHashCodeAs(found()).isNotEqualTo(plain);
        assertThat(Files.isSameFile(path, found())).isTrue();
    }

    @Test
    void aGuardedFileIsOnlyRead() throws IOException {
        var path = found();

        assertThatThrownBy(() -> Files.writeString(path, "x")).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.delete(path)).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThat(Files.isWritable(path)).isFalse();
    }

    @Test
    void allLinksAreFollowedWhereThatIsWanted() throws IOException {
        var tree = FileTree.folder(root, SymbolicLinks.FOLLOWED);
        var path = ((FileTree.DiskFile) tree.find(List.of("a", "b", "c.txt")).orElseThrow()).path();

        Replaced.FILE.attack(folder);

        assertThat(Files.readString(path)).isEqualTo(SECRET);
    }

    private Path found() throws IOException {
        var entry = FileTree.folder(root).find(List.of("a", "b", "c.txt")).orElseThrow();
        return ((FileTree.DiskFile) entry).path();
    }
}
