package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import wai.Headers;
import wai.spi.ScopedSink;

/// Where a streaming body writes: small writes are gathered in one buffer, which goes out when it is full or flushed.
final class ResponseSink extends ScopedSink {
    private final Outbound outbound;
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
        if (count > gathered.remaining()) {
            drain();
        }
        if (count >= gathered.capacity()) {
            outbound.sendData(array, offset, count);
        } else {
            gathered.put(array, offset, count);
        }
    }

    @Override
    protected void sendFlush() throws IOException {
        drain();
        outbound.flush();
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
            outbound.sendData(gathered.array(), gathered.arrayOffset(), count);
        }
    }
}
