package wai.cgi.gateway;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import wai.Headers;
import wai.spi.ScopedSink;

/// Where a streaming body writes. Trailers are dropped: no gateway protocol has them.
///
/// `turn` is held during each call, so that a thread which the application left inside one is out before the connection
/// goes to the next response.
final class GatewaySink extends ScopedSink {
    private final ResponseWriter writer;
    private final ReentrantLock turn = new ReentrantLock();

    GatewaySink(ResponseWriter writer, long length) {
        super(length);
        this.writer = writer;
    }

    @Override
    protected void send(byte[] array, int offset, int count) throws IOException {
        turn.lock();
        try {
            checkOpen(); // again: the thread may have come here late
            writer.data(array, offset, count);
        } finally {
            turn.unlock();
        }
    }

    @Override
    protected void sendFlush() throws IOException {
        turn.lock();
        try {
            checkOpen();
            writer.flush();
        } finally {
            turn.unlock();
        }
    }

    @Override
    protected void keepTrailers(Headers trailers) {
        // dropped
    }

    /// Waits until no thread is inside a call; the body has ended, so none comes after.
    @SuppressWarnings("LockNotBeforeTry") // nothing is done under it
    void awaitCalls() {
        turn.lock();
        turn.unlock();
    }
}
