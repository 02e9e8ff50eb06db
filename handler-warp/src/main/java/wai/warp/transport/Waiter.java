package wai.warp.transport;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The place where the one thread that reads (or writes) a connection waits for the I/O manager.
final class Waiter extends AtomicReference<@Nullable Thread> {
    private static final long serialVersionUID = 1;

    /// Says that the current thread is about to wait; it then parks while [#isAwaited()],
    /// or calls [#cancel()].
    void announce() {
        set(Thread.currentThread());
    }

    /// Whether the current thread has still to wait.
    @SuppressWarnings("ReferenceEquality") // threads are compared by identity
    boolean isAwaited() {
        return get() == Thread.currentThread();
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
