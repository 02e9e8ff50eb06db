package wai.warp.transport;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The I/O manager: one selector, driven by one virtual thread of the default scheduler.
///
/// It selects without blocking, lets the threads go whose channels are ready, and yields, so that they run behind it
/// on the same carrier without a wake-up across threads. Only after two polls that found nothing does it block in
/// `select`, which parks a virtual thread. Interest in reading stays armed: a keep-alive request costs no change of
/// interest. A channel that is ready while nobody waits is ignored a few times, then disarmed until somebody waits.
public final class Poller implements AutoCloseable {
    private static final int POLLS_BEFORE_BLOCKING = 2;
    private static final long PAUSE_AFTER_FAILURE_NANOS = 10_000_000;

    private final Selector selector;
    private final Consumer<Throwable> onFailure;
    private final Queue<ChannelTransport> arming = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private volatile boolean closed;

    private Poller(Selector selector, Consumer<Throwable> onFailure) {
        this.selector = selector;
        this.onFailure = onFailure;
    }

    /// Starts an I/O manager.
    ///
    /// @param onFailure told of failures of the selector itself; the manager goes on after them
    /// @return the manager
    /// @throws IOException when there can be no selector
    public static Poller start(Consumer<Throwable> onFailure) throws IOException {
        var poller = new Poller(Selector.open(), onFailure);
        Thread.ofVirtual().name("warp-poller").start(poller::run);
        return poller;
    }

    /// Has the poller look at what a transport waits for. From any thread.
    void arm(ChannelTransport transport) {
        arming.add(transport);
        wake();
    }

    /// Has the selector forget a closed channel soon, which frees its descriptor. From any thread.
    void forgetClosed() {
        wake();
    }

    SelectionKey register(ChannelTransport transport, int operations) throws IOException {
        return transport.channel().register(selector, operations, transport);
    }

    /// Ends the manager; its channels must be closed by then.
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void wake() {
        if (asleep) {
            asleep = false;
            selector.wakeup();
        }
    }

    private void run() {
        while (!closed) {
            try {
                poll();
            } catch (IOException | RuntimeException e) { // whatever it is: without the poller nobody is served
                if (!closed) {
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
    private void poll() throws IOException {
        int empty = 0;
        while (!closed) {
            armAll();
            if (selector.selectNow(this::dispatch) > 0) {
                empty = 0;
            } else if (empty++ >= POLLS_BEFORE_BLOCKING) {
                empty = 0;
                block();
            }
            Thread.yield();
        }
    }

    /// Whoever arms a transport adds it first and looks at `asleep` afterwards, so one of the two sees the other.
    private void block() throws IOException {
        asleep = true;
        if (arming.isEmpty() && !closed) {
            selector.select(this::dispatch);
        }
        asleep = false;
    }

    private void armAll() {
        for (ChannelTransport transport; (transport = arming.poll()) != null; ) {
            transport.applyInterest();
        }
    }

    private void dispatch(SelectionKey key) {
        var transport = (ChannelTransport) key.attachment();
        try {
            transport.ready(key);
        } catch (CancelledKeyException _) {
            transport.wakeAll(); // closed meanwhile: whoever waits finds out by trying
        }
    }
}
