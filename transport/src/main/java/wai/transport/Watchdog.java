package wai.transport;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Has another platform thread go on with a loop whose thread is held up.
///
/// It looks at all loops fifty times a second; what it saw the last time too is held up. While all loops sleep, it
/// does too. Three things hold a loop up:
///
/// - **A step** that computes, or is pinned: a spare thread takes the turn, and the held-up thread leaves the loop
///   after its step.
/// - **The selector's locks.** A connection's thread that runs elsewhere (its loop was taken from under it) may contend
///   for a monitor of the selector, as when it closes its channel. It is unmounted then, and stands in that monitor's
///   queue, perhaps before the loop's own thread: the monitor is free, the next in the queue is a virtual thread, and
///   the one thread that could run it stands behind it. A spare thread runs the loop's steps then, without its turn.
/// - **Many steps**, none of them long, between two looks at the selector: the loop is asked to look sooner.
///
/// Who knocks at the [Door] of a loop that is held up is let in by whoever goes on with it; by the watchdog itself when
/// there is no spare thread left. A selector drops the channel of a door that somebody else closes, and tells nobody:
/// the watchdog looks for such doors, too.
final class Watchdog {
    static final long TICK_NANOS = 20_000_000;
    private static final long SPARE_LIFE_SECONDS = 10;

    private final long tickNanos;
    private final Consumer<Throwable> onFailure;
    private final Semaphore spares;
    private final ExecutorService threads;
    private final Thread thread;
    private List<Loop> loops = List.of();
    private long[] seen = {};
    private int[] seenLooks = {};
    private boolean exhausted;
    private volatile boolean idle;
    private volatile boolean closed;

    /// @param tickNanos the distance of two looks
    /// @param spares how many threads may be held up at a time, besides one for each loop
    /// @param onFailure told once when there are no spares left for a loop that is held up
    Watchdog(long tickNanos, int spares, Consumer<Throwable> onFailure) {
        this.tickNanos = tickNanos;
        this.onFailure = onFailure;
        this.spares = new Semaphore(spares);
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                SPARE_LIFE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().name("wai-loop-", 1).daemon().factory());
        this.thread = Thread.ofPlatform().name("wai-watchdog").daemon().unstarted(this::run);
    }

    /// Starts the loops, to look at them from now on.
    void run(List<Loop> all) {
        loops = List.copyOf(all);
        seen = new long[all.size()];
        seenLooks = new int[all.size()];
        for (var loop : loops) {
            threads.execute(() -> run(loop, loop.turn()));
        }
    }

    /// Begins to look.
    void start() {
        thread.start();
    }

    /// A loop has something to do again. From any thread.
    void look() {
        if (idle) {
            idle = false;
            LockSupport.unpark(thread);
        }
    }

    /// Ends it, and the loops' threads as soon as nothing holds them up.
    void close() {
        closed = true;
        threads.shutdown();
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            pause(); // also behind a sleep: a loop that wakes up has not begun yet, and is not held up
            boolean busy = true;
            try {
                busy = lookAtAll();
            } catch (RuntimeException | Error e) { // no memory, perhaps; the loops still need it
                onFailure.accept(e);
            }
            if (!busy) {
                sleep();
            }
        }
    }

    /// Waits for a whole tick, whatever was left of the wake-ups before: a step that is seen twice is taken for long.
    private void pause() {
        long end = System.nanoTime() + tickNanos;
        for (long left = tickNanos; left > 0 && !closed; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /// Looks once.
    ///
    /// @return whether any loop has done anything since the last look, or is about to
    boolean lookAtAll() {
        boolean busy = false;
        for (int i = 0; i < seen.length; i++) {
            busy |= lookAt(i);
        }
        return busy;
    }

    /// A loop that wakes up sets `asleep` first and looks at `idle` afterwards, so one of the two sees the other.
    private void sleep() {
        idle = true;
        if (!closed && loops.stream().allMatch(Poller::isAsleep)) {
            LockSupport.park(this);
        }
        idle = false;
    }

    /// @return whether the loop has done anything since it was last looked at, or is about to
    private boolean lookAt(int index) {
        var loop = loops.get(index);
        var turn = loop.turn();
        long number = turn.get();
        boolean same = seen[index] == number;
        boolean asleep = loop.isAsleep();
        int looks = loop.looks();
        if (same && Turn.isWithinStep(number)) {
            if (!onSpareThread(() -> takeOver(loop, turn, number))) {
                loop.answerDoors(); // nobody is served, but whoever is one too many is told so
            }
        } else if (!same && looks == seenLooks[index]) {
            loop.lookSoon(); // its steps are short enough, and too many
        } else if (same && !asleep && loop.hasWork()) {
            onSpareThread(() -> {
                loop.help();
                spares.release();
            });
        }
        loop.lookAtDoors();
        seen[index] = number;
        seenLooks[index] = looks;
        return !same || !asleep;
    }

    /// The spare thread takes the turn itself, so that nothing has changed when there can be no further thread.
    private void takeOver(Loop loop, Turn turn, long number) {
        if (turn.takeWithin(number)) {
            run(loop, new Turn(number));
        } else {
            spares.release(); // it got on meanwhile
        }
    }

    private void run(Loop loop, Turn turn) {
        loop.run(turn);
        spares.release(); // this thread was the one that was held up
    }

    /// @return false when there is no such thread
    private boolean onSpareThread(Runnable task) {
        if (!spares.tryAcquire()) {
            if (!exhausted) {
                exhausted = true;
                onFailure.accept(new IllegalStateException("a loop stands still: all spare threads are held up too, by"
                        + " applications that compute or block in native code"));
            }
            return false;
        }
        exhausted = false;
        try {
            threads.execute(task);
            return true;
        } catch (RuntimeException | Error e) { // closed, or no further thread can be had
            spares.release();
            if (!closed) {
                onFailure.accept(e);
            }
            return false;
        }
    }
}
