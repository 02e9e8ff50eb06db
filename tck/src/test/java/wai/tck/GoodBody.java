package wai.tck;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.Status;

/// The body of a request of the [GoodHandler]: declared or chunked, asked for when it is first read.
final class GoodBody extends InputStream {
    static final long CHUNKED = -1;

    private final GoodConnection connection;
    private final boolean http11;
    private final long declared;
    /// What is left of the body or of the chunk.
    private long left;

    private boolean waits;
    private boolean firstChunk = true;
    private boolean ended;
    private boolean broken;
    private Headers trailers = Headers.EMPTY;
    private @Nullable GoodExchange exchange;

    GoodBody(GoodConnection connection, boolean http11, long declared, boolean waits) {
        this.connection = connection;
        this.http11 = http11;
        this.declared = declared;
        this.waits = waits;
        this.left = Math.max(declared, 0);
        this.ended = declared == 0;
    }

    void belongsTo(GoodExchange owner) {
        exchange = owner;
    }

    boolean isHttp11() {
        return http11;
    }

    OptionalLong length() {
        return declared == CHUNKED ? OptionalLong.empty() : OptionalLong.of(declared);
    }

    Headers trailers() {
        if (!ended) {
            throw new IllegalStateException("trailers before the end of the body");
        }
        return trailers;
    }

    /// Reads what is left, up to a limit.
    ///
    /// @return whether the body is at its end
    boolean drain(long limit) throws IOException {
        if (waits) {
            return false; // the client may send the body or not: nobody can tell what comes next
        }
        return skip(limit) < limit || ended;
    }

    /// Answers 100 to a client that waits for it, once, and never behind the head of a response.
    void askForBody() throws IOException {
        var owner = requireNonNull(exchange, "exchange");
        if (waits && !owner.isBegun()) {
            owner.writeInterim(Status.CONTINUE, Headers.EMPTY);
            waits = false;
        } else if (waits) {
            connection.out.flush(); // the client waits for a status: the final one must not wait in the buffer
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        askForBody();
        try {
            if (left == 0) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int count = connection.in.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new ClientDisconnectedException("the connection ended inside the body of a request");
            }
            left -= count;
            ended = left == 0 && declared != CHUNKED;
            return count;
        } catch (ClientDisconnectedException e) {
            throw e;
        } catch (IOException e) {
            throw new ClientDisconnectedException("reading the body of a request", e);
        }
    }

    /// Whether the client broke the framing.
    boolean isBroken() {
        return broken;
    }

    private void nextChunk() throws IOException {
        broken = true;
        if (!firstChunk && !connection.readLine().isEmpty()) {
            throw new ClientDisconnectedException("no CRLF behind a chunk (RFC 9112 §7.1)");
        }
        firstChunk = false;
        var size = connection.readLine().split("[ \t]*;", 2)[0];
        if (!size.matches("[0-9A-Fa-f]{1,15}")) {
            throw new ClientDisconnectedException("chunk size \"" + size + "\": expected hex (RFC 9112 §7.1)");
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            trailers = connection.readFields();
            ended = true;
        }
        broken = false;
    }
}
