package wai.warp;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static wai.warp.WireClient.GET;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
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
import wai.warp.settings.FileCaching;
import wai.warp.settings.Hooks;
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

    @Test
    void tenThousandFilesKeepNoMoreDescriptorsThanAreAllowed() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            Files.write(folder.resolve("n" + i), new byte[] {(byte) ('0' + i % 10)});
        }
        var caching = FileCaching.defaults().withSmallFileBytes(0).withDescriptors(20);
        Application app = (request, respond) -> respond.with(Response.file(
                Status.OK, Headers.EMPTY, folder.resolve(request.rawPath().substring(1))));

        try (var server = Warp.start(SETTINGS.withFileCaching(caching), app);
                var client = WireClient.of(server)) {
            for (int i = 0; i < 10_000; i++) {
                var answer = client.send(GET.replace("/ ", "/n" + i + " ")).response();
                assertThat(answer).endsWith("\r\n\r\n" + i % 10);
            }

            assertThat(Resources.now().open() - before.open())
                    .isLessThanOrEqualTo(20 + 4); // listener, its spare, both ends
        }
    }

    @ParameterizedTest(name = "interval {0}")
    @ValueSource(strings = {"PT0S", "PT1S"})
    void aFileThatIsReplacedWhileItIsSentArrivesWhole(String interval) throws Exception {
        int size = 10_000_000;
        var file = file(size);
        var whole = Files.readAllBytes(file);
        Application app = (_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file));
        var caching = FileCaching.defaults().withInterval(Duration.parse(interval));

        try (var server = Warp.start(SETTINGS.withFileCaching(caching), app);
                var slow = WireClient.slow(server)) {
            slow.send(GET);
            head(slow);
            Files.move(Files.write(folder.resolve("fresh"), new byte[size]), file, StandardCopyOption.ATOMIC_MOVE);

            assertThat(slow.input().readNBytes(size)).isEqualTo(whole);
        }
    }

    @Test
    void anInterruptedApplicationSendsItsFile() throws Exception {
        int size = 10_000_000;
        var file = file(size);
        Application app = (_, respond) -> {
            Thread.currentThread().interrupt();
            return respond.with(Response.file(Status.OK, Headers.EMPTY, file));
        };

        try (var server = Warp.start(SETTINGS, app);
                var slow = WireClient.slow(server)) {
            slow.send(GET);
            head(slow);

            assertThat(slow.input().readNBytes(size)).isEqualTo(Files.readAllBytes(file));
            assertThat(slow.send(GET).input().read()).isEqualTo('H');
        }
    }

    @Test
    void applicationsInterruptedWhileTheySendAFileHarmNobodyElse() throws Exception {
        int size = 1024 * 1024;
        var file = file(size);
        var whole = Files.readAllBytes(file);
        var victims = new ConcurrentHashMap<Thread, Boolean>();
        Application app = (request, respond) -> {
            boolean victim = request.rawPath().equals("/victim");
            try {
                if (victim) {
                    victims.put(Thread.currentThread(), true);
                }
                return respond.with(Response.file(Status.OK, Headers.EMPTY, file));
            } finally {
                victims.remove(Thread.currentThread());
            }
        };
        var quiet = Hooks.defaults().withOnFailure(_ -> {});
        var done = new AtomicBoolean();

        try (var server = Warp.start(SETTINGS.withHooks(quiet), app);
                var client = WireClient.of(server)) {
            var storm = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    for (var victim : victims.keySet()) { // never behind its request: the thread serves others then
                        victims.computeIfPresent(victim, (thread, same) -> {
                            thread.interrupt();
                            return same;
                        });
                    }
                    Thread.onSpinWait();
                }
            });
            var others = new FutureTask<Boolean>(
                    () -> {
                        while (!done.get()) {
                            askAsVictim(server, whole);
                        }
                    },
                    true);
            Thread.ofPlatform().start(others);
            try {
                for (int i = 0; i < 50; i++) {
                    client.send(GET);
                    head(client);
                    assertThat(client.input().readNBytes(size)).isEqualTo(whole);
                }
            } finally {
                done.set(true);
                storm.join();
                assertThat(others.get()).isTrue();
            }
        }
    }

    /// Gets the whole file, or less than `Content-Length` says.
    private static void askAsVictim(WarpServer server, byte[] whole) {
        try (var client = WireClient.of(server)) {
            client.send(GET.replace("/ ", "/victim "));
            head(client);
            var got = client.input().readNBytes(whole.length);
            assertThat(got).isEqualTo(Arrays.copyOf(whole, got.length));
        } catch (IOException _) {
            // cut, and the client can tell
        }
    }

    /// Reads a head only, as the body is no text.
    private static String head(WireClient client) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = client.input().read();
            if (octet < 0) {
                throw new EOFException("the end came behind: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }
}
