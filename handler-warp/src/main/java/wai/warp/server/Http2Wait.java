package wai.warp.server;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.transport.DeadlineException;
import wai.warp.settings.Timeouts.Kind;

/// The place where one thread of a stream waits for what the peer does, and with it the deadline of that wait.
///
/// What is waited for is looked at under the connection's lock, which is given up meanwhile. The sweeper wakes without
/// the lock: applications that compute may keep whoever holds it from running.
final class Http2Wait {
    private final Deadline deadline;
    private volatile @Nullable Thread waiting;

    /// @param visit in which the deadline is looked at
    Http2Wait(Visit visit) {
        deadline = new Deadline(visit);
    }

    /// Waits until somebody wakes; perhaps for nothing. An interrupt does not end the wait; the caller finds its flag
    /// set afterwards.
    ///
    /// @param lock held by this thread, once
    /// @param now the clock
    /// @param limit how long, in nanoseconds
    /// @param kind what is waited for
    /// @throws DeadlineException when the limit is over
    @SuppressWarnings({"ReferenceEquality", "LockNotBeforeTry"
    }) // threads are compared by identity; the lock comes back
    void await(ReentrantLock lock, long now, long limit, Kind kind) throws DeadlineException {
        var me = Thread.currentThread();
        boolean interrupted = false;
        waiting = me;
        deadline.start(now, limit, kind);
        lock.unlock();
        try {
            while (waiting == me && !deadline.isTaken()) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted(); // with the flag set park() returns at once
            }
        } finally {
            lock.lock();
            waiting = null;
            if (interrupted) {
                me.interrupt();
            }
        }
        if (deadline.clear()) {
            throw new DeadlineException();
        }
    }

    /// Lets the waiting thread look again.
    void wake() {
        var thread = waiting;
        if (thread != null) {
            waiting = null;
            LockSupport.unpark(thread);
        }
    }

    /// Ends the wait when its deadline has passed. By the sweeper.
    ///
    /// @return what was waited for; null when it has not passed
    @Nullable
    Kind expire(long now) {
        var late = deadline.takeIfPassed(now);
        if (late != null) {
            LockSupport.unpark(waiting);
        }
        return late;
    }

    /// When the deadline passes; [Visit#NEVER] when nothing is waited for.
    long time() {
        return deadline.time();
    }
}
