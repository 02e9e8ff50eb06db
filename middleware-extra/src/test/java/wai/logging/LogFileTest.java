package wai.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.shelf.Bodies;
import wai.test.TestClient;

class LogFileTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final List<String> told = new ArrayList<>();

    @TempDir
    Path folder;

    private String written() {
        return written.toString(UTF_8);
    }

    /// One whose thread does not run: what waits goes on waiting.
    private LogFile resting(long room) {
        return new LogFile(() -> written, room, new Listener());
    }

    @Test
    void writesTheLinesOfAServerBehindThoseThatAreThere() throws IOException {
        Files.writeString(folder.resolve("access.log"), "before\n");

        Samples.logFile(folder, Bodies.telling(), application -> {
            try (var client = TestClient.of(application)) {
                client.get("/a");
                client.get("/b");
            }
        });

        assertThat(Files.readAllLines(folder.resolve("access.log")))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("before"),
                        line -> assertThat(line).contains("\"GET /a HTTP/1.1\" 200"),
                        line -> assertThat(line).contains("\"GET /b HTTP/1.1\" 200"));
    }

    @Test
    void saysAtOnceThatAFileCannotBeWritten() {
        assertThatThrownBy(() -> LogFile.appendingTo(folder.resolve("none/access.log")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void writesBeforeItIsClosed() throws Exception {
        var closed = new CountDownLatch(1);
        var file = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.countDown();
            }
        };

        try (var log = new LogFile(() -> file, 100, new Listener()).started()) {
            log.accept("a line");

            assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(file.toString(UTF_8)).isEqualTo("a line\n");
        }
    }

    @Test
    void keepsTheOrderOfEachThread() throws Exception {
        var threads = new ArrayList<Thread>();

        try (var log = new LogFile(() -> written, 1 << 20, new Listener()).started()) {
            for (int i = 0; i < 4; i++) {
                int number = i;
                threads.add(Thread.startVirtualThread(() -> {
                    for (int line = 0; line < 1000; line++) {
                        log.accept(number + " " + line);
                    }
                }));
            }
            for (var thread : threads) {
                thread.join();
            }
        }

        for (int i = 0; i < 4; i++) {
            var begin = i + " ";
            assertThat(written().lines().filter(line -> line.startsWith(begin)))
                    .hasSize(1000)
                    .isSortedAccordingTo((a, b) -> number(a) - number(b));
        }
    }

    private static int number(String line) {
        return Integer.parseInt(line.substring(2));
    }

    @Test
    void dropsAndCountsLinesForWhichThereIsNoRoom() {
        var log = resting(10);

        log.accept("12345");
        log.accept("67890"); // as much as there is room for
        log.accept("x");
        log.close();

        assertThat(written()).isEqualTo("12345\n67890\n");
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void hasRoomAgainWhenLinesWereWritten() {
        var log = resting(10);
        log.accept("1234567890");

        log.writeAtOnce();
        log.accept("abcdefghij");

        assertThat(written()).isEqualTo("1234567890\nabcdefghij\n");
        assertThat(log.dropped()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(longs = {0, -1})
    void needsRoom(long room) {
        assertThatThrownBy(() -> LogFile.appendingTo(folder.resolve("a"), room))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("room for " + room);
    }

    @Test
    void writesEveryLineAtOnceWhenTheProgramEnds() {
        var log = resting(100);
        log.accept("before");

        log.writeAtOnce();

        assertThat(written()).isEqualTo("before\n");
        log.accept("while requests are finished");
        assertThat(written()).isEqualTo("before\nwhile requests are finished\n");
    }

    @Test
    void takesNothingMoreWhenItIsClosed() {
        var log = resting(100);
        log.close();

        log.accept("late");
        log.writeAtOnce();
        log.close();

        assertThat(written()).isEmpty();
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void beginsAFileAnewThatWasMovedAway() throws IOException {
        var file = folder.resolve("access.log");

        try (var log = LogFile.appendingTo(file)) {
            log.writeAtOnce();
            log.accept("old");
            Files.move(file, folder.resolve("access.log.1"));
            log.accept("new");
        }

        assertThat(folder.resolve("access.log.1")).hasContent("old\n");
        assertThat(file).hasContent("new\n");
    }

    @Test
    void goesOnBehindAFailureOfTheDiskAndSaysWhatWasLost() {
        var disks = List.<LogFile.Opening>of(LogFileTest::full, LogFileTest::full, () -> written)
                .iterator();
        var log = new LogFile(() -> disks.next().open(), 100, new Listener());

        log.writeAtOnce();
        log.accept("one");
        log.accept("two");
        log.accept("three");

        assertThat(written()).isEqualTo("three\n");
        assertThat(log.dropped()).isEqualTo(2);
        assertThat(told)
                .containsExactly(
                        "the log cannot be written, its lines are dropped: no space left on device",
                        "2 lines of the log were dropped");
    }

    private static OutputStream full() throws IOException {
        throw new IOException("no space left on device");
    }

    private final class Listener implements System.Logger {
        @Override
        public String getName() {
            return "listener";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String message, Throwable thrown) {
            told.add(message + ": " + thrown.getMessage());
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String message, Object @Nullable ... values) {
            told.add(message);
        }
    }
}
