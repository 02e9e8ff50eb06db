package wai.transport;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A poller that is the scheduler of the connections it serves: one platform thread at a time runs the virtual threads
/// that drive them, one after the other, and selects when none can run.
///
/// So nothing crosses threads between "the socket is ready" and "the application runs". Connections that have
/// something to do wait in a queue for a [Worker], which drives them in turn.
///
/// A worker that does not let go (the application computes, or is pinned) would stop all connections of the loop; the
/// [Watchdog] then has another platform thread go on with the loop. Who may go on is one word, [Turn]: the thread that
/// lost its turn finishes what it runs and touches the loop no more. What can run is in concurrent queues, so that
/// nothing is lost or run twice whoever owns the loop.
///
/// Only connections run here. Virtual threads that an application starts go to the default scheduler.
final class Loop extends Poller {
    /// How many steps are run before the selector is looked at again: threads that yield must not keep others waiting.
    private static final int STEPS_BETWEEN_POLLS = 64;
    /// How many workers are kept that have nothing to do.
    static final int MOST_IDLE = 256;

    /// How long who comes in here may wait for its turn before that is worth another loop's waking.
    private static final long PATIENCE_NANOS = 50_000;

    /// Which part of the connections of the others a loop may have more than they, so that packets are near.
    private static final int NEAR_PART = 4;

    private final Scheduling scheduling;
    private final Watchdog watchdog;
    /// All loops, this one too; complete before any of them runs.
    private final List<Loop> all;
    private final Queue<Step> runnable = new ConcurrentLinkedQueue<>();
    /// What a worker is to drive.
    private final Queue<Runnable> drivers = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger idleCount = new AtomicInteger();
    /// Whether a worker is on its way to the queue.
    private volatile boolean engaged;
    /// Listening sockets that it watches.
    final List<Door> doors = new CopyOnWriteArrayList<>();

    private volatile Turn turn = new Turn(0);
    /// How often the selector was looked at. By whose turn it is.
    private final AtomicInteger looks = new AtomicInteger();
    /// Whether the selector is to be looked at before the next step.
    private volatile boolean lookDue;
    /// By whose turn it is.
    private final YieldPolicy yielding = new YieldPolicy();
    private final Backlog backlog = new Backlog();

    Loop(Scheduling scheduling, Watchdog watchdog, List<Loop> all, Consumer<Throwable> onFailure) throws IOException {
        super(onFailure);
        this.scheduling = scheduling;
        this.watchdog = watchdog;
        this.all = all;
    }

    @Override
    public void start(Runnable driver) {
        drivers.add(driver);
        wake();
        if (isClosed()) { // looked at after it was added, so that close() sees it or we see that it is closed
            emigrate();
        }
    }

    /// Whose turn it is; for the watchdog.
    Turn turn() {
        return turn;
    }

    /// Runs the loop on the current platform thread, until it loses its turn or the loop is closed.
    void run(Turn mine) {
        turn = mine;
        while (!isClosed()) {
            try {
                if (!serve(mine)) {
                    return;
                }
            } catch (ClosedSelectorException _) {
                return;
            } catch (IOException | RuntimeException | Error e) { // whatever it is: without the loop nobody is served
                if (!isClosed()) {
                    onFailure.accept(e);
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
                }
            }
        }
    }

    /// Ends the loop. Threads that have not ended go on, on the default scheduler.
    @Override
    void close() {
        super.close();
        emigrate(); // first, as the selector waits for its locks, which a thread of a connection may be in the way of
        try {
            selector.close();
        } catch (IOException e) {
            onFailure.accept(e);
        }
        dismissAll();
        emigrate();
    }

    /// Where a connection that came in here is to begin: here, which wakes nobody, unless it would have to wait, or too
    /// many stay here. By whose turn it is.
    Loop forNewcomer() {
        return isBehind() ? withFewest(false, open()) : even();
    }

    private boolean isBehind() {
        long left = backlog.within(PATIENCE_NANOS);
        for (var waiting = drivers.iterator(); waiting.hasNext(); left--) {
            if (left == 0) {
                return true;
            }
            waiting.next();
        }
        return false;
    }

    /// The loop of the processor where the packets come in, as long as the loops stay about even; else the one that
    /// makes them so.
    ///
    /// So the connections of one client, or one queue of a network card, are with one loop. They come together, in
    /// batches, and the loop tends to be run where its packets are.
    @Override
    Loop better(int processor) {
        var even = even();
        if (processor < 0) {
            return even;
        }
        var near = all.get(processor % all.size());
        int fewest = othersAt(even);
        return othersAt(near) <= fewest + fewest / NEAR_PART ? near : even;
    }

    /// How many stay at a loop besides one of this loop that is to be settled.
    private int othersAt(Loop loop) {
        return loop.equals(this) ? staying() - 1 : loop.staying();
    }

    /// The loop with the fewest connections that stay; this one unless another has fewer by two.
    private Loop even() {
        return withFewest(true, staying() - 1);
    }

