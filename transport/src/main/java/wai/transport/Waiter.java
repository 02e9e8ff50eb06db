package wai.transport;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The place where the one thread that reads (or writes) a connection waits for the I/O manager; or the connection
/// without a thread, as what is to be run on a new one.
final class Waiter extends AtomicReference<@Nullable Runnable> {
    private static final long serialVersionUID = 1;

    /// Says that the current thread is about to wait; it then parks while [#isAwaited()],
    /// or calls [#cancel()].
    void announce() {
        set(Thread.currentThread());
    }

    /// Says that there is no thread: whoever wakes it starts one.
    void announce(Runnable driver) {
        set(driver);
    }

    /// Whether the current thread has still to wait.
    @SuppressWarnings("ReferenceEquality") // threads are compared by identity
    boolean isAwaited() {
        return get() == Thread.currentThread();
    }

    void cancel() {
        set(null);
    }

    /// Takes back that there is no thread.
    ///
    /// @return false when it was woken already
    boolean cancel(Runnable driver) {
        return compareAndSet(driver, null);
    }

    boolean isWaiting() {
        return get() != null;
    }

    /// Lets the waiting thread go, or has a new one started.
    ///
    /// @param starter starts it; what that throws leaves everything as it was, for whoever comes next
    /// @return false when nobody waits
    boolean wake(Starter starter) {
        var waiting = get();
        if (waiting == null || !compareAndSet(waiting, null)) {
            return false;
        }
        if (waiting instanceof Thread thread) {
            LockSupport.unpark(thread);
        } else {
            start(waiting, starter);
        }
        return true;
    }

    private void start(Runnable driver, Starter starter) {
        try {
            starter.start(driver);
        } catch (RuntimeException | Error e) { // no memory, perhaps
            set(driver);
            throw e;
        }
    }

    /// Has connections driven.
    @FunctionalInterface
    interface Starter {
        /// Has a driver run on a virtual thread, where its waits cost least.
        ///
        /// @param driver what it runs
        void start(Runnable driver);
    }
}
