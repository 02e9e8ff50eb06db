package wai.transport;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Which thread drives which connection, and what it finds there. Nobody takes the loop from its thread in between.
@EnabledIfSystemProperty(named = "transport.loops", matches = "possible")
class WorkerTest {
    private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
    private static final ThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Pollers pollers;

    WorkerTest() throws IOException {
        pollers = Pollers.loops(1, HOURS.toNanos(1), 1, failures::add);
    }

    @AfterEach
    void stop() {
        pollers.close();
        assertThat(failures).isEmpty();
    }

    private <T> FutureTask<T> run(Callable<T> driver) {
        var task = new FutureTask<>(driver);
        pollers.next().start(task);
        return task;
    }

    private static <T> T get(FutureTask<T> task) throws Exception {
        return task.get(20, SECONDS);
    }

    @Test
    void oneThreadDrivesWhatDoesNotBlock() throws Exception {
        var threads = new HashSet<Thread>();
        for (int i = 0; i < 200; i++) {
            threads.add(get(run(Thread::currentThread)));
        }

        assertThat(threads).hasSize(1);
    }

    /// A loop that has just been woken is not held up.
    @Test
    void theThreadOfTheLoopRunsWhatWakesIt() throws Exception {
        var loops = new HashSet<String>();
        for (int i = 0; i < 1000; i++) {
            try (var asleep = Pollers.loops(1, HOURS.toNanos(1), 1, failures::add)) {
                var driver = new FutureTask<>(() -> Thread.currentThread().toString());
                asleep.next().start(driver);
                var where = get(driver);
                loops.add(where.substring(where.indexOf('@')));
            }
        }

        assertThat(loops).containsExactly("@wai-loop-1");
    }

    @Test
    void whatIsStartedTogetherIsDrivenInThatOrder() throws Exception {
        var order = new CopyOnWriteArrayList<Integer>();
        var started = get(run(() -> {
            var tasks = new ArrayList<FutureTask<Boolean>>();
            for (int i = 0; i < 1000; i++) {
                int mine = i;
                tasks.add(run(() -> order.add(mine)));
            }
            return tasks;
        }));
        for (var task : started) {
            get(task);
        }

        assertThat(order).isSorted().hasSize(1000);
    }

    @Test
    void whatBlocksHasAThreadOfItsOwnAndThoseAreKept() throws Exception {
        var first = blocked(20);
        assertThat(first).hasSize(20);

        assertThat(blocked(20)).isEqualTo(first);
    }

    /// Has so many drivers block at a time.
    ///
    /// @return their threads
    private Set<Thread> blocked(int count) throws Exception {
        var begun = new CountDownLatch(count);
        var open = new CountDownLatch(1);
        var tasks = new ArrayList<FutureTask<Thread>>();
        for (int i = 0; i < count; i++) {
            tasks.add(run(() -> {
                begun.countDown();
                open.await();
                return Thread.currentThread();
            }));
        }
        begun.await();
        open.countDown();
        var threads = new HashSet<Thread>();
        for (var task : tasks) {
            threads.add(get(task));
        }
        get(run(() -> 1)); // behind it all: the loop has had each of them go on, so that they wait for work by now
        return threads;
    }

    @Test
    void noMoreThanSoManyAreKept() throws Exception {
        var threads = blocked(Loop.MOST_IDLE + 20);

        assertThat(threads).hasSize(Loop.MOST_IDLE + 20);
        while (threads.stream().filter(Thread::isAlive).count() > Loop.MOST_IDLE) {
            Thread.onSpinWait();
        }
        assertThat(blocked(Loop.MOST_IDLE)).isSubsetOf(threads);
    }

    @Test
    void theThreadIsAsNewForEachConnection() throws Exception {
        var before = get(run(() -> {
            var mine = Thread.currentThread();
            LOCAL.set("left behind");
            INHERITABLE.set("left behind");
            mine.setName("left behind");
            mine.setContextClassLoader(null);
            mine.interrupt();
            return mine;
        }));

        get(run(() -> {
            var mine = Thread.currentThread();
            assertThat(mine).isSameAs(before);
            assertThat(LOCAL.get()).isNull();
            assertThat(INHERITABLE.get()).isNull();
            assertThat(mine.getName()).isEmpty();
            assertThat(mine.getContextClassLoader()).isSameAs(ClassLoader.getSystemClassLoader());
            assertThat(mine.isInterrupted()).isFalse();
            return true;
        }));
    }

    @Test
    void whatADriverThrowsEndsItsThreadOnly() throws Exception {
        var seen = new CopyOnWriteArrayList<Throwable>();
        var thrower = new CompletableFuture<Thread>();
        pollers.next().start(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> seen.add(thrown));
            thrower.complete(Thread.currentThread());
            throw new StackOverflowError("a test's");
        });
        thrower.get(20, SECONDS).join();

        assertThat(seen).singleElement().isInstanceOf(StackOverflowError.class);
        assertThat(get(run(() -> 1))).isEqualTo(1);
    }

    @Test
    void threadsEndWithTheLoop() throws Exception {
        var threads = blocked(5);

        pollers.close();

        for (var thread : threads) {
            thread.join();
        }
    }

    @Test
    void whatWaitsWhenTheLoopIsClosedIsDriven() throws Exception {
        var open = new CountDownLatch(1);
        var queued = get(run(() -> {
            var tasks = new ArrayList<FutureTask<Integer>>();
            for (int i = 0; i < 5; i++) {
                tasks.add(run(() -> {
                    open.await();
                    return 7;
                }));
            }
            pollers.close();
            return tasks;
        }));
        open.countDown();

        for (var task : queued) {
            assertThat(get(task)).isEqualTo(7);
        }
    }
}
