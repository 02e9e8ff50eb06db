package wai.warp.server;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;

/// Virtual threads on a scheduler of a test: JDK 25 has them and does not offer them, so `java.base` has to open
/// `java.lang` to this module.
final class OwnThreads {
    private static final Method NEW_THREAD = find();

    private OwnThreads() {}

    private static Method find() {
        try {
            var method = Class.forName("java.lang.ThreadBuilders")
                    .getDeclaredMethod("newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
            method.setAccessible(true);
            return method;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /// A virtual thread whose every step is given to the scheduler, the first one by `start()`.
    static Thread of(Executor scheduler, Runnable task) {
        try {
            return (Thread) NEW_THREAD.invoke(null, scheduler, null, 0, task);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
