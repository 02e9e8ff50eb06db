package wai.servlet.exchange;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.RawConnection;
import wai.spi.Signal;
import wai.spi.SignalScope;

/// A raw connection over the streams of a container.
public final class TunnelConnection implements RawConnection, AutoCloseable {
    private final InputStream input;
    private final Output output;
    private final SocketAddress remoteAddress;
    private final Ending ending;
    private final SignalScope farewells;
    private volatile boolean closed;

    /// A connection that is open.
    ///
    /// @param input from the client
    /// @param output to the client
    /// @param remoteAddress the client's address
    /// @param shutdown fires when the server begins to stop
    /// @param ending how the container closes
    public TunnelConnection(
            InputStream input, OutputStream output, SocketAddress remoteAddress, Signal shutdown, Ending ending) {
        this.input = input;
        this.output = new Output(output);
        this.remoteAddress = remoteAddress;
        this.farewells = new SignalScope(shutdown, () -> closed);
        this.ending = ending;
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
        output.close();
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void onShutdown(Runnable action) {
        farewells.add(action);
    }

    /// Closes both directions.
    @Override
    public void close() throws IOException {
        closed = true;
        farewells.end();
        ending.close();
    }

    /// How a container ends a raw connection.
    public interface Ending {
        /// Ends our direction, where the container can do that alone; all output is flushed already.
        ///
        /// @throws IOException when the client is gone
        void endOutput() throws IOException;

        /// Closes both directions.
        ///
        /// @throws IOException when the client is gone
        void close() throws IOException;
    }

    /// The output, whose `close()` is a half-close.
    private final class Output extends FilterOutputStream {
        private final AtomicBoolean closed = new AtomicBoolean();

        Output(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(int b) throws IOException {
            checkOpen();
            out.write(b);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            checkOpen();
            out.write(array, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                out.flush();
                ending.endOutput();
            }
        }

        private void checkOpen() throws IOException {
            if (closed.get()) {
                throw new IOException("the output of this raw connection was closed");
            }
        }
    }
}
