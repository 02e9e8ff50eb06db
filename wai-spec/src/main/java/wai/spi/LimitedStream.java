package wai.spi;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import wai.ClientDisconnectedException;

/// A body of known length that stands in a longer stream.
final class LimitedStream extends InputStream {
    private final InputStream source;
    private final long length;
    private long left;

    LimitedStream(InputStream source, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("body length " + length + ": expected 0 or more");
        }
        this.source = requireNonNull(source, "source");
        this.length = length;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        if (left == 0) {
            return -1;
        }
        int value = source.read();
        if (value < 0) {
            throw cut();
        }
        left--;
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        checkFromIndexSize(offset, count, target.length);
        if (count == 0 || left == 0) {
            return count == 0 ? 0 : -1;
        }
        int got = source.read(target, offset, (int) Math.min(count, left));
        if (got < 0) {
            throw cut();
        }
        left -= got;
        return got;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(source.available(), left);
    }

    private ClientDisconnectedException cut() {
        return new ClientDisconnectedException("the request body ended after " + (length - left) + " of " + length
                + " bytes: the client left (RFC 9112 §8)");
    }
}
