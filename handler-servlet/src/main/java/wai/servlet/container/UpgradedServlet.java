package wai.servlet.container;

import static java.util.Objects.checkFromIndexSize;

import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import wai.servlet.exchange.RawTunnel;
import wai.servlet.exchange.TunnelConnection;
import wai.spi.Signal;

/// Takes a connection as the servlet specification gives it (Servlet 6.0 §2.3.3.5). The container makes it.
public final class UpgradedServlet implements HttpUpgradeHandler {
    /// What a container does with an upgraded connection.
    public enum Habit {
        /// Calls `init` on a thread that must not block.
        LENDS_NO_THREAD,
        /// The same, and closing the output sends the end of our direction.
        HALF_CLOSES,
        /// Closes the connection only when `init` returns.
        CLOSES_AFTER_INIT
    }

    private @Nullable RawTunnel tunnel;
    private @Nullable SocketAddress remoteAddress;
    private @Nullable Signal shutdown;
    private Habit habit = Habit.LENDS_NO_THREAD;

    /// For the container.
    public UpgradedServlet() {}

    /// Says where the connection goes; before the container calls [#init].
    ///
    /// @param newTunnel where the application waits
    /// @param address the client's address
    /// @param signal fires when the server begins to stop
    /// @param newHabit the container's
    public void lead(RawTunnel newTunnel, SocketAddress address, Signal signal, Habit newHabit) {
        tunnel = newTunnel;
        remoteAddress = address;
        shutdown = signal;
        habit = newHabit;
    }

    @Override
    public void init(WebConnection connection) {
        var to = tunnel;
        var address = remoteAddress;
        var signal = shutdown;
        if (to == null || address == null || signal == null) {
            throw new IllegalStateException("an upgraded connection that nobody asked for");
        }
        try {
            var closing = new Closing(connection, habit);
            var raw = new TunnelConnection(
                    new Input(connection.getInputStream(), closing),
                    connection.getOutputStream(),
                    address,
                    signal,
                    closing);
            if (to.open(raw) && habit == Habit.CLOSES_AFTER_INIT) {
                to.awaitEnd();
            }
        } catch (IOException e) {
            to.fail(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the container stops: it closes the connection
        }
        if (habit == Habit.CLOSES_AFTER_INIT) {
            close(connection);
        }
    }

    @Override
    public void destroy() {
        var waiting = tunnel;
        if (waiting != null) {
            waiting.fail(new IOException("the container gave the connection up"));
        }
    }

    private static void close(WebConnection connection) {
        try {
            connection.close();
        } catch (Exception _) {
            // the client is gone
        }
    }

    /// How the connection ends.
    private static final class Closing implements TunnelConnection.Ending {
        private final WebConnection connection;
        private final Habit habit;
        private volatile boolean halfClosed;

        Closing(WebConnection connection, Habit habit) {
            this.connection = connection;
            this.habit = habit;
        }

        @Override
        public void endOutput() throws IOException {
            if (habit == Habit.HALF_CLOSES) {
                halfClosed = true;
                connection.getOutputStream().close();
            }
        }

        @Override
        public void close() throws IOException {
            if (habit == Habit.CLOSES_AFTER_INIT) {
                return; // closed by another thread, it would stay open until the client closes
            }
            try {
                connection.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("the raw connection could not be closed", e);
            }
        }
    }

    /// The container's stream, as [InputStream] should be: some throw at the end, or block when nothing is asked for.
    private static final class Input extends InputStream {
        private final InputStream in;
        private final Closing closing;
        private boolean ended;

        Input(InputStream in, Closing closing) {
            this.in = in;
            this.closing = closing;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            checkFromIndexSize(offset, count, target.length);
            if (ended || count == 0) {
                return ended ? -1 : 0;
            }
            try {
                int taken = in.read(target, offset, count);
                ended = taken < 0;
                return taken;
            } catch (EOFException _) {
                ended = true;
                return -1;
            } catch (RuntimeException e) {
                if (closing.halfClosed) { // Undertow closes its own stream when it finds both directions at their end
                    ended = true;
                    return -1;
                }
                throw new IOException("the raw connection could not be read", e);
            }
        }
    }
}
