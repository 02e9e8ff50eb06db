package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignalTest {
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final Signal signal = new Signal(failures::add);

    @Test
    void runsEachActionOnceHoweverOftenItFires() {
        var runs = new AtomicInteger();
        signal.add(runs::incrementAndGet);
        signal.add(runs::incrementAndGet);

        signal.fire();
        signal.fire();
        signal.awaitActions();

        assertThat(runs).hasValue(2);
    }

    @Test
    void runsNothingBeforeItFires() {
        var runs = new AtomicInteger();
        signal.add(runs::incrementAndGet);

        signal.awaitActions();

        assertThat(runs).hasValue(0);
    }

    @Test
    void runsAnActionAtOnceThatComesLate() {
        var runs = new AtomicInteger();
        signal.fire();

        signal.add(runs::incrementAndGet);
        signal.awaitActions();

        assertThat(runs).hasValue(1);
    }

    @Test
    void runsNoActionThatWasRemoved() {
        var runs = new AtomicInteger();
        Runnable removed = () -> runs.addAndGet(10);
        signal.add(removed);
        signal.add(runs::incrementAndGet);

        signal.remove(removed);
        signal.fire();
        signal.awaitActions();

        assertThat(runs).hasValue(1);
    }

    @Test
    void letsNoActionWaitForAnother() {
        var permits = new Semaphore(0);
        signal.add(permits::acquireUninterruptibly);
        signal.add(permits::release);

        signal.fire();
        signal.awaitActions();

        assertThat(permits.availablePermits()).isZero();
    }

    @Test
    void tellsWhatAnActionThrew() {
        var failure = new IllegalStateException("no");
        signal.add(() -> {
            throw failure;
        });

        signal.fire();
        signal.awaitActions();

        assertThat(failures).containsExactly(failure);
    }

    @Test
    void waitsForItsActionsThoughItIsInterrupted() {
        var waiting = Thread.currentThread();
        var ended = new AtomicInteger();
        signal.add(() -> {
            waiting.interrupt();
            ended.set(1);
        });

        signal.fire();
        signal.awaitActions();

        assertThat(ended).hasValue(1);
        assertThat(Thread.interrupted()).isFalse();
    }
}
