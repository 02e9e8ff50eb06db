package wai.warp.server;

import java.util.concurrent.atomic.AtomicReference;

/// What a connection is doing, for stopping and for reports.
///
/// ```text
///   ACTIVE ◀──▶ IDLE ──stop──▶ CLOSED
///     └──▶ RAW         any ──its end──▶ CLOSED
/// ```
///
/// Whoever becomes idle looks afterwards whether the server stops; who stops it says so first and closes the idle ones
/// afterwards. So one of the two sees the other.
final class ConnectionState extends AtomicReference<ConnectionState.State> { // there are many: no object more
    private static final long serialVersionUID = 1;

    enum State {
        /// Waiting for a request: may be closed without harm.
        IDLE,
        /// Between the first byte of a request and the end of its exchange.
        ACTIVE,
        /// Owned by a raw application.
        RAW,
        /// Closed, or about to be.
        CLOSED
    }

    ConnectionState() {
        super(State.ACTIVE);
    }

    /// Begins a wait that may be ended without harm.
    void becomeIdle() {
        set(State.IDLE);
    }

    /// Ends such a wait.
    ///
    /// @return false when the server has closed the connection meanwhile
    boolean becomeActive() {
        return compareAndSet(State.IDLE, State.ACTIVE);
    }

    /// A raw application owns it.
    void becomeRaw() {
        set(State.RAW);
    }

    /// Closes an idle connection.
    ///
    /// @return whether it was idle; its transport is to be closed then
    boolean closeIdle() {
        return compareAndSet(State.IDLE, State.CLOSED);
    }

    /// The end.
    ///
    /// @return whether it was raw
    boolean close() {
        return getAndSet(State.CLOSED) == State.RAW;
    }

    boolean isIdle() {
        return get() == State.IDLE;
    }

    boolean isRaw() {
        return get() == State.RAW;
    }

    boolean isClosed() {
        return get() == State.CLOSED;
    }
}
