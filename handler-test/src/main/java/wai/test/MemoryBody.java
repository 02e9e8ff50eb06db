package wai.test;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.HttpVersion;

/// The request body as the application reads it: asks for it at the first read, and ends at its length or not at all.
final class MemoryBody extends InputStream {
    private final InputStream source;
    private final long length;
    private final Conversation conversation;
    private boolean continueIsDue;
    private long read;
    private volatile boolean ended;

    MemoryBody(Outgoing outgoing, Conversation conversation) {
        var request = outgoing.request();
        this.source = request.body();
        this.length = request.bodyLength().orElse(-1);
        this.conversation = conversation;
        this.ended = length == 0;
        this.continueIsDue = request.version() != HttpVersion.HTTP_1_0
                && request.headers().elements(HeaderName.EXPECT).stream().anyMatch("100-continue"::equalsIgnoreCase);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, target.length);
        if (conversation.hasLeft()) {
            throw new ClientDisconnectedException("the client has left while its request body was read");
        }
        if (ended || count == 0) {
            return ended ? -1 : 0;
        }
        if (continueIsDue) {
            continueIsDue = false;
            conversation.askForBody();
        }
        int taken = source.read(target, offset, length < 0 ? count : (int) Math.min(count, length - read));
        if (taken < 0 && length >= 0) {
            throw new ClientDisconnectedException("the request body ended after " + read + " of " + length + " bytes");
        }
        read += Math.max(0, taken);
        ended = taken < 0 || read == length;
        return taken;
    }

    @Override
    public int available() throws IOException {
        return ended || continueIsDue ? 0 : source.available();
    }

    /// Whether the body was read to its end.
    boolean isEnded() {
        return ended;
    }
}
