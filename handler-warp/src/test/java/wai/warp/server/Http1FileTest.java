package wai.warp.server;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Bytes;
import wai.ClientTimeoutException;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure;
import wai.warp.settings.FileCaching;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// What the client gets when files are remembered, and change before or while they are sent.
class Http1FileTest {
    private static final Headers TAG = Headers.of(HeaderName.ETAG, "\"v1\"", HeaderName.LAST_MODIFIED, "x");
    private static final String TOO_LATE = "HTTP/1.1 500 Internal Server Error\r\n";
    private static final int LARGE = 200_000;

    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    /// Sends the whole file, negotiated.
    private final Application sendsFile = (_, respond) -> respond.with(Response.file(Status.OK, TAG, file));

    /// How the content is kept.
    enum Kind {
        IN_MEMORY,
        ON_DISK;

        WarpSettings in(WarpSettings settings) {
            var caching = FileCaching.defaults();
            return settings.withFileCaching(this == IN_MEMORY ? caching : caching.withSmallFileBytes(0));
        }
    }

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(folder.resolve("file"), "0123456789");
    }

    private void replace(String content) throws IOException {
        var fresh = Files.writeString(folder.resolve("fresh"), content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String get(String fields) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }

    private static String ok(String content) {
        return "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nLast-Modified: x\r\nAccept-Ranges: bytes\r\nContent-Length: "
                + content.length() + "\r\n\r\n" + content;
    }

    // ------------------------------------------------------------------------------------------ from memory

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void headAndSmallFileLeaveInOneWrite(Kind kind) {
        try (var talk = Conversation.with(kind::in, sendsFile)) {
            talk.exchange(GET);
            talk.exchange(GET);

            assertThat(talk.writes()).containsExactly(ok("0123456789"), ok("0123456789"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void answersPipelinedRequestsForAFileInOneWrite(Kind kind) {
        try (var talk = Conversation.with(kind::in, sendsFile)) {
            talk.exchange(GET + GET + GET);

            assertThat(talk.writes()).containsExactly(ok("0123456789").repeat(3));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void rangesConditionsAndHeadComeFromWhatIsRemembered(Kind kind) throws IOException {
        try (var talk = Conversation.with(kind::in, sendsFile)) {
            talk.exchange(GET);
            replace("another");

            assertThat(talk.exchange(get("Range: bytes=2-4\r\n")))
                    .endsWith("Content-Range: bytes 2-4/10\r\n" + "Content-Length: 3\r\n\r\n234");
            assertThat(talk.exchange(get("Range: bytes=-1\r\n"))).endsWith("Content-Length: 1\r\n\r\n9");
            assertThat(talk.exchange(get("If-None-Match: \"v1\"\r\n"))).contains("HTTP/1.1 304 Not Modified\r\n");
            assertThat(talk.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("Content-Length: 10\r\n\r\n");
            assertThat(talk.exchange(get("Range: bytes=10-\r\n"))).contains("Content-Range: bytes */10\r\n");
            assertThat(talk.server.files().idleDescriptors()).isEqualTo(kind == Kind.ON_DISK ? 1 : 0);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void severalRangesComeFromTheFileWhoseFactsWereTold(Kind kind) throws IOException {
        try (var talk = Conversation.with(kind::in, sendsFile)) {
            talk.exchange(GET);
            Files.delete(file);

            var answer = talk.exchange(get("Range: bytes=0-1,8-9\r\n"));

            assertThat(answer).contains("bytes 0-1/10\r\n\r\n01\r\n").contains("bytes 8-9/10\r\n\r\n89\r\n");
            assertThat(talk.failures()).isEmpty();
            assertThat(talk.server.files().idleDescriptors()).isEqualTo(kind == Kind.ON_DISK ? 1 : 0);
        }
    }

    @Test
    void aLargeFileInMemoryIsWrittenFromWhereItIs() throws IOException {
        var content = "x".repeat(LARGE);
        Files.writeString(file, content);

        try (var talk = Conversation.with(
                settings -> settings.withFileCaching(FileCaching.defaults().withSmallFileBytes(LARGE)), sendsFile)) {
            assertThat(talk.exchange(GET)).isEqualTo(ok(content));
            assertThat(talk.writes()).endsWith(content);
        }
    }

    // ------------------------------------------------------------------------------------------ before it is sent

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aFileThatVanishesIsMissingAfterTheInterval(Kind kind) throws IOException {
        try (var talk = Conversation.with(kind::in, sendsFile)) {
            talk.exchange(GET);
            Files.delete(file);

            assertThat(talk.exchange(GET)).isEqualTo(ok("0123456789").repeat(2));
            talk.passUnseen(ofSeconds(1));
            assertThat(talk.exchange(GET)).contains("HTTP/1.1 404 Not Found\r\n");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aPartThatTheApplicationNamesIsOfTheFileAsItIsNow(Kind kind) throws IOException {
        Application sendsPart = (_, respond) ->
                respond.with(Response.file(Status.OK, Headers.EMPTY, file, new FilePart(1, 3, Files.size(file))));

        try (var talk = Conversation.with(kind::in, sendsPart)) {
            assertThat(talk.exchange(GET)).endsWith("Content-Range: bytes 1-3/10\r\nContent-Length: 3\r\n\r\n123");
            replace("abcdefgh");
            assertThat(talk.exchange(GET)).endsWith("Content-Range: bytes 1-3/8\r\nContent-Length: 3\r\n\r\nbcd");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aPartBehindTheEndOfTheFileIsAnswered500WithoutAByteOfIt(Kind kind) {
        Application sendsTooMuch =
                (_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file, new FilePart(0, 11, 11)));

        try (var talk = Conversation.with(kind::in, sendsTooMuch)) {
            talk.client.send(GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith(TOO_LATE);
            assertThat(talk.failures()).singleElement().satisfies(failure -> assertThat(failure.cause())
                    .isInstanceOf(java.io.EOFException.class)
                    .hasMessageContaining("has 10 bytes: expected at least 11"));
        }
    }

    @Test
    void aPartOfAFileThatDoesNotExistIsAnswered500() throws IOException {
        Files.delete(file);
        Application sendsPart =
                (_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file, new FilePart(0, 1, 1)));

        try (var talk = Conversation.with(sendsPart)) {
            talk.client.send(GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith(TOO_LATE);
        }
    }

    @Test
    void aSliceOfALargerFileThatWasCutIsAnswered500WithoutAByteOfIt() throws IOException {
        try (var talk = Conversation.with(Kind.ON_DISK::in, sendsFile)) {
            talk.exchange(GET);
            Files.writeString(file, "0");
            talk.client.send(GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith(ok("0123456789") + TOO_LATE);
        }
    }

    // ------------------------------------------------------------------------------------------ while it is sent

    @Test
    void everyBlockOfAFileHasItsOwnTimeAndAClientThatTakesNoneIsCut() throws IOException {
        Files.writeString(file, "x".repeat(LARGE));
        var timeouts = Timeouts.defaults().withWrite(ofSeconds(7)).withMinimumRate(0);

        try (var talk = Conversation.with(settings -> settings.withTimeouts(timeouts), sendsFile)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            for (int i = 0; i < 5; i++) {
                talk.client.awaitWriter();
                talk.pass(ofSeconds(7).minusMillis(1));
                talk.client.open(1000);
            }
            talk.client.awaitWriter();
            assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
            talk.pass(ofSeconds(7));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).endsWith("x").hasSizeLessThan(LARGE);
            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Failure.Phase.RESPONSE);
                assertThat(failure.cause()).isInstanceOf(ClientTimeoutException.class);
            });
        }
    }

    /// What happens to a file while its first bytes are on their way.
    enum Change {
        RENAMED_OVER,
        DELETED,
        UNREADABLE,
        GROWN,
        CUT
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aFileThatChangesWhileItIsSentIsSentWholeOrCut(Change change) throws IOException {
        var content = "x".repeat(LARGE);
        Files.writeString(file, content);

        try (var talk = Conversation.with(sendsFile)) {
            talk.client.takeNothing();
            talk.client.open(1000);
            talk.client.send(GET);
            talk.client.awaitWriter();

            switch (change) {
                case RENAMED_OVER -> replace("y".repeat(LARGE));
                case DELETED -> Files.delete(file);
                case UNREADABLE -> Files.setPosixFilePermissions(file, Set.of());
                case GROWN -> Files.writeString(file, content + "y");
                case CUT -> Files.writeString(file, content.substring(1));
            }
            talk.client.open(Long.MAX_VALUE);

            if (change == Change.CUT) {
                assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
                assertThat(talk.received().length()).isLessThan(ok(content).length());
            } else {
                talk.awaitDriver();
                assertThat(talk.received()).isEqualTo(ok(content));
            }
        }
    }

    // ------------------------------------------------------------------------------------------ given back

    @Test
    void aFileThatWasNegotiatedAndNotSentIsGivenBack() {
        Application informs = (_, respond) -> respond.with(Response.file(Status.of(102), Headers.EMPTY, file));

        try (var talk = Conversation.with(Kind.ON_DISK::in, informs)) {
            assertThat(talk.exchange(GET)).startsWith(TOO_LATE);

            assertThat(talk.server.files().idleDescriptors()).isEqualTo(1);
        }
    }

    @Test
    void aFileThatALateThreadNegotiatedIsGivenBack() throws InterruptedException {
        var respond = new AtomicReference<wai.Respond>();
        Application leaves = (request, callback) -> {
            respond.set(callback);
            return callback.with(Response.of(Status.OK, Headers.EMPTY, Bytes.EMPTY));
        };

        try (var talk = Conversation.with(Kind.ON_DISK::in, leaves)) {
            talk.exchange(GET);
            var late = Thread.startVirtualThread(() -> {
                try {
                    respond.get().with(Response.file(Status.OK, TAG, file));
                } catch (Exception _) {
                    // a violation, reported as one
                }
            });
            late.join(Duration.ofSeconds(20));

            assertThat(talk.failures()).hasSize(1);
            talk.server.files().close();
            assertThat(talk.server.files().idleDescriptors()).isZero();
        }
    }

    @Test
    void aClientThatLeavesInsideAFileLeavesItsDescriptorToOthers() throws IOException {
        Files.writeString(file, "x".repeat(LARGE));

        try (var talk = Conversation.with(sendsFile)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            talk.client.awaitWriter();
            talk.client.reset();
            talk.awaitEnd();

            assertThat(talk.server.files().idleDescriptors()).isEqualTo(1);
        }
    }

    // ------------------------------------------------------------------------------------------ interrupts

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void anInterruptedApplicationSendsItsFileAndStaysInterrupted(Kind kind) throws IOException {
        var content = "x".repeat(LARGE);
        Files.writeString(file, content);
        var flags = new java.util.concurrent.ConcurrentLinkedQueue<Boolean>();
        Application interrupted = (_, respond) -> {
            Thread.currentThread().interrupt();
            var received = respond.with(Response.file(Status.OK, TAG, file));
            flags.add(Thread.currentThread().isInterrupted());
            return received;
        };

        try (var talk = Conversation.with(kind::in, interrupted)) {
            assertThat(talk.exchange(GET, GET)).isEqualTo(ok(content).repeat(2));
            assertThat(flags).containsExactly(true, true);
            assertThat(talk.failures()).isEmpty();
        }
    }
}
