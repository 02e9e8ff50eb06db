package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import wai.Headers;
import wai.spi.ScopedSink;

/// Where a streaming body writes: small writes are gathered in one buffer, which goes out when it is full or flushed.
final class ResponseSink extends ScopedSink {
    private final Target target;
    private final ByteBuffer gathered;
    private Headers trailers = Headers.EMPTY;

    /// @param buffer for gathering; belongs to the caller again after the body
    ResponseSink(Target target, long length, ByteBuffer buffer) {
        super(length);
        this.target = target;
        this.gathered = buffer.clear();
    }

    @Override
    protected void send(byte[] array, int offset, int count) throws IOException {
        if (count > gathered.remaining()) {
            drain();
        }
        if (count >= gathered.capacity()) {
            target.sendData(array, offset, count);
        } else {
            gathered.put(array, offset, count);
        }
    }

    @Override
    protected void sendFlush() throws IOException {
        drain();
        target.flush();
    }

    @Override
    protected void keepTrailers(Headers fields) {
        trailers = fields;
    }

    Headers trailers() {
        return trailers;
    }

    /// Hands what was gathered to the connection; within a call, or when the body has ended.
    void drain() throws IOException {
        if (gathered.position() > 0) {
            int count = gathered.position();
            gathered.clear();
            target.sendData(gathered.array(), gathered.arrayOffset(), count);
        }
    }

    /// Takes out what was gathered, to be sent with the end of the body.
    ///
    /// @return how many bytes, from the beginning of the buffer
    int takeGathered() {
        int count = gathered.position();
        gathered.clear();
        return count;
    }

    /// Where the bytes of a streaming body go.
    interface Target {
        /// Sends bytes; they may stay in a buffer until [#flush].
        void sendData(byte[] array, int offset, int count) throws IOException;

        /// Sends what waits.
        void flush() throws IOException;
    }
}