    /// The loop with the fewest connections; this one unless another has less than a number of them.
    private Loop withFewest(boolean onlyStaying, int bound) {
        var best = this;
        int fewest = bound;
        for (int i = 0; fewest > 0 && i < all.size(); i++) {
            var loop = all.get(i);
            int number = onlyStaying ? loop.staying() : loop.open();
            if (number < fewest) {
                best = loop;
                fewest = number;
            }
        }
        return best;
    }

    @Override
    boolean drivesFreely() {
        return true;
    }

    @Override
    boolean hasWork() {
        return !runnable.isEmpty() || !drivers.isEmpty();
    }

    @Override
    void woken() {
        watchdog.look();
    }

    /// How often the selector was looked at; for the watchdog.
    int looks() {
        return looks.get();
    }

    /// Has the selector looked at behind the present step, before others that can run. From any thread.
    void lookSoon() {
        lookDue = true;
    }

    boolean isLookDue() {
        return lookDue;
    }

    /// Has a step run that is no worker's. By whose turn it is.
    void add(Step step) {
        runnable.add(step);
    }

    /// Lets in who knocks, on another thread than the loop's.
    void answerDoors() {
        doors.forEach(Door::answer);
    }

    /// Has the doors answered that somebody else has closed. From any thread.
    void lookAtDoors() {
        for (var door : doors) {
            if (door.isLost()) {
                door.ready();
                wake();
            }
        }
    }

    /// Runs steps on another thread than the loop's.
    void help() {
        int left = STEPS_BETWEEN_POLLS;
        for (Step step; left > 0 && (step = nextStep()) != null; left--) {
            run(step, null);
        }
    }

    /// @return false when the turn is lost
    private boolean serve(Turn mine) throws IOException {
        long begin = System.nanoTime();
        while (!isClosed()) {
            if (!runSome(mine)) {
                return false;
            }
            if (lookDue) {
                lookDue = false;
            }
            looks.setRelease(looks.getPlain() + 1);
            long end = System.nanoTime();
            backlog.roundEnded(end - begin);
            begin = end;
            if (hasWork()) {
                poll();
            } else {
                yieldIfDue(end);
                block();
                begin = System.nanoTime();
            }
        }
        return true;
    }

    /// Lets those run who wait for this processor, which may be clients with requests: better than to be woken for
    /// each.
    @SuppressWarnings("ThreadPriorityCheck") // for speed alone: nothing depends on what the system makes of it
    private void yieldIfDue(long now) {
        if (yielding.isDue(now)) {
            Thread.yield();
            yielding.made(now, System.nanoTime());
        }
    }

    private boolean runSome(Turn mine) {
        for (int i = 0; i < STEPS_BETWEEN_POLLS && !lookDue; i++) {
            var step = nextStep();
            if (step == null) {
                return true;
            }
            mine.enter();
            run(step, mine);
            if (!mine.leave()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Step nextStep() {
        if (!engaged && !drivers.isEmpty()) {
            engage();
        }
        return runnable.poll();
    }

    private void run(Step step, @Nullable Turn present) {
        try {
            step.take(present);
        } catch (RuntimeException | Error e) { // not what the thread throws, which has a handler of its own
            onFailure.accept(e);
        }
    }

    // ------------------------------------------------------------------------------------------ workers

    /// Has a worker come to the queue, behind what can run already.
    private void engage() {
        engaged = true;
        boolean comes = false;
        try {
            var worker = idle.pollFirst();
            if (worker == null) {
                new Worker(this, scheduling).start();
            } else {
                idleCount.getAndDecrement();
                worker.resume();
            }
            comes = true;
        } finally {
            if (!comes) { // no memory: another one is tried
                engaged = false;
            }
        }
    }

    /// A worker has come to the queue. By the worker.
    void begins() {
        engaged = false;
    }

    /// What is to be driven next.
    ///
    /// @return null when nothing is
    @Nullable
    Runnable nextDriver() {
        var driver = drivers.poll();
        if (driver != null) {
            backlog.driven();
        }
        return driver;
    }

    /// Keeps a worker until there is something to be driven. By the worker.
    ///
    /// @return false when it is to end
    boolean keeps(Worker worker) {
        if (idleCount.get() >= MOST_IDLE) {
            return false;
        }
        worker.becomeIdle();
        idleCount.getAndIncrement();
        idle.addFirst(worker);
        if (isClosed()) { // looked at after it was added, so that close() sees it or we see that it is closed
            dismissAll();
        }
        worker.awaitWork();
        return !isClosed();
    }

    private void dismissAll() {
        for (Worker worker; (worker = idle.pollFirst()) != null; ) {
            worker.resume();
        }
    }

    /// Has a step of a worker run. From any thread.
    void schedule(Worker worker) {
        runnable.add(worker);
        wake();
        if (isClosed()) { // as in start()
            emigrate();
        }
    }

    private void emigrate() {
        for (Step step; (step = runnable.poll()) != null; ) {
            var mine = step;
            scheduling.standard().execute(() -> mine.take(null));
        }
        for (Runnable driver; (driver = drivers.poll()) != null; ) {
            Thread.startVirtualThread(driver);
        }
    }

    /// What the loop does in one go.
    interface Step {
        /// Does it.
        ///
        /// @param present under which turn; null when it is not as the loop
        void take(@Nullable Turn present);
    }
}
