package wai.transport;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One selector, and the connections that wait on it.
///
/// Interest in reading stays armed: a keep-alive request costs no change of interest. A channel that is ready while
/// nobody waits is ignored a few times, then disarmed until somebody waits. One thread at a time selects and changes
/// interests; which one is the difference between the two kinds.
abstract sealed class Poller implements Consumer<SelectionKey>, Waiter.Starter permits SharedPoller, Loop {
    static final long PAUSE_AFTER_FAILURE_NANOS = 10_000_000;

    final Selector selector;
    final Consumer<Throwable> onFailure;
    private final Queue<Watched> arming = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger staying = new AtomicInteger();
    private volatile @Nullable SystemCalls calls;
    private volatile boolean asleep;
    private volatile boolean closed;

    Poller(Consumer<Throwable> onFailure) throws IOException {
        this.selector = Selector.open();
        this.onFailure = onFailure;
    }

    /// Ends polling; the channels must be closed by then.
    void close() {
        closed = true;
        selector.wakeup();
    }

    final boolean isClosed() {
        return closed;
    }

    /// Whether it waits for the kernel or another thread.
    final boolean isAsleep() {
        return asleep;
    }

    /// How many connections belong here.
    final int open() {
        return open.get();
    }

    /// How many of them have turned out to stay.
    final int staying() {
        return staying.get();
    }

    /// A connection comes to belong here. From any thread.
    final void enter() {
        open.getAndIncrement();
    }

    /// A connection that belongs here has turned out to stay. From any thread.
    final void stay() {
        staying.getAndIncrement();
    }

    /// A connection belongs here no more, as it has ended or moved. From any thread.
    final void leave(boolean stayed) {
        open.getAndDecrement();
        if (stayed) {
            staying.getAndDecrement();
        }
    }

    /// Has the poller look at what is waited for. From any thread.
    final void arm(Watched watched) {
        arming.add(watched);
        wake();
    }

    /// Has the selector forget a closed channel soon, which frees its descriptor. From any thread.
    final void forgetClosed() {
        wake();
    }

    /// Has the connections that come from now on use direct calls. From any thread.
    final void use(SystemCalls found) {
        calls = found;
    }

    final boolean hasCalls() {
        return calls != null;
    }

    /// The socket of a channel for direct calls; null where there are none.
    final @Nullable DirectSocket socketOf(SocketChannel channel) {
        var found = calls;
        return found == null ? null : found.socketOf(channel);
    }

    final SelectionKey register(ChannelTransport transport, int operations) throws IOException {
        return transport.channel().register(selector, operations, transport);
    }

    /// Ends [#block()], if it waits. From any thread, after what it is to see was put where it looks.
    final void wake() {
        if (asleep) {
            asleep = false;
            selector.wakeup();
            woken();
        }
    }

    /// It has something to do again.
    abstract void woken();

    /// It will look at nothing before it is woken.
    final void fallAsleep() {
        asleep = true;
    }

    /// Lets those go whose channels are ready, without waiting.
    ///
    /// @return how many channels were ready
    final int poll() throws IOException {
        armAll();
        return selector.selectNow(this);
    }

    /// Waits until a channel is ready or [#wake()] is called, unless there is something to do.
    ///
    /// Whoever adds something adds it first and looks at `asleep` afterwards, so one of the two sees the other.
    final void block() throws IOException {
        armAll();
        asleep = true;
        if (arming.isEmpty() && !closed && !hasWork()) {
            selector.select(this);
        }
        asleep = false;
        woken();
    }

    /// Where a connection that stays, and has belonged here so far, is to be from now on.
    ///
    /// @param processor where its packets come in; -1 when nobody knows
    abstract Poller better(int processor);

    /// Whether to have a connection driven costs no thread.
    abstract boolean drivesFreely();

    /// Whether there is something to do besides waiting.
    abstract boolean hasWork();

    private void armAll() {
        for (Watched watched; (watched = arming.poll()) != null; ) {
            watched.applyInterest(this);
        }
    }

    /// Lets those go who wait for a channel that is ready. Of the one thread that selects.
    @Override
    public final void accept(SelectionKey key) {
        if (asleep) {
            asleep = false; // here already, so that nobody pays for waking us
        }
        var watched = (Watched) key.attachment();
        try {
            watched.ready(key);
        } catch (CancelledKeyException _) {
            watched.wakeAll();
        }
    }
}
