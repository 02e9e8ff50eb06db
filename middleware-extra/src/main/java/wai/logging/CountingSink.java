package wai.logging;

import java.io.IOException;
import wai.BodySink;
import wai.Bytes;
import wai.Headers;

/// Counts the bytes that were handed over.
final class CountingSink extends BodySink {
    private final BodySink out;
    private volatile long count; // one thread writes

    CountingSink(BodySink out) {
        this.out = out;
    }

    long count() {
        return count;
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        add(1);
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        out.write(array, offset, length);
        add(length);
    }

    @Override
    public void write(Bytes bytes) throws IOException {
        out.write(bytes);
        add(bytes.length());
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void trailers(Headers trailers) {
        out.trailers(trailers);
    }

    private void add(long more) {
        var before = count;
        count = before + more;
    }
}
