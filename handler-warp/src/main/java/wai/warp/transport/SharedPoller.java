package wai.warp.transport;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// A poller that is one virtual thread among those it serves, on the default scheduler.
///
/// It selects without blocking, lets the threads go whose channels are ready, and yields, so that they run behind it
/// on the same carrier without a wake-up across threads. Only after two polls that found nothing does it block in
/// `select`, which parks a virtual thread.
final class SharedPoller extends Poller implements Runnable {
    private static final int POLLS_BEFORE_BLOCKING = 2;

    SharedPoller(Consumer<Throwable> onFailure) throws IOException {
        super(onFailure);
    }

    void start() {
        Thread.ofVirtual().name("warp-poller").start(this);
    }

    @Override
    Thread start(Runnable connection) {
        return Thread.startVirtualThread(connection);
    }

    @Override
    boolean hasWork() {
        return false;
    }

    @Override
    void woken() {}

    /// Polls until it is closed.
    @Override
    public void run() {
        while (!isClosed()) {
            try {
                serve();
            } catch (IOException | RuntimeException e) { // whatever it is: without the poller nobody is served
                if (!isClosed()) {
                    onFailure.accept(e);
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
                }
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            onFailure.accept(e);
        }
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
}
