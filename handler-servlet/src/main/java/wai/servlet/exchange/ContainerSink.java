package wai.servlet.exchange;

import java.io.IOException;
import java.io.OutputStream;
import wai.Headers;
import wai.spi.ScopedSink;

/// Where a streaming body writes: into the stream of a container.
final class ContainerSink extends ScopedSink {
    private final OutputStream out;
    private volatile Headers trailers = Headers.EMPTY;

    ContainerSink(long length, OutputStream out) {
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
    protected void keepTrailers(Headers fields) {
        trailers = fields;
    }

    Headers trailers() {
        return trailers;
    }
}
