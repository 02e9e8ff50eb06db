package wai.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A virtual thread of a loop: drives connections, one after the other, for as long as none of them blocks.
///
/// A connection of a loop has a thread only while it has something to do. What waits for a request costs nothing but
/// its objects, and what has a request costs no switch to a thread of its own: the worker that runs takes the next one.
/// When a driver blocks, the worker waits with it, like any virtual thread, and the loop has another worker go on with
/// those behind it. So there are as many workers as there were requests that blocked at a time, and some of them are
/// kept for the next ones.
///
/// Each driver finds the thread as if it were new: not interrupted, and without a thread-local, a name or a context
/// class loader that another one has set.
///
/// A worker is the scheduler of its own thread too. A virtual thread that is started by another one inherits its
/// scheduler, so steps of the application's own threads come here, and go on to the default scheduler: a fan-out has
/// all carriers, as anywhere else.
final class Worker implements Runnable, Executor, Loop.Step {
    /// How many connections it drives in one go, so that what waits for the selector, or is runnable, gets its turn.
    private static final int MOST_DRIVEN = 64;

    private final Loop loop;
    private final Scheduling scheduling;
    private @Nullable Thread thread;
    private @Nullable ClassLoader loader;
    /// What runs the thread, always the same: the first step, before there can be other threads.
    private @Nullable Runnable own;
    /// Under which it runs; null when that is not as the loop. Set by whoever runs it, each time.
    private @Nullable Turn turn;
    private volatile boolean idle;

    Worker(Loop loop, Scheduling scheduling) {
        this.loop = loop;
        this.scheduling = scheduling;
    }

    /// Begins.
    void start() {
        var made = scheduling.newThread(this, this);
        thread = made;
        loader = made.getContextClassLoader();
        made.start();
    }

    // ------------------------------------------------------------------------------------------ its thread

    /// Drives connections until the loop does not keep it.
    @Override
    public void run() {
        do {
            loop.begins();
            drive();
        } while (loop.keeps(this));
    }

    private void drive() {
        int left = MOST_DRIVEN;
        for (Runnable driver; (driver = loop.nextDriver()) != null; ) {
            try {
                driver.run();
            } finally {
                cleanUp();
            }
            if (--left == 0) {
                loop.lookSoon();
            }
            var present = turn;
            if (present == null || !present.next() || loop.isLookDue()) {
                return;
            }
        }
    }

    /// Takes away what an application has left in the thread.
    private void cleanUp() {
        var mine = Thread.currentThread();
        Thread.interrupted();
        scheduling.clearThreadLocals(mine);
        if (!mine.getName().isEmpty()) {
            mine.setName("");
        }
        mine.setContextClassLoader(loader);
    }

    /// It is to wait for [#resume()]. By itself.
    void becomeIdle() {
        idle = true;
    }

    /// Waits until then.
    void awaitWork() {
        while (idle) {
            LockSupport.park(this);
        }
    }

    /// Has it go on.
    void resume() {
        idle = false;
        LockSupport.unpark(thread);
    }

    // ------------------------------------------------------------------------------------------ its steps

    @Override
    @SuppressWarnings("ReferenceEquality") // it is this one or another
    public void execute(Runnable step) {
        if (own == null) {
            own = step;
        }
        if (step == own) {
            loop.schedule(this);
        } else {
            scheduling.standard().execute(step);
        }
    }

    @Override
    public void take(@Nullable Turn present) {
        turn = present;
        var step = own;
        if (step != null) {
            step.run();
        }
    }
}
