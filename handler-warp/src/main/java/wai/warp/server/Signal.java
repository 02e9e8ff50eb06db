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
    private final List<Thread> running = new ArrayList<>();
    private boolean fired;

    /// @param onFailure told what an action threw
    Signal(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    /// Runs the action on a thread of its own when the signal fires, or now when it has fired.
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

    /// Runs all actions, each on a thread of its own; later calls do nothing.
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

    /// Waits until the actions that were started have ended, interrupted or not: what they do to the thread of an
    /// exchange must not reach the next one.
    void awaitActions() {
        List<Thread> all;
        lock.lock();
        try {
            all = List.copyOf(running);
        } finally {
            lock.unlock();
        }
        all.forEach(ReadingSide::awaitEnd);
    }

    private void start(Runnable action) {
        running.add(Thread.startVirtualThread(() -> {
            try {
                action.run();
            } catch (Throwable e) { // also what the compiler does not let an action throw
                onFailure.accept(e);
            }
        }));
    }
}
