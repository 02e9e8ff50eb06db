package wai.test;

import java.io.IOException;
import wai.Headers;
import wai.spi.ScopedSink;

/// The sink of a streaming body in memory.
final class MemorySink extends ScopedSink {
    private final MemoryOutput out;
    private final boolean flushes;
    private Headers trailers = Headers.EMPTY;

    /// @param flushes whether a flush reaches the client, as the capability says
    MemorySink(long length, MemoryOutput out, boolean flushes) {
        super(length);
        this.out = out;
        this.flushes = flushes;
    }

    /// What the body has set.
    Headers trailers() {
        return trailers;
    }

    @Override
    protected void send(byte[] array, int offset, int count) throws IOException {
        out.write(array, offset, count);
    }

    @Override
    protected void sendFlush() throws IOException {
        if (flushes) {
            out.flush();
        }
    }

    @Override
    protected void keepTrailers(Headers newTrailers) {
        trailers = newTrailers;
    }
}
