package board;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The WAR does what the comment of [Board] promises, under a context path, in a container as it is downloaded.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeployedBoard {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private StockContainer container;

    /// Starts the container, with the WAR as `app.war` among its web applications.
    ///
    /// @param folder is empty
    abstract StockContainer start(Path folder) throws Exception;

    static Path war() {
        return Path.of(System.getProperty("war"));
    }

    @BeforeAll
    void startContainer(@TempDir Path folder) throws Exception {
        container = start(folder);
        container.port();
    }

    @AfterAll
    void endContainer() throws InterruptedException {
        container.end();
        client.close();
    }

    final StockContainer container() {
        return container;
    }

    @Test
    void keepsTheRawTargetAndFindsThePathBelowTheMapping() throws Exception {
        var answer = get("/app/board/request/a%20b/%2F;v=1//x?q=%41&r");

        assertThat(answer.body())
                .contains("raw path  /app/board/request/a%20b/%2F;v=1//x\n")
                .contains("raw query ?q=%41&r\n")
                .contains("path      [request, a b, /;v=1, , x]\n");
    }

    @Test
    void runsOnVirtualThreads() throws Exception {
        assertThat(get("/app/board/request").body()).contains("thread    virtual\n");
    }

    @Test
    void streamsToAReaderWhatAnotherPosts() throws Exception {
        var reading = client.send(request("/app/board/notices").build(), BodyHandlers.ofInputStream());
        try (var notices = reading.body()) {
            assertThat(line(notices)).isEqualTo("Notices:\n");

            var posted = client.send(
                    request("/app/board/notices")
                            .POST(BodyPublishers.ofString("Lunch is ready"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(posted.statusCode()).isEqualTo(201);
            assertThat(line(notices)).isEqualTo("Lunch is ready\n");
            var closed = client.send(request("/app/board/notices").DELETE().build(), BodyHandlers.ofString());
            assertThat(closed.statusCode()).isEqualTo(204);
            assertThat(notices.read()).isEqualTo(-1);
        }
    }

    @Test
    void refusesANoticeThatIsTooLong() throws Exception {
        var refused = client.send(
                request("/app/board/notices")
                        .POST(BodyPublishers.ofString("x".repeat(1001)))
                        .build(),
                BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(413);
    }

    @Test
    void sendsAFileAndAPartOfIt() throws Exception {
        var file = Files.readString(Path.of(System.getProperty("java.home"), "release"));

        var whole = get("/app/board/release");
        var part = client.send(
                request("/app/board/release").header("Range", "bytes=0-11").build(), BodyHandlers.ofString());

        assertThat(whole.body()).isEqualTo(file);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(file.substring(0, 12));
    }

    @Test
    void answers500WhenTheApplicationFailsAndGoesOn() throws Exception {
        var broken = get("/app/board/broken");

        assertThat(broken.statusCode()).isEqualTo(500);
        assertThat(broken.body()).isEqualTo("500 Internal Server Error\n");
        assertThat(get("/app/board/request").statusCode()).isEqualTo(200);
    }

    @Test
    void cutsAStreamThatFails() {
        assertThatThrownBy(() -> get("/app/board/torn")).isInstanceOf(IOException.class);
    }

    @Test
    void leavesWhatIsNotMappedToTheContainer() throws Exception {
        assertThat(get("/app/board/nothing").body()).isEqualTo("no GET here\n");
        assertThat(get("/app/index.html").body()).contains("This page is the container's own.");
        assertThat(get("/app/elsewhere").statusCode()).isEqualTo(404);
    }

    @Test
    void becomesARawConnection() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), container.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var head = "GET /app/board/wire HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: wire\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            var answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                answer.append((char) socket.getInputStream().read());
            }
            assertThat(answer.toString()).startsWith("HTTP/1.1 101 ").containsIgnoringCase("\r\nUpgrade: wire\r\n");

            socket.getOutputStream().write("stop".getBytes(ISO_8859_1));

            assertThat(new String(socket.getInputStream().readNBytes(4), ISO_8859_1))
                    .isEqualTo("stop");
        }
    }

    final HttpResponse<String> get(String target) throws Exception {
        return client.send(request(target).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String target) throws Exception {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + container.port() + target))
                .timeout(PATIENCE);
    }

    private static String line(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            bytes.write(b);
            if (b == '\n') {
                break;
            }
        }
        return bytes.toString(UTF_8);
    }
}
