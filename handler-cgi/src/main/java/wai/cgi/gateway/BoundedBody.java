package wai.cgi.gateway;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import wai.ContentTooLargeException;

/// A body of unknown length that may not be longer than a limit; it ends with its source.
final class BoundedBody extends InputStream {
    private final InputStream source;
    private final long limit;
    private long left;

    BoundedBody(InputStream source, long limit) {
        this.source = source;
        this.limit = limit;
        this.left = limit;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        checkFromIndexSize(offset, count, target.length);
        if (count == 0) {
            return 0;
        }
        if (left == 0) {
            if (source.read() >= 0) {
                left = -1;
            } else {
                return -1;
            }
        }
        if (left < 0) {
            throw new ContentTooLargeException(limit);
        }
        int got = source.read(target, offset, (int) Math.min(count, left));
        left -= Math.max(got, 0);
        return got;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.max(0, Math.min(source.available(), left));
    }
}
