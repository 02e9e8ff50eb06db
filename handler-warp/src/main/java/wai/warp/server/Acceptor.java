package wai.warp.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import wai.warp.arrival.Arrival;

/// Takes the connections of one listening socket, on a platform thread, until the socket is closed: nothing else ends
/// it, and nothing makes it spin.
///
/// ```text
///   accept ──connection──▶ spare descriptor there, or to be had again? ──yes──▶ below the limit? ──yes──▶ serve
///     ▲  │                              │ no                                       │ no
///     │  │ fails                        ▼                                          ▼
///     │  ▼                            refuse                                     refuse
///   give the spare descriptor up; or, without one, wait, longer each time
/// ```
///
/// `accept` fails at once when the process has no descriptor left, also when nobody connects, and goes on failing until
/// somebody, who need not be this server, closes one. With the spare given up it waits again, and whoever connects
/// hears 503 instead of nothing. (The JDK itself accepts again after ECONNABORTED.)
final class Acceptor implements Runnable {
    private static final long FIRST_BACK_OFF_NANOS = 5_000_000;
    private static final long LONGEST_BACK_OFF_NANOS = 1_000_000_000;

    private final ListeningSocket socket;
    private final ServerState state;
    private final Opener opener;
    private final SpareDescriptor spare = new SpareDescriptor();
    private long backOff = FIRST_BACK_OFF_NANOS;

    /// @param opener makes an arrival of a connection
    Acceptor(ListeningSocket socket, ServerState state, Opener opener) {
        this.socket = socket;
        this.state = state;
        this.opener = opener;
    }

    @Override
    public void run() {
        spare.restock();
        try {
            while (acceptOne()) {}
        } finally {
            spare.release();
        }
    }

    /// @return false when the socket is closed
    private boolean acceptOne() {
        SocketChannel connection;
        try {
            connection = socket.accept();
        } catch (ClosedChannelException e) {
            if (!socket.isClosed()) {
                state.reportServer(new IOException(socket + " was closed by somebody else", e), socket.address());
            }
            return false;
        } catch (Throwable e) { // an OutOfMemoryError, too: without this thread nobody comes in
            recover(e);
            return true;
        }
        backOff = FIRST_BACK_OFF_NANOS;
        admit(connection);
        return true;
    }

    private void recover(Throwable failure) {
        state.unacceptable().tell(socket + ": a connection could not be accepted", failure, socket.address());
        if (!spare.release()) {
            LockSupport.parkNanos(backOff);
            backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_NANOS);
        }
    }

    private void admit(SocketChannel channel) {
        boolean served = false;
        try {
            socket.configure(channel);
            var arrival = opener.open(channel);
            served = true; // whoever has the arrival closes it
            if (spare.restock()) {
                serve(arrival);
            } else {
                state.refusals().refuse(arrival.transport(), "no descriptor is left");
            }
        } catch (IOException _) {
            // the peer is gone already
        } catch (Throwable e) { // an OutOfMemoryError, too
            state.unacceptable().tell(socket + ": a connection could not be served", e, socket.address());
        } finally {
            if (!served) {
                close(channel);
            }
        }
    }

    private void serve(Arrival arrival) {
        var transport = arrival.transport();
        Http1Connection added = null;
        boolean served = false;
        try {
            var connection = new Http1Connection(arrival, state);
            if (state.connections().add(connection, state.settings().limits().connections())) {
                added = connection;
                transport.start(connection);
            } else {
                state.refusals().refuse(transport, "as many connections as Limits.connections allows are open");
            }
            served = true;
        } finally {
            if (!served) {
                transport.close();
                if (added != null) {
                    state.connections().remove(added);
                }
            }
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing is left to be closed
        }
    }

    /// Makes an arrival of an accepted connection.
    @FunctionalInterface
    interface Opener {
        /// An arrival over the connection, which belongs to it from then on.
        ///
        /// @throws IOException when the connection has ended already
        Arrival open(SocketChannel channel) throws IOException;
    }
}
