package wai.warp.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import wai.transport.Opener;
import wai.warp.arrival.Arrival;
import wai.warp.arrival.Entrance;

/// Takes the connections of one listening socket, one at a time, and decides what becomes of each.
///
/// ```text
///   accept ──connection──▶ spare descriptor there, or to be had again? ──yes──▶ below the limit? ──yes──▶ serve
///     ▲  │                              │ no                                       │ no
///     │  │ fails                        ▼                                          ▼
///     │  ▼                            refuse                                     refuse
///   give the spare descriptor up; or, without one, wait, longer each time
/// ```
///
/// `accept` fails at once when the process has no descriptor left, and goes on failing until somebody, who need not be
/// this server, closes one. With the spare given up it works again, and whoever connects hears 503 instead of nothing.
/// (The JDK itself accepts again after ECONNABORTED.)
///
/// Mostly one thread comes here at a time, but nothing is lost when a second one does, because the first is held up.
final class Admission {
    private static final long FIRST_BACK_OFF_NANOS = 5_000_000;
    private static final long LONGEST_BACK_OFF_NANOS = 1_000_000_000;

    private final ListeningSocket socket;
    private final Entrance entrance;
    private final ServerState state;
    private final SpareDescriptor spare = new SpareDescriptor();
    private volatile long backOff = FIRST_BACK_OFF_NANOS;

    Admission(ListeningSocket socket, Entrance entrance, ServerState state) {
        this.socket = socket;
        this.entrance = entrance;
        this.state = state;
    }

    /// What came of looking for a connection.
    enum Outcome {
        /// There was one. Or accepting failed, and may work now.
        TAKEN,
        /// There was none.
        NONE,
        /// Accepting failed, and will for a while.
        FAILED,
        /// There will be none any more.
        CLOSED
    }

    /// Gets ready to accept.
    void begin() {
        spare.restock();
    }

    /// Accepts no more.
    void end() {
        spare.end();
    }

    /// Takes a connection; waits for it where the socket does.
    ///
    /// @param opener makes a transport of it
    Outcome takeOne(Opener opener) {
        SocketChannel connection;
        try {
            connection = socket.accept();
        } catch (ClosedChannelException e) {
            if (!socket.isClosed()) {
                state.reportServer(new IOException(socket + " was closed by somebody else", e), socket.address());
            }
            return Outcome.CLOSED;
        } catch (Throwable e) { // an OutOfMemoryError, too: nobody else lets anybody in
            state.unacceptable().tell(socket + ": a connection could not be accepted", e, socket.address());
            return spare.release() ? Outcome.TAKEN : Outcome.FAILED;
        }
        if (connection == null) {
            return Outcome.NONE;
        }
        if (backOff != FIRST_BACK_OFF_NANOS) {
            backOff = FIRST_BACK_OFF_NANOS;
        }
        admit(connection, opener);
        return Outcome.TAKEN;
    }

    /// How long to leave it alone after it failed: longer each time.
    long nextBackOff() {
        long nanos = backOff;
        backOff = Math.min(nanos * 2, LONGEST_BACK_OFF_NANOS);
        return nanos;
    }

    private void admit(SocketChannel channel, Opener opener) {
        boolean served = false;
        try {
            socket.configure(channel);
            var arrival = entrance.arrive(opener.transport(channel));
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
        AcceptedConnection added = null;
        boolean served = false;
        try {
            var connection = new AcceptedConnection(arrival, state);
            if (state.connections().add(connection, state.settings().limits().connections())) {
                added = connection;
                connection.start();
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
}
