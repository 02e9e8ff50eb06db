package wai.warp.server;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.FileCaching;
import wai.warp.settings.Timeouts;

/// What the client gets with each setting of [FileCaching], at its limit and past it: a file that was replaced shows
/// whether it is remembered, one that was cut shows whether its bytes are.
class FileCachingEffectTest {
    private static final int SIZE = 10;
    private static final FileCaching DEFAULTS = FileCaching.defaults();

    @TempDir
    private Path folder = Path.of("");

    /// Sends the file of the path.
    private final Application sends =
            (request, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file(request.rawPath())));

    private Path file(String path) {
        return folder.resolve(path.substring(1));
    }

    private void make(String path, char content) throws IOException {
        var fresh = Files.writeString(
                folder.resolve("fresh"), Character.toString(content).repeat(SIZE));
        Files.move(fresh, file(path), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String get(Conversation talk, String path) {
        var answer = talk.exchange("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        return answer.substring(answer.lastIndexOf("\r\n\r\n") + 4);
    }

    private static String all(char content) {
        return Character.toString(content).repeat(SIZE);
    }

    private Conversation with(FileCaching caching) {
        return Conversation.with(settings -> settings.withFileCaching(caching), sends);
    }

    static Stream<Arguments> intervals() {
        return Stream.of(
                Arguments.of("not over", ofSeconds(5), ofSeconds(5).minusMillis(200), 'o'),
                Arguments.of("over", ofSeconds(5), ofSeconds(5).plusMillis(200), 'n'),
                Arguments.of("none", Duration.ZERO, Duration.ZERO, 'n'),
                Arguments.of("without end", Timeouts.NEVER, Duration.ofDays(1000), 'o'));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("intervals")
    void aReplacedFileIsSeenWhenTheIntervalIsOver(String name, Duration interval, Duration passed, char seen)
            throws IOException {
        make("/a", 'o');
        try (var talk = with(DEFAULTS.withInterval(interval))) {
            get(talk, "/a");
            make("/a", 'n');
            talk.pass(passed);

            assertThat(get(talk, "/a")).as(name).isEqualTo(all(seen));
        }
    }

    @ParameterizedTest(name = "{0} files")
    @MethodSource("counts")
    void noMoreFilesAreRememberedThanAreAllowed(int allowed, long remembered) throws IOException {
        for (var path : new String[] {"/a", "/b", "/c"}) {
            make(path, 'o');
        }
        try (var talk = with(DEFAULTS.withFiles(allowed))) {
            for (var path : new String[] {"/a", "/b", "/c"}) {
                get(talk, path);
                make(path, 'n');
            }
            long old = 0;
            for (var path : new String[] {"/c", "/b", "/a"}) { // those that were asked for last come first
                old += get(talk, path).equals(all('o')) ? 1 : 0;
            }

            assertThat(old).isEqualTo(remembered);
        }
    }

    static Stream<Arguments> counts() {
        return Stream.of(Arguments.of(0, 0), Arguments.of(1, 1), Arguments.of(2, 2), Arguments.of(3, 3));
    }

    /// The content after the file was cut to nothing, without another look.
    private static String afterCutting(Conversation talk, String path, Path file) throws IOException {
        Files.writeString(file, "");
        talk.client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        talk.client.awaitEnding();
        talk.client.end();
        var answer = talk.received();
        return answer.substring(answer.lastIndexOf("HTTP/1.1 "));
    }

    @Test
    void theBytesOfAFileAsLargeAsIsAllowedAreKept() throws IOException {
        make("/a", 'o');
        try (var talk = with(DEFAULTS.withSmallFileBytes(SIZE))) {
            get(talk, "/a");

            assertThat(afterCutting(talk, "/a", file("/a")))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith(all('o'));
        }
    }

    @Test
    void theBytesOfAFileLargerByOneAreNot() throws IOException {
        make("/a", 'o');
        try (var talk = with(DEFAULTS.withSmallFileBytes(SIZE - 1))) {
            get(talk, "/a");

            assertThat(afterCutting(talk, "/a", file("/a"))).startsWith("HTTP/1.1 500 Internal Server Error\r\n");
        }
    }

    @Test
    void asManyBytesAreKeptAsAreAllowed() throws IOException {
        make("/a", 'o');
        make("/b", 'o');
        try (var talk = with(DEFAULTS.withMemoryBytes(2 * SIZE))) {
            get(talk, "/a");
            get(talk, "/b");

            assertThat(afterCutting(talk, "/a", file("/a")))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith(all('o'));
        }
    }

    @Test
    void withOneByteLessTheFirstFileIsForgotten() throws IOException {
        make("/a", 'o');
        make("/b", 'o');
        try (var talk = with(DEFAULTS.withMemoryBytes(2 * SIZE - 1))) {
            get(talk, "/a");
            get(talk, "/b");

            assertThat(afterCutting(talk, "/a", file("/a")))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nContent-Length: 0\r\n");
        }
    }
}
