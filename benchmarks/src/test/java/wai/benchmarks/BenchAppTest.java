package wai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Bytes;
import wai.test.TestClient;
import wai.warp.Warp;
import wai.warp.WarpServer;
import wai.warp.settings.WarpSettings;

/// On Warp, over a port, as it is measured.
class BenchAppTest {
    @TempDir
    Path files;

    private WarpServer server;
    private TestClient client;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(files.resolve("index.html"), "<html>");
        Files.write(files.resolve("1m.bin"), new byte[1 << 20]);
        server = Warp.start(WarpSettings.defaults().withHost("127.0.0.1").withPort(0), BenchApp.in(files));
        client = TestClient.over(URI.create("http://127.0.0.1:" + server.port()));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void greets() {
        var response = client.get("/");

        assertThat(response.text()).isEqualTo("Hello, World!");
        assertThat(response.header("Content-Type")).hasValue("text/plain");
        assertThat(response.header("Content-Length")).hasValue("13");
        assertThat(response.header("Date")).isPresent();
        assertThat(response.header("Server")).isPresent();
    }

    @Test
    void sendsFiles() {
        var small = client.get("/index.html");
        var large = client.get("/1m.bin");

        assertThat(small.text()).isEqualTo("<html>");
        assertThat(small.header("Content-Type")).hasValue("text/html");
        assertThat(large.bytes().length()).isEqualTo(1 << 20);
        assertThat(large.header("Content-Type")).hasValue("application/octet-stream");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"/stream", "/flush"})
    void streamsAMebibyteOfUnknownLength(String path) {
        var response = client.get(path);

        assertThat(response.text()).isEqualTo("x".repeat(1 << 20));
        assertThat(response.header("Content-Length")).isEmpty();
    }

    @Test
    void echoesTheBody() {
        var body = Bytes.utf8("y".repeat(100_000));

        var response = client.post("/echo", body);

        assertThat(response.bytes()).isEqualTo(body);
        assertThat(response.header("Content-Length")).hasValue("100000");
    }

    @Test
    void hasNoOtherRoute() {
        assertThat(client.get("/other").status().code()).isEqualTo(404);
    }

    @Test
    void saysHowItIsStarted() {
        assertThatThrownBy(() -> BenchApp.main(new String[] {"8080"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("usage: BenchApp --port PORT --files FOLDER [--tls CERTIFICATES KEY], but got 8080");
    }
}
