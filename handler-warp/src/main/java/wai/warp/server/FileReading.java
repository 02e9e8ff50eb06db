package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/// A leased file as a channel that can only be read. Closing it leaves the lease as it is.
final class FileReading implements SeekableByteChannel {
    private final long size;
    private final Source source;
    private long position;

    /// @param size of the file
    /// @param source reads it at a position
    FileReading(long size, Source source) {
        this.size = size;
        this.source = source;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = source.read(target, position);
        position += Math.max(count, 0);
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        if (newPosition < 0) {
            throw new IllegalArgumentException("position " + newPosition + ": expected 0 or more");
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long newSize) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}

    /// Reads a file at a position.
    @FunctionalInterface
    interface Source {
        /// Reads at a position; answers how many bytes, -1 at the end.
        int read(ByteBuffer target, long position) throws IOException;
    }
}
