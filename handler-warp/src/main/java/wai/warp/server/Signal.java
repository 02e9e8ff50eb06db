package wai.warp.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Actions that run once when something happens, or at once when it has happened already.
final class Signal {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>();
    private final Consumer<Throwable> onFailure;
    private boolean fired;

    /// @param onFailure told what an action threw
    Signal(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    /// Runs the action on a thread of its own when the signal fires, or now when it has fired.
    void add(Runnable action) {
        lock.lock();
        try {
            if (!fired) {
                actions.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        start(action);
    }

    /// Runs all actions, each on a thread of its own; later calls do nothing.
    void fire() {
        List<Runnable> all;
        lock.lock();
        try {
            fired = true;
            all = List.copyOf(actions);
            actions.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(this::start);
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
