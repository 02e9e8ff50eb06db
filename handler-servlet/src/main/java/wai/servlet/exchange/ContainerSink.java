package wai.servlet.exchange;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import wai.Headers;
import wai.spi.ScopedSink;

/// Where a streaming body writes: into the stream of a container.
///
/// `turn` is held during each call, so that a thread which the application left inside one is out before the container
/// gives its stream to the next exchange.
final class ContainerSink extends ScopedSink {
    private final OutputStream out;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile Headers trailers = Headers.EMPTY;

    ContainerSink(long length, OutputStream out) {
        super(length);
        this.out = out;
    }

    @Override
    protected void send(byte[] array, int offset, int count) throws IOException {
        turn.lock();
        try {
            checkOpen(); // again: the thread may have come here late
            out.write(array, offset, count);
        } finally {
            turn.unlock();
        }
    }

    @Override
    protected void sendFlush() throws IOException {
        turn.lock();
        try {
            checkOpen();
            out.flush();
        } finally {
            turn.unlock();
        }
    }

    @Override
    protected void keepTrailers(Headers fields) {
        trailers = fields;
    }

    Headers trailers() {
        return trailers;
    }

    /// Waits until no thread is inside a call; the body has ended, so none comes after.
    @SuppressWarnings("LockNotBeforeTry") // nothing is done under it
    void awaitCalls() {
        turn.lock();
        turn.unlock();
    }
}
