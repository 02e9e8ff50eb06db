package wai.transport;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What the watchdog does about what it sees. Its own thread sleeps here; the test looks in its place.
@EnabledIfSystemProperty(named = "transport.loops", matches = "possible")
@Timeout(60) // a safety net, nothing depends on it
class WatchdogTest {
    private static final int NO_SPARES = 0;

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Watchdog watchdog = new Watchdog(Watchdog.TICK_NANOS, NO_SPARES, failures::add);
    private Loop loop;

    @BeforeEach
    void start() throws Exception {
        loop = new Loop(Scheduling.find(), watchdog, List.of(), failures::add);
        watchdog.run(List.of(loop));
        awaitLookAfter(0); // so that no step comes before the first
    }

    private void awaitLookAfter(int looks) {
        while (loop.looks() == looks) {
            Thread.onSpinWait();
        }
    }

    private void awaitSleep() {
        while (!loop.isAsleep()) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void stop() {
        loop.close();
        watchdog.close();
    }

    private <T> FutureTask<T> run(Callable<T> step) {
        var task = new FutureTask<>(step);
        loop.start(task);
        return task;
    }

    private static <T> T get(FutureTask<T> task) throws Exception {
        return task.get(20, SECONDS);
    }

    /// A step of the loop that keeps it until it is told to end.
    private final class Step {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private final FutureTask<Integer> looks = run(() -> {
            begun.countDown();
            while (end.getCount() > 0) {
                Thread.onSpinWait(); // waiting would let go of the loop
            }
            return loop.looks();
        });

        void awaitBegin() throws InterruptedException {
            begun.await();
        }

        void end() {
            end.countDown();
        }
    }

    // ------------------------------------------------------------------------------------------ many steps

    @Test
    void hasTheSelectorLookedAtWhenStepsFollowEachOtherWithoutEnd() throws Exception {
        var first = new Step();
        first.awaitBegin();
        var second = new Step();
        var third = new Step();
        watchdog.lookAtAll();
        first.end();
        second.awaitBegin(); // without a look at the selector in between

        watchdog.lookAtAll();
        second.end();
        third.end();

        assertThat(get(second.looks)).isEqualTo(get(first.looks));
        assertThat(get(third.looks)).isEqualTo(get(first.looks) + 1);
    }

    @Test
    void leavesALoopAloneThatLooksAtItsSelectorByItself() throws Exception {
        var first = new Step();
        first.awaitBegin();
        watchdog.lookAtAll();
        first.end();
        awaitLookAfter(get(first.looks));
        var second = new Step();
        second.awaitBegin();
        var third = new Step();

        watchdog.lookAtAll();
        second.end();
        third.end();

        assertThat(get(second.looks)).isGreaterThan(get(first.looks));
        assertThat(get(third.looks)).isEqualTo(get(second.looks));
    }

    // ------------------------------------------------------------------------------------------ lost doors

    @Test
    void hasADoorAnsweredWhoseChannelSomebodyElseHasClosed() throws Exception {
        var answers = new LinkedBlockingQueue<String>();
        var pollers = new Pollers(List.of(loop), watchdog);
        var channel = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var door = requireNonNull(pollers.door(channel, at -> {
            at.shut();
            answers.add(Thread.currentThread().getName());
        }));
        door.open();
        get(run(() -> 1)); // the loop listens
        awaitSleep(); // and has nothing more to do, not even the end of that step
        watchdog.lookAtAll();
        assertThat(answers).isEmpty();

        channel.close();
        watchdog.lookAtAll();

        assertThat(answers.poll(20, SECONDS)).startsWith("wai-loop-");
        watchdog.lookAtAll();
        get(run(() -> 1));
        assertThat(answers).isEmpty();
        assertThat(failures).isEmpty();
        door.close();
    }
}
