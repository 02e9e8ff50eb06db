package wai.transport;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A listening socket that a loop watches.
///
/// When somebody knocks, the loop runs the keeper as one of its steps: outside the selector's locks, and under the
/// eyes of the watchdog, which has another thread go on with the loop, or with the door, when it is held up. So two
/// threads may come to be in the keeper at a time.
public final class Door implements Watched, Opener, AutoCloseable {
    private final Loop loop;
    private final Keeper keeper;
    private final SelectionKey key;
    private final Loop.Step step = new Step();
    private volatile boolean open;
    /// Whether the step is among those that the loop will run.
    private volatile boolean knocked;

    Door(Loop loop, ServerSocketChannel channel, Keeper keeper) throws IOException {
        this.loop = loop;
        this.keeper = keeper;
        channel.configureBlocking(false);
        this.key = channel.register(loop.selector, 0, this);
    }

    /// Lets the loop know of it, which no constructor could.
    Door hang() {
        loop.doors.add(this);
        return this;
    }

    /// Has the loop listen for knocks, from now on or again. From any thread.
    public void open() {
        open = true;
        loop.arm(this);
    }

    /// Has the loop listen no longer, until [#open()]. From any thread.
    public void shut() {
        open = false;
        loop.arm(this);
    }

    /// Ends the watch; the loop lets go of the channel soon, which ends a channel that was closed. From any thread.
    @Override
    public void close() {
        open = false;
        loop.doors.remove(this);
        key.cancel();
        loop.forgetClosed();
    }

    /// A transport over a connection that came in here.
    ///
    /// @param channel belongs to the transport from now on
    /// @return the transport
    /// @throws IOException when the connection has ended already
    @Override
    public Transport transport(SocketChannel channel) throws IOException {
        return new ChannelTransport(channel, loop.forNewcomer());
    }

    @Override
    public void applyInterest(Poller present) {
        try {
            key.interestOps(open ? SelectionKey.OP_ACCEPT : 0);
        } catch (CancelledKeyException _) {
            // closed meanwhile, and there is nobody to be told
        }
    }

    @Override
    public void ready(SelectionKey readyKey) {
        ready();
    }

    /// Has the keeper come. From any thread, which has to wake the loop.
    void ready() {
        if (!knocked) {
            knocked = true;
            loop.add(step);
        }
    }

    /// Whether it is open and its channel closed: nobody can knock any more, and the keeper does not know.
    boolean isLost() {
        return open && !key.isValid();
    }

    @Override
    public void wakeAll() {}

    /// Has the keeper let in who waits.
    void answer() {
        knocked = false; // first: whoever comes from now on knocks again
        if (open) {
            keeper.answer(this);
        }
    }

    /// What the loop runs. A class and no lambda, as every start with loops comes here.
    private final class Step implements Loop.Step {
        @Override
        public void take(@Nullable Turn present) {
            answer();
        }
    }

    /// Lets connections in.
    @FunctionalInterface
    public interface Keeper {
        /// Takes some of the connections that wait, perhaps none. Does not wait, and throws nothing.
        ///
        /// @param door where they wait
        void answer(Door door);
    }
}
