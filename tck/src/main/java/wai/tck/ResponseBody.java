package wai.tck;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import wai.Headers;

/// The body of a response on a [Wire], delimited as its head says; a cut body throws.
final class ResponseBody extends InputStream {
    private enum Framing {
        LENGTH,
        CHUNKED,
        UNTIL_END
    }

    private final Wire wire;
    private final Framing framing;
    /// What is left of the body or of the chunk.
    private long left;

    private boolean firstChunk = true;
    private boolean ended;
    private Headers trailers = Headers.EMPTY;

    private ResponseBody(Wire wire, Framing framing, long left) {
        this.wire = wire;
        this.framing = framing;
        this.left = left;
    }

    static ResponseBody ofLength(Wire wire, long length) {
        return new ResponseBody(wire, Framing.LENGTH, length);
    }

    static ResponseBody chunked(Wire wire) {
        return new ResponseBody(wire, Framing.CHUNKED, 0);
    }

    static ResponseBody untilEnd(Wire wire) {
        return new ResponseBody(wire, Framing.UNTIL_END, Long.MAX_VALUE);
    }

    Headers trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            advance();
        }
        if (ended) {
            return -1;
        }
        int count = wire.input().read(target, offset, (int) Math.min(length, left));
        if (count < 0) {
            if (framing == Framing.UNTIL_END) {
                ended = true;
                return -1;
            }
            throw new EOFException("the connection ended with " + left + " bytes of a "
                    + (framing == Framing.CHUNKED ? "chunk" : "body") + " to come");
        }
        left -= framing == Framing.UNTIL_END ? 0 : count;
        return count;
    }

    private void advance() throws IOException {
        if (framing == Framing.LENGTH) {
            ended = true;
            return;
        }
        if (!firstChunk && !wire.readLine().isEmpty()) {
            throw wire.fault("no CRLF behind a chunk (RFC 9112 §7.1)");
        }
        firstChunk = false;
        var size = wire.readLine();
        if (!size.matches("[0-9A-Fa-f]{1,15}")) {
            throw wire.fault("chunk size \"" + size + "\" (RFC 9112 §7.1)");
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            trailers = wire.readTrailers();
            ended = true;
        }
    }
}
