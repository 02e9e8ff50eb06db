package wai.warp.server;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.FilePart;
import wai.spi.FileFacts;
import wai.transport.Transport;

/// What one response sends from: one version of a file, with its bytes, or with a descriptor that is the response's own
/// until [#close].
///
/// Belongs to one thread. Whatever happens to the path, facts and bytes are of the same file.
final class FileLease implements AutoCloseable {
    private final FileVersion version;
    private final FileCache cache;
    private @Nullable OpenFile file;

    /// @param file a descriptor of that version; null when it has its bytes, or there is no such file
    FileLease(FileVersion version, FileCache cache, @Nullable OpenFile file) {
        this.version = version;
        this.cache = cache;
        this.file = file;
    }

    /// Whether it is of that path.
    boolean isOf(Path path) {
        return version.path().equals(path);
    }

    FileVersion version() {
        return version;
    }

    /// Size and time; empty when there is no such file.
    Optional<FileFacts> facts() {
        return version.facts();
    }

    /// The whole file, not to be changed; null when it must be read.
    byte @Nullable [] bytes() {
        return version.bytes();
    }

    /// Checks that there is a file and that it reaches to the end of a part.
    ///
    /// @throws NoSuchFileException when there is none
    /// @throws EOFException when it is too short
    void check(FilePart part) throws IOException {
        var facts = version.facts();
        if (facts.isEmpty()) {
            throw new NoSuchFileException(
                    version.path().toString(), null, "it does not exist, is no regular file, or may not be read");
        }
        if (part.offset() + part.length() > facts.get().size()) {
            throw new EOFException(
                    "file " + version.path() + " has " + facts.get().size() + " bytes: expected at least "
                            + (part.offset() + part.length()) + " for " + part);
        }
    }

    /// Sends at least one byte.
    ///
    /// @throws EOFException when the file was cut meanwhile
    long sendTo(Transport transport, long position, long count) throws IOException {
        return open().sendTo(transport, position, count);
    }

    /// Reads at a position.
    ///
    /// @return how many bytes, at least 1
    /// @throws EOFException when the file was cut meanwhile
    int read(ByteBuffer target, long position) throws IOException {
        int count = open().read(target, position);
        if (count < 0) {
            throw new EOFException("file " + version.path() + " ends before byte " + position
                    + ": it was cut while it was being sent");
        }
        return count;
    }

    /// Reads a part whole.
    ///
    /// @throws EOFException when the file was cut meanwhile
    byte[] read(FilePart part) throws IOException {
        var target = ByteBuffer.allocate((int) part.length());
        while (target.hasRemaining()) {
            if (open().read(target, part.offset() + target.position()) < 0) {
                throw new EOFException("file " + version.path() + " ended before the end of " + part
                        + ": it was cut while it was being sent");
            }
        }
        return target.array();
    }

    /// A channel to read the file by; closing it does nothing.
    SeekableByteChannel channel() {
        var bytes = version.bytes();
        return new FileReading(
                version.facts().map(FileFacts::size).orElse(0L),
                bytes == null ? open()::read : (target, position) -> copy(bytes, target, position));
    }

    /// Gives the descriptor back. Once it is closed, only what is in memory can be used.
    @Override
    public void close() {
        var used = file;
        if (used != null) {
            file = null;
            cache.give(used);
        }
    }

    private OpenFile open() {
        if (file == null) {
            throw new IllegalStateException("file " + version.path() + " is not open: expected a lease in use");
        }
        return file;
    }

    private static int copy(byte[] bytes, ByteBuffer target, long position) {
        if (position >= bytes.length) {
            return -1;
        }
        int count = Math.min(target.remaining(), bytes.length - (int) position);
        target.put(bytes, (int) position, count);
        return count;
    }
}
