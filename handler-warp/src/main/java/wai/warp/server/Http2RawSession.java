package wai.warp.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.RawConnection;

/// The byte stream of a raw application on one stream (RFC 8441 §5, RFC 9113 §8.5): DATA in both directions.
final class Http2RawSession implements RawConnection {
    private final InputStream input;
    private final Http2Responses responses;
    private final SocketAddress remoteAddress;
    private final WarpExchange exchange;
    private final AtomicBoolean outputClosed = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final OutputStream output = new Output();

    Http2RawSession(InputStream input, Http2Responses responses, SocketAddress remoteAddress, WarpExchange exchange) {
        this.input = input;
        this.responses = responses;
        this.remoteAddress = remoteAddress;
        this.exchange = exchange;
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
        if (outputClosed.compareAndSet(false, true)) {
            responses.sendEnd();
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void onShutdown(Runnable action) {
        exchange.onShutdown(action);
    }

    /// The application has returned or thrown: what threads it left behind write goes nowhere.
    void end() {
        ended.set(true);
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] array, int offset, int length) throws IOException {
            if (outputClosed.get() || ended.get()) {
                throw new IOException("the output of this raw connection was closed");
            }
            if (length > 0) {
                responses.sendData(array, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            responses.flush();
        }

        @Override
        public void close() throws IOException {
            closeOutput();
        }
    }
}
