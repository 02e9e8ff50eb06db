package wai.staticfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Response;
import wai.Status;
import wai.test.TestClient;

/// How long [StaticFiles] believes what it has found.
class LookupsTest {
    private static final long JUST_BELOW_A_SECOND = Duration.ofSeconds(1).toNanos() - 1;

    private final AtomicLong now = new AtomicLong(-5); // as any clock for durations may begin
    private final AtomicInteger asked = new AtomicInteger();

    @TempDir
    Path root;

    @BeforeEach
    void site() throws IOException {
        Files.writeString(root.resolve("app.js"), "plain");
        Files.writeString(root.resolve("index.html"), "index");
    }

    private StaticFiles files() {
        return StaticFiles.of(root)
                .withClock(now::get)
                .withPrecompressed()
                .withNotFound((_, respond) -> respond.with(Response.text(Status.NOT_FOUND, "own page")))
                .withCaching(path -> {
                    asked.incrementAndGet();
                    return Optional.of("max-age=" + path.size());
                });
    }

    private static String get(TestClient client, String path) {
        return client.request("GET", path)
                .header("Accept-Encoding", "br")
                .send()
                .text();
    }

    @Test
    void aFileIsLookedUpOnceASecond() {
        try (var client = TestClient.of(files())) {
            client.get("/app.js");
            now.addAndGet(JUST_BELOW_A_SECOND);
            client.get("/app.js");
            assertThat(asked).hasValue(1);

            now.incrementAndGet();
            assertThat(client.get("/app.js").header("Cache-Control")).hasValue("max-age=1");

            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void soIsAnIndex() {
        try (var client = TestClient.of(files())) {
            assertThat(client.get("/").text()).isEqualTo("index");
            assertThat(client.get("/").text()).isEqualTo("index");
            assertThat(client.get("/index.html").text()).isEqualTo("index");

            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void aNewSiblingIsSeenAfterTheInterval() throws IOException {
        try (var client = TestClient.of(files())) {
            assertThat(get(client, "/app.js")).isEqualTo("plain");
            Files.writeString(root.resolve("app.js.br"), "compressed");
            Files.setLastModifiedTime(
                    root.resolve("app.js.br"), FileTime.from(Instant.now().plusSeconds(9)));

            now.addAndGet(JUST_BELOW_A_SECOND);
            assertThat(get(client, "/app.js")).isEqualTo("plain");
            now.incrementAndGet();
            assertThat(get(client, "/app.js")).isEqualTo("compressed");
        }
    }

    @Test
    void aNewFileIsSeenAtOnceAndTheContentIsAlwaysThatOfNow() throws IOException {
        try (var client = TestClient.of(files())) {
            assertThat(client.get("/new").text()).isEqualTo("own page");
            Files.writeString(root.resolve("new"), "new");
            assertThat(client.get("/new").text()).isEqualTo("new");
            Files.writeString(root.resolve("new"), "newer");
            assertThat(client.get("/new").text()).isEqualTo("newer");
        }
    }

    @Test
    void aFileThatIsDeletedIsNotAnswered() throws IOException {
        try (var client = TestClient.of(files())) {
            client.get("/app.js");
            Files.delete(root.resolve("app.js"));

            assertThat(client.get("/app.js").status()).isEqualTo(Status.NOT_FOUND);
            now.addAndGet(JUST_BELOW_A_SECOND + 1);
            assertThat(client.get("/app.js").text()).isEqualTo("own page");
        }
    }

    @Test
    void aLinkInPlaceOfTheFileIsNotFollowedOutOfTheFolder(@TempDir Path elsewhere) throws IOException {
        Files.writeString(elsewhere.resolve("secret"), "secret");

        try (var client = TestClient.of(files())) {
            client.get("/app.js");
            Files.delete(root.resolve("app.js"));
            Files.createSymbolicLink(root.resolve("app.js"), elsewhere.resolve("secret"));

            assertThat(client.get("/app.js").status()).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void withoutAnIntervalEveryRequestLooks() {
        try (var client = TestClient.of(files().withLookupsEvery(Duration.ZERO))) {
            client.get("/app.js");
            client.get("/app.js");

            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void anIntervalMayBeLongerThanAnyClock() {
        try (var client = TestClient.of(files().withLookupsEvery(Duration.ofSeconds(Long.MAX_VALUE)))) {
            client.get("/app.js");
            now.addAndGet(Duration.ofDays(365).toNanos());
            client.get("/app.js");

            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void refusesAnIntervalBelowZero() {
        var files = files();

        assertThatThrownBy(() -> files.withLookupsEvery(Duration.ofNanos(-1)))
                .hasMessageContaining("expected zero or more");
    }

    @Test
    void treesOfOthersAreAskedWithEveryRequest() {
        var folder = FileTree.folder(root);
        var tree = new FileTree() {
            @Override
            public Optional<Entry> find(List<String> path) throws IOException {
                return folder.find(path);
            }

            @Override
            public List<Child> children(List<String> path) throws IOException {
                return folder.children(path);
            }
        };
        var files = StaticFiles.of(tree).withCaching(_ -> Optional.of("max-age=" + asked.incrementAndGet()));

        try (var client = TestClient.of(files)) {
            client.get("/app.js");
            client.get("/app.js");

            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void forgetsWhenThereAreTooManyAndFindsThemAgain() {
        var lookups = new Lookups(Duration.ofSeconds(1), now::get);
        var file = new FoundFile(new FileTree.DiskFile(root, Instant.EPOCH), wai.Headers.EMPTY, List.of(), now.get());

        for (int i = 0; i < 4096; i++) {
            lookups.put(List.of("" + i), file);
        }
        assertThat(lookups.get(List.of("0"))).isSameAs(file);
        lookups.put(List.of("one more"), file);

        assertThat(lookups.get(List.of("0"))).isNull();
        assertThat(lookups.get(List.of("one more"))).isSameAs(file);
    }
}
