package wai.test;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.SocketAddress;
import wai.Headers;
import wai.RawApplication;
import wai.RawConnection;
import wai.spi.BodyStreams;

/// A raw connection whose other end is the test.
final class MemoryRawConnection implements RawConnection {
    private final Conversation conversation;
    private final MemoryOutput out;
    private final SocketAddress remoteAddress;
    private final InputStream input;
    private final OutputStream output;

    MemoryRawConnection(Conversation conversation, MemoryOutput out, Outgoing outgoing) {
        this.conversation = conversation;
        this.out = out;
        this.remoteAddress = outgoing.request().remoteAddress();
        this.input = new SequenceInputStream(
                BodyStreams.of(outgoing.earlyBytes()),
                new PipeInput(conversation.rawToApplication(), () -> Patience.ENDLESS));
        this.output = new ClosingOutput(out);
    }

    /// Runs the application and closes both directions behind it.
    void run(RawApplication application) throws Exception {
        try {
            application.run(this);
            closeOutput();
        } finally {
            conversation.rawToApplication().abandon("the raw application has returned");
        }
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void closeOutput() throws IOException {
        if (!conversation.toClient().isClosed()) {
            out.end(Headers.EMPTY);
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void onShutdown(Runnable action) {
        conversation.whenShutDown(action);
    }

    /// The output, whose `close()` is a half-close.
    private final class ClosingOutput extends FilterOutputStream {
        ClosingOutput(MemoryOutput output) {
            super(output);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            out.write(array, offset, length);
        }

        @Override
        public void close() throws IOException {
            closeOutput();
        }
    }
}
