package wai.transport;

import java.io.IOException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The I/O manager: all pollers of a server, which get its connections in turn.
public final class Pollers implements Opener, AutoCloseable {
    private final List<? extends Poller> all;
    private final @Nullable Watchdog watchdog;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger nextDoor = new AtomicInteger();

    Pollers(List<? extends Poller> all, @Nullable Watchdog watchdog) {
        this.all = all;
        this.watchdog = watchdog;
    }

    /// Pollers that share the carriers of all virtual threads with the connections.
    ///
    /// @param count how many
    /// @param onFailure told of failures of a selector itself; the poller goes on after them
    /// @return the pollers
    /// @throws IOException when there can be no selector
    public static Pollers shared(int count, Consumer<Throwable> onFailure) throws IOException {
        var all = new ArrayList<SharedPoller>();
        try {
            while (all.size() < count) {
                all.add(new SharedPoller(onFailure));
            }
        } catch (IOException e) {
            closeSelectors(all);
            throw e;
        }
        return new Pollers(all, null);
    }

    /// Starts loops, each of which runs its connections' threads itself.
    ///
    /// @param count how many
    /// @param spares how many threads may go on with a loop whose own thread is held up
    /// @param onFailure told of failures of a selector itself, and of a loop that stands still for want of spares
    /// @return the loops
    /// @throws IOException when there can be no selector
    /// @throws UnsupportedOperationException when the JDK does not let us; the message tells how it would
    public static Pollers loops(int count, int spares, Consumer<Throwable> onFailure) throws IOException {
        return loops(count, Watchdog.TICK_NANOS, spares, onFailure);
    }

    static Pollers loops(int count, long tickNanos, int spares, Consumer<Throwable> onFailure) throws IOException {
        var scheduling = Scheduling.find();
        var watchdog = new Watchdog(tickNanos, spares, onFailure);
        var all = new ArrayList<Loop>();
        try {
            while (all.size() < count) {
                all.add(new Loop(scheduling, watchdog, all, onFailure));
            }
        } catch (IOException e) {
            closeSelectors(all);
            throw e;
        }
        watchdog.run(all);
        watchdog.start();
        return new Pollers(all, watchdog);
    }

    /// There may be too few descriptors for all.
    private static void closeSelectors(List<? extends Poller> opened) throws IOException {
        for (var poller : opened) {
            poller.selector.close();
        }
    }

    /// Has the connections that come later read and write by direct system calls, where this JVM was started with what
    /// that takes ([SystemCalls]). Not at once: to find them takes longer than a start should. When they are not found,
    /// `onFailure` is told, as somebody asked for them.
    public void prepareDirectCalls() {
        if (mayCallDirectly()) {
            Thread.ofPlatform().name("wai-system-calls").daemon().start(new Preparation());
        }
    }

    /// Whether connections that come now read and write by direct system calls.
    ///
    /// @return false until they are found, or for good
    public boolean makeDirectCalls() {
        return all.getLast().hasCalls();
    }

    /// Whether it is worth the time to look for system calls. Not in [SystemCalls], so that a start without them
    /// does not load that class.
    static boolean mayCallDirectly() {
        var module = Pollers.class.getModule();
        return module.isNativeAccessEnabled()
                && Object.class.getModule().isOpen("sun.nio.ch", module)
                && System.getProperty("os.name", "").equals("Linux")
                && System.getProperty("sun.arch.data.model", "").equals("64");
    }

    void use(SystemCalls calls) {
        all.forEach(poller -> poller.use(calls));
    }

    /// Whether these are loops.
    ///
    /// @return false when they are shared pollers
    public boolean areLoops() {
        return watchdog != null;
    }

    /// A transport over an accepted connection, which waits on one of these in turn.
    ///
    /// @param channel belongs to the transport from now on
    /// @return the transport
    /// @throws IOException when the connection has ended already
    @Override
    public Transport transport(SocketChannel channel) throws IOException {
        return new ChannelTransport(channel, next());
    }

    /// Has a loop watch a listening socket; [Door#open()] begins. Each door is another loop's, as far as there are.
    ///
    /// @param channel not registered anywhere; stays the caller's, and is non-blocking from now on
    /// @param keeper lets in who knocks
    /// @return the door; null when these are no loops, or the channel is none that selectors know
    /// @throws IOException when the channel is closed
    public @Nullable Door door(ServerSocketChannel channel, Door.Keeper keeper) throws IOException {
        if (!(all.get(Math.floorMod(nextDoor.getAndIncrement(), all.size())) instanceof Loop loop)) {
            return null;
        }
        try {
            return new Door(loop, channel, keeper).hang();
        } catch (IllegalSelectorException _) {
            channel.configureBlocking(true); // somebody's own, around another one
            return null;
        }
    }

    /// The poller for the next connection.
    Poller next() {
        return all.get(Math.floorMod(next.getAndIncrement(), all.size()));
    }

    /// Ends them; their channels must be closed by then. Threads of connections that have not ended go on.
    @Override
    public void close() {
        all.forEach(Poller::close);
        if (watchdog != null) {
            watchdog.close();
        }
    }

    /// A class and no lambda, as starts come here.
    private final class Preparation implements Runnable {
        @Override
        public void run() {
            try {
                use(SystemCalls.find());
            } catch (RuntimeException | Error e) {
                all.getFirst().onFailure.accept(e);
            }
        }
    }
}
