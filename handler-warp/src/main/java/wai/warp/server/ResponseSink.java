package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import wai.Headers;
import wai.spi.ScopedSink;

/// Where a streaming body writes: small writes are gathered in one buffer, which goes out when it is full or flushed.
///
/// There is room around what is gathered, so that whoever frames it need not copy it.
final class ResponseSink extends ScopedSink {
    /// The room in front of what is gathered: for a head of usual size.
    static final int FRONT = 512;
    /// How much is gathered.
    static final int GATHERED = 32 * 1024;
    /// The room behind it: for the end of a chunk.
    static final int BACK = 2;

    private final Target target;
    private final ByteBuffer gathered;
    private Headers trailers = Headers.EMPTY;

    /// @param buffer of [ServerState#GATHERING_SIZE], for gathering; belongs to the caller again after the body
    ResponseSink(Target target, long length, ByteBuffer buffer) {
        super(length);
        this.target = target;
        this.gathered = buffer;
        empty();
    }

    @Override
    protected void send(byte[] array, int offset, int count) throws IOException {
        if (count > gathered.remaining()) {
            drain();
        }
        if (count >= GATHERED) {
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
        int count = takeGathered();
        if (count > 0) {
            target.sendGathered(gathered.array(), gathered.arrayOffset() + FRONT, count);
        }
    }

    /// Takes out what was gathered, to be sent with the end of the body.
    ///
    /// @return how many bytes, from [#FRONT] on
    int takeGathered() {
        int count = gathered.position() - FRONT;
        empty();
        return count;
    }

    private void empty() {
        gathered.clear().position(FRONT).limit(FRONT + GATHERED);
    }

    /// Where the bytes of a streaming body go.
    interface Target {
        /// Sends bytes; they may stay in a buffer until [#flush].
        void sendData(byte[] array, int offset, int count) throws IOException;

        /// Sends bytes that were gathered: in an array of the sink, with [#FRONT] bytes of room in front of them and
        /// [#BACK] behind, which may be overwritten. They may stay in a buffer until [#flush].
        default void sendGathered(byte[] array, int offset, int count) throws IOException {
            sendData(array, offset, count);
        }

        /// Sends what waits.
        void flush() throws IOException;
    }
}
