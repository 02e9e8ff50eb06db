package wai.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A file that takes lines without holding anybody up: they are put aside, and a thread of its own writes all of them
/// together, about once a second.
///
/// {@snippet file="wai/logging/Samples.java" region="log-file"}
///
/// - **Order.** Lines stand in the order in which they were given.
/// - **When the disk is too slow,** or full, lines wait up to a bound, 4 MiB of text unless set. Those that come then
///   are dropped and counted ([#dropped]), and the [System.Logger] `wai.logging` is told. No request waits for a disk.
/// - **Rotation.** The file is opened for every write. One that was moved away is begun anew, within a second and
///   without a signal.
/// - **The end.** [#close] writes what waits. When the JVM is told to end (SIGTERM) and nobody has closed the file,
///   what waits is written, and from then on each line at once, by the thread that brings it, so that the requests
///   that a server still finishes are in the log too. What a process loses that is killed is the last second.
public final class LogFile implements Consumer<String>, AutoCloseable {
    /// In characters.
    private static final long USUAL_ROOM = 4L << 20;
    /// In bytes.
    private static final int BUFFER = 1 << 16;
    /// For how long lines are gathered.
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final Opening file;
    private final long room;
    private final System.Logger logger;
    private final Thread writer = Thread.ofPlatform().name("wai-log").daemon().unstarted(this::writeNowAndThen);
    private final Thread atExit = Thread.ofPlatform().name("wai-log-end").unstarted(this::writeAtOnce);

    /// The line that was given last; those before it hang on it.
    private final AtomicReference<@Nullable Line> last = new AtomicReference<>();
    private final LongAdder dropped = new LongAdder();
    /// Whose turn it is to write, over the file's I/O: nobody else could write meanwhile.
    private final ReentrantLock turn = new ReentrantLock();
    /// How many of the dropped lines the logger was told of; under the lock.
    private long told;
    /// Whether the last write failed; under the lock.
    private boolean fails;

    private volatile Mode mode = Mode.GATHERING;

    private enum Mode {
        GATHERING,
        AT_ONCE,
        CLOSED
    }

    /// Opens what lines are written to.
    interface Opening {
        OutputStream open() throws IOException;
    }

    /// A line, and how much text waits from the first one to it.
    private record Line(String text, @Nullable Line before, long waiting) {}

    LogFile(Opening file, long room, System.Logger logger) {
        if (room < 1) {
            throw new IllegalArgumentException("room for " + room + " characters: expected 1 or more");
        }
        this.file = file;
        this.room = room;
        this.logger = logger;
    }

    /// Writes to the end of a file, which is made when there is none.
    ///
    /// @param path the file
    /// @return the open file
    /// @throws IOException when it cannot be written to
    public static LogFile appendingTo(Path path) throws IOException {
        return appendingTo(path, USUAL_ROOM);
    }

    /// Writes to the end of a file, with another bound on what may wait.
    ///
    /// @param path the file
    /// @param room how many characters may wait to be written, 1 or more; as many can be on their way besides
    /// @return the open file
    /// @throws IOException when it cannot be written to
    /// @throws IllegalArgumentException when there is no room
    public static LogFile appendingTo(Path path, long room) throws IOException {
        requireNonNull(path, "path");
        var log = new LogFile(() -> Files.newOutputStream(path, CREATE, APPEND), room, System.getLogger("wai.logging"));
        log.file.open().close(); // who starts it shall know at once
        return log.started();
    }

    /// Begins to write.
    LogFile started() {
        writer.start();
        Runtime.getRuntime().addShutdownHook(atExit);
        return this;
    }

    /// Takes a line.
    ///
    /// @param line without its end
    @Override
    public void accept(String line) {
        requireNonNull(line, "line");
        if (mode == Mode.CLOSED || !put(line)) {
            dropped.increment();
        } else if (mode != Mode.GATHERING) { // looked at behind the putting: who changed it looks for lines afterwards
            writeWaiting();
        }
    }

    /// How many lines were dropped: for want of room, because they could not be written, or after the end.
    ///
    /// @return 0 in most cases
    public long dropped() {
        return dropped.sum();
    }

    /// Writes what waits, and ends. Lines that come later are dropped.
    @Override
    public void close() {
        mode = Mode.CLOSED;
        LockSupport.unpark(writer);
        writeWaiting();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // the JVM is at its end already, and runs the hook
        }
    }

    /// False when there is no room.
    private boolean put(String text) {
        Line before;
        Line line;
        do {
            before = last.get();
            long waiting = (before == null ? 0 : before.waiting) + text.length();
            if (waiting > room) {
                return false;
            }
            line = new Line(text, before, waiting);
        } while (!last.compareAndSet(before, line));
        boolean isHalf = line.waiting > room / 2 && line.waiting - text.length() <= room / 2;
        if (before == null || isHalf) {
            LockSupport.unpark(writer);
        }
        return true;
    }

    private void writeNowAndThen() {
        while (mode == Mode.GATHERING) {
            if (last.get() == null) {
                LockSupport.park(this); // until there is a line
            } else {
                LockSupport.parkNanos(this, PAUSE); // until there are more, unless so many wait already
                writeWaiting();
            }
        }
        writeWaiting();
    }

    /// From now on whoever brings a line writes it. Run at the end of the JVM.
    void writeAtOnce() {
        if (mode == Mode.GATHERING) {
            mode = Mode.AT_ONCE;
        }
        LockSupport.unpark(writer);
        writeWaiting();
    }

    private void writeWaiting() {
        turn.lock();
        try {
            var newest = last.getAndSet(null);
            if (newest != null) {
                write(inOrder(newest));
            }
        } finally {
            turn.unlock();
        }
    }

    private static List<String> inOrder(Line newest) {
        var lines = new ArrayList<String>();
        for (Line line = newest; line != null; line = line.before) {
            lines.add(line.text);
        }
        return lines.reversed();
    }

    private void write(List<String> lines) {
        try (var out = new BufferedOutputStream(file.open(), BUFFER)) {
            for (var line : lines) {
                out.write(line.getBytes(UTF_8));
                out.write('\n');
            }
        } catch (IOException failure) {
            dropped.add(lines.size());
            if (!fails) {
                logger.log(System.Logger.Level.WARNING, "the log cannot be written, its lines are dropped", failure);
            }
            fails = true;
            return;
        }
        fails = false;
        long all = dropped.sum();
        if (all > told) {
            logger.log(System.Logger.Level.WARNING, all - told + " lines of the log were dropped");
            told = all;
        }
    }
}
