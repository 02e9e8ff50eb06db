package wai.warp.server;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Moves the clock on and makes the visits that are due, ten times a second; rests while nobody looks at the clock and
/// nothing is due.
///
/// For a platform thread, so that applications which occupy every carrier do not stop the deadlines.
final class Sweeper implements Runnable {
    private final ServerState server;
    private final Consumer<Throwable> onFailure;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    /// @param onFailure told of what a visit threw; the others go on
    Sweeper(ServerState server, Consumer<Throwable> onFailure) {
        this.server = server;
        this.onFailure = onFailure;
    }

    /// Ends it.
    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            try {
                pause();
                server.ticker().tick();
                sweep(server.ticker().movedTo());
            } catch (Throwable e) { // the deadlines of all connections depend on this thread
                onFailure.accept(e);
            }
        }
    }

    private void pause() {
        var ticker = server.ticker();
        if (ticker.takeSeen() || server.files().idleDescriptors() > 0) {
            LockSupport.parkNanos(this, DeadlineWheel.TICK_NANOS);
        } else {
            ticker.rest(server.wheel().quietNanos(ticker.movedTo()));
        }
    }

    private void sweep(long now) {
        server.wheel().sweep(now);
        server.files().sweep(now);
    }
}
