package wai.warp.server;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.spi.FileFacts;

/// What is remembered of a file as it was at one moment; when the file changes it gets another version.
///
/// There are three kinds: no such file; a small one with its bytes; a larger one, of which there are descriptors.
final class FileVersion {
    private final Path path;
    private final @Nullable FileStamp stamp;
    private final Optional<FileFacts> facts;
    private final byte @Nullable [] bytes;
    private final boolean settled;
    private volatile long lookedAt;
    /// A hint for [FileCache]: racing threads may lose a mark, and nothing else.
    private boolean used;

    /// Descriptors that nobody uses, the one used last behind; under the lock of [IdleFiles].
    private @Nullable Deque<OpenFile> idle;
    /// Not remembered any more; under the lock of [IdleFiles].
    private boolean dropped;

    private FileVersion(Path path, @Nullable FileStamp stamp, byte @Nullable [] bytes, boolean settled, long lookedAt) {
        this.path = path;
        this.stamp = stamp;
        this.facts = stamp == null ? Optional.empty() : Optional.of(stamp.facts());
        this.bytes = bytes;
        this.settled = settled;
        this.lookedAt = lookedAt;
    }

    /// There is no such file.
    static FileVersion absent(Path path, long lookedAt) {
        return new FileVersion(path, null, null, true, lookedAt);
    }

    /// A small file.
    ///
    /// @param bytes all of them; read between two looks that found this stamp
    /// @param now the time of day
    static FileVersion inMemory(Path path, FileStamp stamp, byte[] bytes, Instant now, long lookedAt) {
        return new FileVersion(path, stamp, bytes, stamp.isSettled(now), lookedAt);
    }

    /// A file that is read while it is sent.
    static FileVersion onDisk(Path path, FileStamp stamp, long lookedAt) {
        return new FileVersion(path, stamp, null, true, lookedAt);
    }

    Path path() {
        return path;
    }

    /// Empty when there is no such file.
    Optional<FileFacts> facts() {
        return facts;
    }

    /// Null unless it is a small file.
    byte @Nullable [] bytes() {
        return bytes;
    }

    /// How many bytes it keeps in memory.
    int memory() {
        return bytes == null ? 0 : bytes.length;
    }

    /// Whether it must be opened to be sent.
    boolean isOnDisk() {
        return stamp != null && bytes == null;
    }

    /// Whether the file is still this version, as far as a look can tell. Bytes that were read while another change
    /// could have gone unseen are not trusted a second time.
    boolean isStill(@Nullable FileStamp seen) {
        return settled && Objects.equals(stamp, seen);
    }

    /// When somebody last looked at the file, on the server's clock.
    long lookedAt() {
        return lookedAt;
    }

    void lookedAt(long now) {
        lookedAt = now;
    }

    /// Marks it as used since [#takeMark].
    void mark() {
        if (!used) { // a field that nobody writes stays in every processor's cache
            used = true;
        }
    }

    /// Whether it was used since the last call.
    boolean takeMark() {
        boolean was = used;
        used = false;
        return was;
    }

    // ------------------------------------------------------------------------------------------ for IdleFiles

    /// Descriptors that nobody uses.
    Deque<OpenFile> idle() {
        var files = idle;
        if (files == null) {
            idle = files = new ArrayDeque<>(2);
        }
        return files;
    }

    boolean isDropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
    }
}
