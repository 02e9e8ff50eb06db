package wai.warp.transport;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A poller that is the scheduler of the connections it serves: one platform thread at a time runs their virtual
/// threads, one after the other, and selects when none can run.
///
/// So nothing crosses threads between "the socket is ready" and "the application runs". A connection's thread that
/// does not let go (it computes, or is pinned) would stop all others of the loop; the [Watchdog] then has another
/// platform thread go on with the loop. Who may go on is one word, [Turn]: the thread that lost its turn finishes
/// what it runs and touches the loop no more. What can run is in a concurrent queue, so that nothing is lost or run
/// twice whoever owns the loop.
///
/// Only connections run here. Virtual threads that an application starts go to the default scheduler ([Seat]).
final class Loop extends Poller {
    /// How many steps are run before the selector is looked at again: threads that yield must not keep others waiting.
    private static final int STEPS_BETWEEN_POLLS = 64;

    private final Scheduling scheduling;
    private final Watchdog watchdog;
    private final Queue<Runnable> runnable = new ConcurrentLinkedQueue<>();
    /// Listening sockets that it watches.
    final List<Door> doors = new CopyOnWriteArrayList<>();

    private volatile Turn turn = new Turn(0);
    /// How often the selector was looked at. By whose turn it is.
    private final AtomicInteger looks = new AtomicInteger();
    /// Whether the selector is to be looked at before the next step.
    private volatile boolean lookDue;

    Loop(Scheduling scheduling, Watchdog watchdog, Consumer<Throwable> onFailure) throws IOException {
        super(onFailure);
        this.scheduling = scheduling;
        this.watchdog = watchdog;
    }

    @Override
    public Thread start(Runnable connection) {
        var thread = scheduling.newThread(new Seat(), connection);
        thread.start();
        return thread;
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
        emigrate();
    }

    @Override
    boolean hasWork() {
        return !runnable.isEmpty();
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

    /// Has a step run that is no connection's. By whose turn it is.
    void add(Runnable step) {
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
        for (Runnable step; left > 0 && (step = runnable.poll()) != null; left--) {
            run(step);
        }
    }

    /// @return false when the turn is lost
    private boolean serve(Turn mine) throws IOException {
        while (!isClosed()) {
            if (!runSome(mine)) {
                return false;
            }
            if (lookDue) {
                lookDue = false;
            }
            looks.setRelease(looks.getPlain() + 1);
            if (hasWork()) {
                poll();
            } else {
                block();
            }
        }
        return true;
    }

    private boolean runSome(Turn mine) {
        for (int i = 0; i < STEPS_BETWEEN_POLLS && !lookDue; i++) {
            var step = runnable.poll();
            if (step == null) {
                return true;
            }
            mine.enter();
            run(step);
            if (!mine.leave()) {
                return false;
            }
        }
        return true;
    }

    private void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) { // not what the thread throws, which has a handler of its own
            onFailure.accept(e);
        }
    }

    /// Has a step of a connection's thread run. From any thread.
    private void schedule(Runnable step) {
        runnable.add(step);
        wake();
        if (isClosed()) { // looked at after the step was added, so that close() sees it or we see that it is closed
            emigrate();
        }
    }

    private void emigrate() {
        for (Runnable step; (step = runnable.poll()) != null; ) {
            scheduling.standard().execute(step);
        }
    }

    /// The scheduler of one connection's thread: its steps are run by the loop.
    ///
    /// A virtual thread that is started by another one inherits its scheduler, so steps of the application's own
    /// threads come here too, and go on to the default scheduler: a fan-out has all carriers, as anywhere else.
    private final class Seat implements Executor {
        /// What runs the connection's thread, always the same: the first step, before there can be other threads.
        private @Nullable Runnable own;

        @Override
        @SuppressWarnings("ReferenceEquality") // it is this one or another
        public void execute(Runnable step) {
            if (own == null) {
                own = step;
            }
            if (step == own) {
                schedule(step);
            } else {
                scheduling.standard().execute(step);
            }
        }
    }
}
