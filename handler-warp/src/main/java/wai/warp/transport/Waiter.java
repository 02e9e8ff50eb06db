package wai.warp.transport;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The place where the one thread that reads (or writes) a connection waits for the I/O manager.
final class Waiter extends AtomicReference<@Nullable Thread> {
    private static final long serialVersionUID = 1;

    /// Says that the current thread is about to wait; it must call [#await] or [#cancel] next.
    void announce() {
        set(Thread.currentThread());
    }

    /// Waits until [#wake()], which may have come already. An interrupt does not end the wait; the caller finds its
    /// flag set afterwards.
    @SuppressWarnings("ReferenceEquality") // threads are compared by identity
    void await() {
        var me = Thread.currentThread();
        boolean interrupted = false;
        while (get() == me) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted(); // with the flag set park() returns at once, and the loop would be hot
        }
        if (interrupted) {
            me.interrupt();
        }
    }

    void cancel() {
        set(null);
    }

    boolean isWaiting() {
        return get() != null;
    }

    /// Lets the waiting thread go.
    ///
    /// @return false when nobody waits
    boolean wake() {
        var thread = get();
        if (thread == null || !compareAndSet(thread, null)) {
            return false;
        }
        LockSupport.unpark(thread);
        return true;
    }
}
