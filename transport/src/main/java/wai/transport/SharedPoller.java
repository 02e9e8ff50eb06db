package wai.transport;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A poller that is one virtual thread among those it serves, on the default scheduler.
///
/// It selects without blocking, lets the threads go whose channels are ready, and yields, so that they run behind it
/// on the same carrier without a wake-up across threads. Only after two polls that found nothing does it block in
/// `select`, which parks a virtual thread. It begins when the first connection has to wait: blocking a virtual thread
/// for the first time has the JDK start an I/O manager of its own, which would take as long as all the rest of a start.
final class SharedPoller extends Poller implements Runnable {
    private static final int POLLS_BEFORE_BLOCKING = 2;

    private final AtomicBoolean begun = new AtomicBoolean();
    /// Made with the server: threads that it starts inherit from it what those of an acceptor inherit.
    private @Nullable Thread prepared = newThread();

    SharedPoller(Consumer<Throwable> onFailure) throws IOException {
        super(onFailure);
        fallAsleep();
    }

    private Thread newThread() {
        return Thread.ofVirtual().name("wai-poller").unstarted(this);
    }

    @Override
    public void start(Runnable driver) {
        Thread.startVirtualThread(driver);
    }

    /// All share the same carriers, and get connections in turn.
    @Override
    Poller better(int processor) {
        return this;
    }

    @Override
    boolean drivesFreely() {
        return false;
    }

    @Override
    boolean hasWork() {
        return false;
    }

    /// Somebody waits: begins, if that was not done.
    @Override
    void woken() {
        if (begun.getPlain() || !begun.compareAndSet(false, true)) {
            return;
        }
        try {
            var thread = prepared;
            prepared = null;
            (thread == null ? newThread() : thread).start();
        } catch (RuntimeException | Error e) { // no memory, perhaps: who waits next tries again
            begun.set(false);
            fallAsleep();
            throw e;
        }
    }

    @Override
    void close() {
        super.close();
        if (begun.compareAndSet(false, true)) { // nobody else will
            closeSelector();
        }
    }

    /// Polls until it is closed.
    @Override
    public void run() {
        while (!isClosed()) {
            try {
                serve();
            } catch (IOException | RuntimeException | Error e) { // whatever it is: without the poller nobody is served
                if (!isClosed()) {
                    onFailure.accept(e);
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
                }
            }
        }
        closeSelector();
    }

    @SuppressWarnings("ThreadPriorityCheck") // the yield is the design: see the class comment
    private void serve() throws IOException {
        int empty = 0;
        while (!isClosed()) {
            if (poll() > 0) {
                empty = 0;
            } else if (empty++ >= POLLS_BEFORE_BLOCKING) {
                empty = 0;
                block();
            }
            Thread.yield();
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            onFailure.accept(e);
        }
    }
}
