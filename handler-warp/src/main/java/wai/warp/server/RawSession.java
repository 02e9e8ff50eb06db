package wai.warp.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.ClientDisconnectedException;
import wai.RawConnection;
import wai.transport.Transport;
import wai.warp.observe.Count;
import wai.warp.observe.Tally;

/// The byte stream of a connection that became raw: no engine, no deadline, no buffer in between.
final class RawSession implements RawConnection {
    private final Transport transport;
    private final Tally tally;
    private final WarpExchange exchange;
    private final AtomicBoolean outputClosed = new AtomicBoolean();
    private final InputStream input;
    private final OutputStream output = new Output();

    /// @param tally counts what is read and written
    /// @param leftover what came behind the head, read first
    /// @param exchange whose response it is
    RawSession(Transport transport, Tally tally, ByteBuffer leftover, WarpExchange exchange) {
        this.transport = transport;
        this.tally = tally;
        this.exchange = exchange;
        this.input = new Input(leftover);
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
    public void closeOutput() {
        if (outputClosed.compareAndSet(false, true)) {
            transport.closeOutput();
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        return transport.remoteAddress();
    }

    @Override
    public void onShutdown(Runnable action) {
        exchange.onShutdown(action);
    }

    private final class Input extends InputStream {
        private final ByteBuffer leftover;

        Input(ByteBuffer leftover) {
            this.leftover = leftover;
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
            if (leftover.hasRemaining()) {
                int count = Math.min(length, leftover.remaining());
                leftover.get(target, offset, count);
                return count;
            }
            int count = transport.read(ByteBuffer.wrap(target, offset, length));
            if (count > 0) {
                tally.add(Count.BYTES_READ, count);
            } else if (transport.isTruncated()) { // nobody but the application can tell whether something is missing
                throw new ClientDisconnectedException(
                        "the client's direction ended without close_notify: expected one (RFC 8446 §6.1)");
            }
            return count;
        }

        @Override
        public int available() {
            return leftover.remaining();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            if (outputClosed.get()) {
                throw new IOException("the output of this raw connection was closed");
            }
            for (var source = ByteBuffer.wrap(array, offset, length); source.hasRemaining(); ) {
                tally.add(Count.BYTES_WRITTEN, transport.write(source));
            }
        }

        @Override
        public void close() {
            closeOutput();
        }
    }
}
