package wai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.test.TestClient;

/// What is measured of the shelf does what its name says.
class ShelfAppTest {
    @TempDir
    Path files;

    @Test
    void theStackAnswersAndLogs() throws IOException {
        try (var client = TestClient.of(ShelfApp.named("stack", files))) {
            var response = client.get("/");

            assertThat(response.text()).isEqualTo("Hello, World!");
            assertThat(response.header("X-Request-Id")).isPresent();
            assertThat(response.header("X-Content-Type-Options")).hasValue("nosniff");
        }
    }

    @Test
    void theSiteSendsFiles() throws IOException {
        Files.writeString(files.resolve("index.html"), "<html>");

        try (var client = TestClient.of(ShelfApp.named("site", files))) {
            assertThat(client.get("/index.html").text()).isEqualTo("<html>");
            assertThat(client.get("/index.html").header("ETag")).isPresent();
        }
    }

    @Test
    void thePageIsCompressed() throws IOException {
        Files.writeString(files.resolve("page.html"), "<p>hello".repeat(1000));

        try (var client = TestClient.of(ShelfApp.named("gzip", files)).withHeader("Accept-Encoding", "gzip")) {
            assertThat(client.get("/page.html").header("Content-Encoding")).hasValue("gzip");
        }
    }

    @Test
    void knowsNoOther() {
        assertThatThrownBy(() -> ShelfApp.named("nothing", files)).hasMessageContaining("nothing");
        assertThatThrownBy(() -> ShelfApp.main(new String[] {"site"})).hasMessageStartingWith("usage: ShelfApp");
    }

    static Iterable<String> middlewares() {
        return ShelfBenchmark.all().keySet();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("middlewares")
    void everyMiddlewareOfTheBenchmarkLetsItsRequestPass(String name) throws Exception {
        var benchmark = new ShelfBenchmark();
        benchmark.middleware = name;

        benchmark.choose();

        assertThat(benchmark.request()).isPositive();
    }
}
