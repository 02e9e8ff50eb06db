package wai.servlet.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Actions that run once when something happens, each on a thread of its own, or at once when it has happened already.
public final class Signal {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>();
    private final Consumer<Throwable> onFailure;
    private boolean fired;

    /// A signal that has not fired.
    ///
    /// @param onFailure told what an action threw
    public Signal(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    /// Runs the action when the signal fires, or now when it has fired.
    ///
    /// @param action the action
    public void add(Runnable action) {
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

    /// Forgets an action that did not run.
    ///
    /// @param action the action
    public void remove(Runnable action) {
        lock.lock();
        try {
            actions.remove(action);
        } finally {
            lock.unlock();
        }
    }

    /// Runs all actions; later calls do nothing.
    public void fire() {
        List<Runnable> due;
        lock.lock();
        try {
            fired = true;
            due = List.copyOf(actions);
            actions.clear();
        } finally {
            lock.unlock();
        }
        due.forEach(this::start);
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
