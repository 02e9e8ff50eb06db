package wai.cgi.scgi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import wai.cgi.server.Link;
import wai.cgi.server.Wait;

/// What comes behind the head: the bytes that came with it, then those of the connection.
final class ScgiBody extends InputStream {
    private final Link link;
    private final ByteBuffer rest;

    /// @param rest what was read behind the head, ready to be taken
    ScgiBody(Link link, ByteBuffer rest) {
        this.link = link;
        this.rest = rest;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (!rest.hasRemaining()) {
            return link.read(ByteBuffer.wrap(target, offset, count), Wait.BODY);
        }
        int taken = Math.min(count, rest.remaining());
        rest.get(target, offset, taken);
        return taken;
    }

    @Override
    public int available() {
        return rest.remaining();
    }
}
