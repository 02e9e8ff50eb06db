package wai.warp;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.WireClient.GET;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.FilePart;
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
