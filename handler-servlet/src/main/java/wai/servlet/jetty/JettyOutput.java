package wai.servlet.jetty;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;

/// The body of a response to Jetty's core: small writes are gathered, so that a small response is one write.
final class JettyOutput extends OutputStream {
    private static final int SIZE = 16 * 1024;

    private final Response response;
    private @Nullable ByteBuffer gathered;
    private boolean complete;

    JettyOutput(Response response) {
        this.response = response;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] array, int offset, int count) throws IOException {
        var buffer = buffer();
        if (count > buffer.remaining()) {
            drain(false);
        }
        if (count >= SIZE) {
            send(false, ByteBuffer.wrap(array, offset, count));
        } else {
            buffer.put(array, offset, count);
        }
    }

    /// Sends what was gathered; and the head, when nothing was sent yet.
    @Override
    public void flush() throws IOException {
        if (!complete) {
            drain(false);
        }
    }

    /// Sends what was gathered as the end of the response.
    @Override
    public void close() throws IOException {
        if (!complete) {
            drain(true);
            complete = true;
        }
    }

    private void drain(boolean last) throws IOException {
        var buffer = buffer().flip();
        if (last || buffer.hasRemaining() || !response.isCommitted()) {
            send(last, buffer);
        }
        buffer().clear();
    }

    private void send(boolean last, ByteBuffer bytes) throws IOException {
        try (var sent = Blocker.callback()) {
            response.write(last, bytes, sent);
            sent.block();
        }
    }

    private ByteBuffer buffer() {
        var buffer = gathered;
        if (buffer == null) {
            gathered = buffer = ByteBuffer.allocate(SIZE);
        }
        return buffer;
    }
}
