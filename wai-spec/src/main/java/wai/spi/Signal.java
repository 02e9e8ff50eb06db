package wai.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Actions that run once when something happens, or at once when it has happened already: the client left, the server
/// stops. Each runs on a virtual thread of its own, so none delays another or whoever fires.
///
/// For handlers that implement `onDisconnect` and `onShutdown` of requests and raw connections. All methods may be
/// called by any thread; only [#awaitActions] blocks.
public final class Signal {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>();
    private final List<Thread> running = new ArrayList<>();
    private final Consumer<Throwable> onFailure;
    private boolean fired;

    /// A signal that has not fired.
    ///
    /// @param onFailure told what an action threw, on the action's thread
    public Signal(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    /// Runs the action when the signal fires, or now when it has fired.
    ///
    /// @param action may throw anything
    public void add(Runnable action) {
        lock.lock();
        try {
            if (fired) {
                start(action);
            } else {
                actions.add(action);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Forgets an action that did not run; one that was not added, or has begun, is left alone.
    ///
    /// @param action what was given to [#add]
    public void remove(Runnable action) {
        lock.lock();
        try {
            actions.remove(action);
        } finally {
            lock.unlock();
        }
    }

    /// Starts all actions; later calls do nothing.
    public void fire() {
        lock.lock();
        try {
            fired = true;
            actions.forEach(this::start);
            actions.clear();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the actions that were started have ended, interrupted or not: what they do to the thread of an
    /// exchange, for example an interrupt, must not reach the next one. Interrupts that come meanwhile are dropped.
    @SuppressWarnings("ThreadJoinLoop") // interrupts were meant for the application
    public void awaitActions() {
        List<Thread> all;
        lock.lock();
        try {
            all = List.copyOf(running);
        } finally {
            lock.unlock();
        }
        for (var thread : all) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    // meant for the application
                }
            }
        }
        Thread.interrupted(); // what an action did at its end
    }

    private void start(Runnable action) {
        running.removeIf(thread -> !thread.isAlive());
        running.add(Thread.startVirtualThread(() -> {
            try {
                action.run();
            } catch (Throwable e) { // also what the compiler does not let an action throw
                onFailure.accept(e);
            }
        }));
    }
}
