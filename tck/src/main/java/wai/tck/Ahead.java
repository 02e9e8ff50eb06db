package wai.tck;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Runs what will be asked for ahead of the question, some of it at the same time; or at the question, where only one
/// thing may run.
final class Ahead implements AutoCloseable {
    private final @Nullable ExecutorService workers;

    /// @param parallelism how much may run at the same time; from 1 on
    Ahead(int parallelism) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism " + parallelism + ": expected 1 or more");
        }
        workers = parallelism == 1
                ? null
                : Executors.newFixedThreadPool(
                        parallelism, Thread.ofVirtual().name("tck-ahead-", 0).factory());
    }

    /// Lets a piece of work begin.
    ///
    /// @return what waits for its end
    <T> Callable<T> begin(Callable<T> work) {
        if (workers == null) {
            return work;
        }
        var begun = workers.submit(work);
        return () -> {
            try {
                return begun.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception failure ? failure : e;
            }
        };
    }

    /// Gives up what nobody has waited for.
    @Override
    public void close() {
        if (workers != null) {
            workers.shutdownNow();
        }
    }
}
