package wai.cgi.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Actions that run once when something happens, or at once when it has happened already; each on a thread of its own.
final class Signal {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>();
    private final Consumer<Throwable> onFailure;
    private boolean fired;

    /// @param onFailure told what an action threw
    Signal(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    void add(Runnable action) {
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

    /// Starts all actions; later calls do nothing.
    void fire() {
        lock.lock();
        try {
            fired = true;
            actions.forEach(this::start);
            actions.clear();
        } finally {
            lock.unlock();
        }
    }

    private void start(Runnable action) {
        Thread.startVirtualThread(() -> {
            try {
                action.run();
            } catch (Throwable e) { // also what the compiler does not let an action throw
                onFailure.accept(e);
            }
        });
    }
}
