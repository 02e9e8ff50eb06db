package wai.warp.server;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import wai.transport.Transport;

/// A descriptor of a file, in the hands of one response at a time.
///
/// It is not shared, because Java closes a file channel when a thread is interrupted that uses it: a shared one would
/// be closed under everybody who sends the same file, by one application that gives up on one request. Here such an
/// interrupt fails the response of its own thread only. It cannot be taken back: Java does not tell how many bytes went
/// out until then. An interrupt that came *before* does no harm, as the thread's flag is taken down meanwhile.
final class OpenFile {
    private final FileVersion version;
    private final FileChannel channel;
    /// Since when nobody uses it; under the lock of [IdleFiles].
    private long idleSince;

    OpenFile(FileVersion version, FileChannel channel) {
        this.version = version;
        this.channel = channel;
    }

    /// Opens a file.
    ///
    /// @return null when there is none, or it may not be read
    static @Nullable FileChannel open(Path path) throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException | AccessDeniedException _) {
            return null;
        }
    }

    /// What it is a descriptor of.
    FileVersion version() {
        return version;
    }

    /// Sends at least one byte and at most `count`.
    ///
    /// @throws EOFException when the file ends before `position`
    /// @throws ClosedByInterruptException when the thread is interrupted meanwhile
    long sendTo(Transport transport, long position, long count) throws IOException {
        return transport.sendFile(channel, position, count);
    }

    /// Reads at a position.
    ///
    /// @return how many bytes; -1 when the file ends before `position`
    /// @throws ClosedByInterruptException when the thread is interrupted meanwhile
    int read(ByteBuffer target, long position) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return channel.read(target, position);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Whether it can be used again: an interrupt may have closed it.
    boolean isOpen() {
        return channel.isOpen();
    }

    void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // it was only read from: nothing is lost
        }
    }

    // ------------------------------------------------------------------------------------------ for IdleFiles

    long idleSince() {
        return idleSince;
    }

    void idleSince(long now) {
        idleSince = now;
    }
}
