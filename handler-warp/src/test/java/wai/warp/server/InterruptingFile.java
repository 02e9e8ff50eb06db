package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/// A file whose reader is interrupted while it reads: what is a matter of luck with a real one happens every time.
final class InterruptingFile extends FileChannel {
    /// As the JDK's channels do it, with the interrupt in the middle.
    private int interruptedWithin() throws IOException {
        begin();
        try {
            var me = Thread.currentThread();
            var other = Thread.ofPlatform().start(me::interrupt); // one's own would close nothing
            while (other.isAlive()) {
                Thread.onSpinWait();
            }
            return 1;
        } finally {
            end(true);
        }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return interruptedWithin();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return interruptedWithin();
    }

    @Override
    protected void implCloseChannel() {}

    @Override
    public long size() {
        return Long.MAX_VALUE;
    }

    // ------------------------------------------------------------------------------------------ not used

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metaData) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
