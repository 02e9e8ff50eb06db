package wai.warp.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;

/// Runs virtual threads one at a time, on the thread of the test, in an order that a seed decides; so the same seed
/// plays the same way, and there are no races but those it chose.
///
/// A thread runs until it waits or yields, and a thread that it starts belongs here too. The scheduler of a virtual
/// thread is no public API of the JDK: the tests need `--add-opens java.base/java.lang`.
final class SeededScheduler implements Executor {
    /// So many turns without coming to rest are a hot loop.
    private static final int MOST_TURNS = 200_000;

    private final List<Runnable> ready = new ArrayList<>();
    private final Random random;

    SeededScheduler(Random random) {
        this.random = random;
    }

    /// A thread that has begun, and runs when its turn comes.
    Thread start(String name, Runnable task) {
        var thread = OwnThreads.of(this, task);
        thread.setName(name);
        thread.start();
        return thread;
    }

    /// For the JDK: a thread can go on.
    @Override
    public void execute(Runnable turn) {
        ready.add(turn);
    }

    /// Lets others come between, now and then. For code that runs on a thread of this scheduler.
    @SuppressWarnings("ThreadPriorityCheck") // that is what the order is made of
    void pause() {
        if (Thread.currentThread().isVirtual() && random.nextInt(3) == 0) {
            Thread.yield();
        }
    }

    /// Gives so many turns, or fewer when everybody waits.
    void run(int turns) {
        for (int i = 0; i < turns && !ready.isEmpty(); i++) {
            ready.remove(random.nextInt(ready.size())).run();
        }
    }

    /// Gives turns until everybody waits.
    void runToRest() {
        run(MOST_TURNS);
        if (!ready.isEmpty()) {
            throw new AssertionError("no rest after " + MOST_TURNS + " turns: somebody runs in circles");
        }
    }
}
