package wai.servlet.container;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;
import wai.servlet.exchange.RawTunnel;
import wai.servlet.exchange.TunnelConnection;
import wai.spi.Signal;

/// A connection of Jetty's that became raw, or a stream of HTTP/2 by extended CONNECT.
///
/// Jetty's `upgrade()` for servlets gives the end of input at once to a request without `Content-Length`; this is the
/// way its own WebSockets go.
public final class JettyTunnel extends AbstractConnection implements Connection.UpgradeTo {
    private final RawTunnel tunnel;
    private final SocketAddress remoteAddress;
    private final Signal shutdown;
    private final Semaphore readable = new Semaphore(0);
    private volatile @Nullable Throwable failure;
    private ByteBuffer early = ByteBuffer.allocate(0);

    private JettyTunnel(EndPoint end, Request request, RawTunnel tunnel, Signal shutdown) {
        super(end, request.getComponents().getExecutor());
        this.tunnel = tunnel;
        this.remoteAddress = request.getConnectionMetaData().getRemoteSocketAddress();
        this.shutdown = shutdown;
    }

    /// Has Jetty give the connection to a tunnel when the response to this request is complete.
    ///
    /// @param request the request, in HTTP/1.1 or an extended CONNECT
    /// @param shutdown fires when the server begins to stop
    /// @return where the connection comes
    public static RawTunnel under(Request request, Signal shutdown) {
        var tunnel = new RawTunnel();
        var support = request.getTunnelSupport();
        var end = support.getProtocol() == null
                ? request.getConnectionMetaData().getConnection().getEndPoint()
                : support.getEndPoint();
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new JettyTunnel(end, request, tunnel, shutdown));
        return tunnel;
    }

    /// What came behind the head already.
    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        early = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
    }

    @Override
    public void onOpen() {
        super.onOpen();
        getEndPoint().setIdleTimeout(0);
        var raw = new TunnelConnection(new Input(), new Output(), remoteAddress, shutdown, new Closing());
        if (!tunnel.open(raw)) {
            close();
        }
    }

    @Override
    public void onFillable() {
        readable.release();
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        failure = cause;
        readable.release();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        readable.release();
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            checkFromIndexSize(offset, count, target.length);
            if (count == 0) {
                return 0;
            }
            if (early.hasRemaining()) {
                int taken = Math.min(count, early.remaining());
                early.get(target, offset, taken);
                return taken;
            }
            while (true) {
                int filled = getEndPoint().fill(empty(target, offset, count));
                if (filled != 0) {
                    return filled;
                }
                fillInterested();
                awaitBytes();
            }
        }

        /// A buffer as Jetty fills it: from its limit on.
        private static ByteBuffer empty(byte[] target, int offset, int count) {
            return ByteBuffer.wrap(target, offset, count).slice().limit(0);
        }

        private void awaitBytes() throws IOException {
            try {
                readable.acquire();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a raw connection was read");
            }
            var why = failure;
            if (why != null) {
                throw new IOException("the raw connection could not be read", why);
            }
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            try (var written = Blocker.callback()) {
                getEndPoint().write(written, ByteBuffer.wrap(array, offset, count));
                written.block();
            }
        }
    }

    private final class Closing implements TunnelConnection.Ending {
        @Override
        public void endOutput() {
            getEndPoint().shutdownOutput();
        }

        @Override
        public void close() {
            JettyTunnel.this.close();
        }
    }
}
