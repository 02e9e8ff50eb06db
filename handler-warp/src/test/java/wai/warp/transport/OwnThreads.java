package wai.warp.transport;

import java.util.concurrent.Executor;

/// Virtual threads on a scheduler of a test, for tests in other packages.
public final class OwnThreads {
    private static final Scheduling SCHEDULING = Scheduling.find();

    private OwnThreads() {}

    /// A virtual thread whose every step is given to the scheduler, the first one by `start()`.
    public static Thread of(Executor scheduler, Runnable task) {
        return SCHEDULING.newThread(scheduler, task);
    }
}
