package wai.spi;

import java.io.IOException;
import java.io.OutputStream;
import wai.Headers;

/// The sink of a streaming body that goes to a stream, which has no trailers.
final class OutputStreamSink extends ScopedSink {
    private final OutputStream out;

    OutputStreamSink(OutputStream out, long length) {
        super(length);
        this.out = out;
    }

    @Override
    protected void send(byte[] array, int offset, int count) throws IOException {
        out.write(array, offset, count);
    }

    @Override
    protected void sendFlush() throws IOException {
        out.flush();
    }

    @Override
    protected void keepTrailers(Headers trailers) {
        // dropped
    }
}
