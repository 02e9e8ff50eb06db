package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import wai.Headers;
import wai.spi.ScopedSink;

/// Where a streaming body writes: small writes are gathered in one buffer, which goes out when it is full or flushed.
///
/// `turn` is held during each call, so that a thread which the application left inside one is out before the buffer
/// goes to somebody else and the connection to the next response.
final class ResponseSink extends ScopedSink {
    private final Outbound outbound;
    private final ReentrantLock turn = new ReentrantLock();
    private final ByteBuffer gathered;
    private Headers trailers = Headers.EMPTY;

    /// @param buffer for gathering; belongs to the caller again after the body
    ResponseSink(Outbound outbound, long length, ByteBuffer buffer) {
        super(length);
        this.outbound = outbound;
        this.gathered = buffer.clear();
    }

    @Override
    protected void send(byte[] array, int offset, int count) throws IOException {
        turn.lock();
        try {
            checkOpen(); // again: the thread may have come here late
            if (count > gathered.remaining()) {
                drain();
            }
            if (count >= gathered.capacity()) {
                outbound.sendData(array, offset, count);
            } else {
                gathered.put(array, offset, count);
            }
        } finally {
            turn.unlock();
        }
    }

    @Override
    protected void sendFlush() throws IOException {
        turn.lock();
        try {
            checkOpen();
            drain();
            outbound.flush();
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

    /// Hands what was gathered to the connection; under the turn, or when no thread is inside a call any more.
    void drain() throws IOException {
        if (gathered.position() > 0) {
            int count = gathered.position();
            gathered.clear();
            outbound.sendData(gathered.array(), gathered.arrayOffset(), count);
        }
    }
}
