package wai.staticfiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Request;
import wai.Status;
import wai.test.TestClient;
import wai.test.TestResponse;

/// Nothing outside of the root is answered, however it is asked for.
class StaticFilesEscapeTest {
    private static final String SECRET = "this must never be seen";
    private static final int TRIES = 2000;

    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void site() throws IOException {
        root = Files.createDirectories(folder.resolve("site"));
        Files.writeString(root.resolve("a.txt"), "a");
        Files.writeString(Files.createDirectories(root.resolve("sub")).resolve("b.txt"), "b");
        Files.writeString(folder.resolve("secret.txt"), SECRET);
        Files.writeString(
                Files.createDirectories(folder.resolve("site-neighbour")).resolve("secret.txt"), SECRET);
    }

    private TestResponse get(SymbolicLinks links, String target) {
        try (var client =
                TestClient.of(StaticFiles.of(FileTree.folder(root, links)).withListings())) {
            return client.send(Request.builder("GET", target).build());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/sub/../../secret.txt",
                "/%2e%2e/secret.txt",
                "/%2E%2E/secret.txt",
                "/.%2e/secret.txt",
                "/..%2fsecret.txt",
                "/%2e%2e%2fsecret.txt",
                "/sub%2f..%2f..%2fsecret.txt",
                "/..%5csecret.txt",
                "/%2e%2e%5csecret.txt",
                "/..\\secret.txt",
                "/%c0%ae%c0%ae/secret.txt",
                "/%252e%252e/secret.txt",
                "/..%00/secret.txt",
                "/a.txt%00/../../secret.txt",
                "/..;/secret.txt",
                "/.../secret.txt",
                "/..%20/secret.txt",
                "/%2fetc%2fpasswd",
                "//etc/passwd",
                "/C:%5cwindows%5cwin.ini",
                "/file:%2f%2f%2fetc%2fpasswd",
                "/../site-neighbour/secret.txt",
                "/..%2fsite-neighbour%2fsecret.txt",
                "/%EF%BC%8E%EF%BC%8E/secret.txt"
            })
    void answersNothingOutsideOfTheRoot(String target) {
        var response = get(SymbolicLinks.FOLLOWED, target);

        assertThat(response.status()).isIn(Status.NOT_FOUND, Status.FOUND);
        assertThat(response.text()).doesNotContain(SECRET);
    }

    @Test
    void answersNothingOutsideOfTheRootToNoiseEither() {
        var pieces = List.of(
                "/",
                "..",
                ".",
                "%2e",
                "%2E",
                "%2f",
                "%2F",
                "%5c",
                "\\",
                "%00",
                "%",
                "%25",
                "%c0%af",
                ";",
                "secret.txt",
                "site",
                "site-neighbour",
                "sub",
                "a.txt",
                "%73ecret.txt",
                "%20",
                ":",
                "~",
                "//");
        var replayed = Long.getLong("seed");
        long first = replayed != null ? replayed : System.nanoTime();
        var tree = FileTree.folder(root, SymbolicLinks.INSIDE);
        try (var client = TestClient.of(StaticFiles.of(tree).withListings().withPrecompressed())) {
            for (long seed = first; seed < first + (replayed != null ? 1 : TRIES); seed++) {
                var random = new SplittableRandom(seed);
                var target = new StringBuilder("/");
                for (int i = random.nextInt(1, 9); i > 0; i--) {
                    target.append(pieces.get(random.nextInt(pieces.size())));
                }

                var response =
                        client.send(Request.builder("GET", target.toString()).build());

                assertThat(response.text()).as("%s, -Dseed=%s", target, seed).doesNotContain(SECRET, "secret.txt</a>");
                assertThat(response.status())
                        .as("%s, -Dseed=%s", target, seed)
                        .isIn(Status.OK, Status.FOUND, Status.NOT_FOUND);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ links

    @ParameterizedTest(name = "{1} of links {0}: {2}")
    @CsvSource({
        "REFUSED, /inside.txt, 404",
        "REFUSED, /insub/b.txt, 404",
        "REFUSED, /outside.txt, 404",
        "REFUSED, /out/secret.txt, 404",
        "INSIDE, /inside.txt, 200",
        "INSIDE, /insub/b.txt, 200",
        "INSIDE, /outside.txt, 404",
        "INSIDE, /out/secret.txt, 404",
        "INSIDE, /out/, 404",
        "INSIDE, /neighbour/secret.txt, 404",
        "INSIDE, /chain.txt, 404",
        "INSIDE, /dangling, 404",
        "INSIDE, /loop, 404",
        "FOLLOWED, /inside.txt, 200",
        "FOLLOWED, /outside.txt, 200",
        "FOLLOWED, /out/secret.txt, 200",
        "FOLLOWED, /chain.txt, 200",
        "FOLLOWED, /dangling, 404",
        "FOLLOWED, /loop, 404"
    })
    void followsLinksAsTold(SymbolicLinks links, String target, int status) throws IOException {
        links();

        assertThat(get(links, target).status().code()).isEqualTo(status);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(SymbolicLinks.class)
    void listsWhatItAnswers(SymbolicLinks links) throws IOException {
        links();

        var page = get(links, "/").text();

        for (var name : List.of("inside.txt", "outside.txt", "chain.txt", "dangling", "loop", "a.txt")) {
            boolean listed = page.contains("\"./" + name + "\"");
            assertThat(listed)
                    .as(name)
                    .isEqualTo(get(links, "/" + name).status().equals(Status.OK));
        }
    }

    @Test
    void theRootItselfMayBeALink() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), root);
        links();

        try (var client = TestClient.of(StaticFiles.of(link))) {
            assertThat(client.get("/a.txt").text()).isEqualTo("a");
            assertThat(client.get("/inside.txt").text()).isEqualTo("a");
            assertThat(client.get("/outside.txt").status()).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void aSiblingThatLeadsOutsideIsNone() throws IOException {
        Files.createSymbolicLink(root.resolve("a.txt.gz"), folder.resolve("secret.txt"));

        try (var client =
                TestClient.of(StaticFiles.of(root).withPrecompressed()).withHeader("Accept-Encoding", "gzip")) {
            assertThat(client.get("/a.txt").text()).isEqualTo("a");
        }
    }

    private void links() throws IOException {
        Files.createSymbolicLink(root.resolve("inside.txt"), Path.of("a.txt"));
        Files.createSymbolicLink(root.resolve("insub"), Path.of("sub"));
        Files.createSymbolicLink(root.resolve("outside.txt"), folder.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("out"), folder);
        Files.createSymbolicLink(root.resolve("neighbour"), folder.resolve("site-neighbour"));
        Files.createSymbolicLink(root.resolve("chain.txt"), Path.of("outside.txt"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("nothing"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    }
}
