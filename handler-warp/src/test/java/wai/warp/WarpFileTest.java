package wai.warp;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static wai.warp.WireClient.GET;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// Files over a socket.
class WarpFileTest {
    private static final WarpSettings SETTINGS = WarpSettings.defaults()
            .withHost("127.0.0.1")
            .withPort(0)
            .withTimeouts(Timeouts.defaults().withWrite(ofSeconds(20)));

    private final Resources before = Resources.now();

    @TempDir
    private Path folder;

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    private Path file(int size) throws IOException {
        var content = new byte[size];
        new Random(size).nextBytes(content);
        return Files.write(folder.resolve("f" + size), content);
    }

    private static Application sends(Path file, long length) {
        return (_, respond) ->
                respond.with(Response.file(Status.OK, Headers.EMPTY, file, new FilePart(0, length, length)));
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 151, 32 * 1024, 32 * 1024 + 1, 1024 * 1024, 1024 * 1024 + 1, 10_000_000})
    void everyByteOfAFileArrives(int size) throws Exception {
        var file = file(size);

        try (var server = Warp.start(SETTINGS, sends(file, size));
                var client = WireClient.of(server)) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                assertThat(head(client)).contains("Content-Length: " + size + "\r\n");
                assertThat(client.input().readNBytes(size)).isEqualTo(Files.readAllBytes(file));
            }
        }
    }

    static Stream<Arguments> negotiations() {
        return Stream.of(
                arguments("the whole file", "", "200 OK", "Content-Length: 10\r\n\r\n0123456789"),
                arguments(
                        "one range",
                        "Range: bytes=2-4\r\n",
                        "206 Partial Content",
                        "Content-Range: bytes 2-4/10\r\nContent-Length: 3\r\n\r\n234"),
                arguments(
                        "a range outside",
                        "Range: bytes=10-\r\n",
                        "416 Range Not Satisfiable",
                        "Content-Length: 42\r\n\r\nRange not satisfiable: there are 10 bytes\n"),
                arguments("a validator that holds", "If-None-Match: \"v1\"\r\n", "304 Not Modified", "\r\n\r\n"),
                arguments(
                        "a precondition that fails",
                        "If-Match: \"v0\"\r\n",
                        "412 Precondition Failed",
                        "Content-Length: 20\r\n\r\nPrecondition failed\n"),
                arguments(
                        "If-Range that fails",
                        "Range: bytes=2-4\r\nIf-Range: \"v0\"\r\n",
                        "200 OK",
                        "Content-Length: 10\r\n\r\n0123456789"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("negotiations")
    void negotiatesAFile(String name, String fields, String status, String end) throws Exception {
        var file = Files.writeString(folder.resolve("digits"), "0123456789");
        Application app =
                (_, respond) -> respond.with(Response.file(Status.OK, Headers.of(HeaderName.ETAG, "\"v1\""), file));

        try (var server = Warp.start(SETTINGS, app);
                var client = WireClient.of(server)) {
            client.send("GET /digits HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + fields + "\r\n");

            assertThat(client.rest().replaceAll("Connection: close\r\n|(Date|Server|Last-Modified): [^\r]*\r\n", ""))
                    .as(name)
                    .startsWith("HTTP/1.1 " + status + "\r\n")
                    .endsWith(end);
        }
    }

    @Test
    void sendsSeveralRangesInParts() throws Exception {
        var file = Files.writeString(folder.resolve("digits"), "0123456789");
        Application app = (_, respond) ->
                respond.with(Response.file(Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/plain"), file));

        try (var server = Warp.start(SETTINGS, app);
                var client = WireClient.of(server)) {
            var response = client.send("GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1,8-9\r\n\r\n")
                    .response();

            var boundary = response.replaceAll("(?s).*; boundary=([^\r]*)\r.*", "$1");
            assertThat(response).startsWith("HTTP/1.1 206 Partial Content\r\n");
            assertThat(response.substring(response.indexOf("\r\n\r\n") + 4))
                    .isEqualTo("--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n"
                                    .replace("B", boundary)
                            + "--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--B--\r\n"
                                    .replace("B", boundary));
        }
    }

    @Test
    void aSlowReaderHoldsTheServerBackAndGetsEverything() throws Exception {
        int size = 10_000_000;
        var file = file(size);

        try (var server = Warp.start(SETTINGS, sends(file, size));
                var slow = WireClient.slow(server)) {
            slow.send(GET);
            head(slow);
            var first = slow.input().readNBytes(1000);
            assertThat(server.openConnections()).singleElement().asString().contains("response SENDING");
            var rest = slow.input().readNBytes(size - 1000);

            var whole = Files.readAllBytes(file);
            assertThat(first).isEqualTo(java.util.Arrays.copyOf(whole, 1000));
            assertThat(rest).isEqualTo(java.util.Arrays.copyOfRange(whole, 1000, size));
            assertThat(slow.send(GET).input().read()).isEqualTo('H');
        }
    }

    @Test
    void aFileThatShrinksWhileItIsSentIsCut() throws Exception {
        int size = 10_000_000;
        var file = file(size);

        try (var server = Warp.start(SETTINGS, sends(file, size));
                var slow = WireClient.slow(server)) {
            slow.send(GET);
            head(slow);
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(size - 1);
            }

            assertThat(slow.isReset()).isTrue();
            Resources.awaitNoConnection(server);
        }
    }

    @Test
    void aClientThatLeavesInsideAFileIsForgotten() throws Exception {
        int size = 10_000_000;
        var file = file(size);

        try (var server = Warp.start(SETTINGS, sends(file, size))) {
            for (int i = 0; i < 5; i++) {
                var client = WireClient.slow(server);
                client.send(GET);
                head(client);
                client.reset();
            }

            Resources.awaitNoConnection(server);
        }
    }

    /// Reads a head only, as the body is no text.
    private static String head(WireClient client) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.input().read());
        }
        return head.toString();
    }
}
