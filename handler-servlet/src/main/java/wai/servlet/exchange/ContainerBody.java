package wai.servlet.exchange;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.ContentTooLargeException;

/// A request body as a container gives it, with our exceptions, that ends at its length or not at all.
public final class ContainerBody extends InputStream {
    private static final int DEEPEST_CAUSE = 16;
    private static final int DROP_BUFFER = 8 * 1024;

    private final Source source;
    private final long length;
    private @Nullable InputStream stream;
    private long read;
    private volatile boolean ended;
    private volatile @Nullable IOException failure;

    /// A body that was not read.
    ///
    /// @param source asked for the container's stream at the first read
    /// @param length how many bytes are declared; negative when that is not known
    public ContainerBody(Source source, long length) {
        this.source = source;
        this.length = length;
        this.ended = length == 0;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int count) throws IOException {
        checkFromIndexSize(offset, count, target.length);
        if (failure != null) {
            throw failure;
        }
        if (ended || count == 0) {
            return ended ? -1 : 0;
        }
        try {
            int taken = opened().read(target, offset, count);
            if (taken < 0 && read < length) {
                throw new ClientDisconnectedException(
                        "the request body ended after " + read + " of " + length + " bytes");
            }
            read += Math.max(0, taken);
            ended = taken < 0 || read == length;
            return taken;
        } catch (IOException | RuntimeException e) {
            var seen = seen(e);
            failure = seen;
            throw seen;
        }
    }

    @Override
    public synchronized int available() throws IOException {
        return ended || failure != null || stream == null ? 0 : stream.available();
    }

    /// Reads and forgets the rest, unless it is long.
    ///
    /// @param atMost how many bytes are read
    synchronized void drop(int atMost) {
        if (ended || failure != null || length - read > atMost) {
            return;
        }
        var buffer = new byte[DROP_BUFFER];
        try {
            long left = atMost + 1L; // to see the end behind the last of them
            while (left > 0 && !ended) {
                left -= Math.max(0, read(buffer, 0, (int) Math.min(left, buffer.length)));
            }
        } catch (IOException _) {
            // nobody misses it
        }
    }

    /// Whether nobody has tried to read.
    synchronized boolean isUntouched() {
        return stream == null;
    }

    /// Whether the body was read to its end.
    ///
    /// @return true at the end, and when there is no body
    public boolean isEnded() {
        return ended;
    }

    /// What made the body unreadable.
    ///
    /// @return null when nothing did
    public @Nullable IOException failure() {
        return failure;
    }

    private InputStream opened() throws IOException {
        var known = stream;
        if (known == null) {
            known = source.open();
            stream = known;
        }
        return known;
    }

    private IOException seen(Exception e) {
        if (e instanceof ClientDisconnectedException same) {
            return same;
        }
        int depth = 0;
        for (Throwable cause = e; cause != null && depth < DEEPEST_CAUSE; cause = cause.getCause()) {
            var limit = source.passedLimit(cause, read);
            if (limit.isPresent()) {
                return new ContentTooLargeException(limit.getAsLong());
            }
            if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
                return new ClientTimeoutException(
                        "the client sent too few bytes of the request body",
                        e instanceof IOException io ? io : new IOException(e));
            }
            depth++;
        }
        return new ClientDisconnectedException("the request body could not be read: " + e, e);
    }

    /// Where the bytes come from.
    @FunctionalInterface
    public interface Source {
        /// Opens the container's stream.
        ///
        /// @return the stream
        /// @throws IOException when the client is gone
        InputStream open() throws IOException;

        /// The limit of the container's that the body passed.
        ///
        /// @param failure what the stream threw, or one of its causes
        /// @param read how many bytes came before
        /// @return the limit in bytes, as far as the container tells; empty when the failure is another one
        default OptionalLong passedLimit(Throwable failure, long read) {
            return OptionalLong.empty();
        }
    }
}
