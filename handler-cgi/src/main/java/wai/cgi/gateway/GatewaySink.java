package wai.cgi.gateway;

import java.io.IOException;
import wai.Headers;
import wai.spi.ScopedSink;

/// Where a streaming body writes. Trailers are dropped: no gateway protocol has them.
final class GatewaySink extends ScopedSink {
    private final ResponseWriter writer;

    GatewaySink(ResponseWriter writer, long length) {
        super(length);
        this.writer = writer;
    }

    @Override
    protected void send(byte[] array, int offset, int count) throws IOException {
        writer.data(array, offset, count);
    }

    @Override
    protected void sendFlush() throws IOException {
        writer.flush();
    }

    @Override
    protected void keepTrailers(Headers trailers) {
        // dropped
    }
}
