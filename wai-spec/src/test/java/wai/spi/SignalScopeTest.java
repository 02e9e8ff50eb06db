package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignalScopeTest {
    private final Signal signal = new Signal(failure -> {
        throw new AssertionError(failure);
    });
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger runs = new AtomicInteger();
    private final SignalScope scope = new SignalScope(signal, over::get);

    @Test
    void runsActionsWhenTheSignalFires() {
        scope.add(runs::incrementAndGet);
        scope.add(runs::incrementAndGet);

        signal.fire();
        signal.awaitActions();

        assertThat(runs).hasValue(2);
    }

    @Test
    void runsAnActionAtOnceWhenTheSignalHasFired() {
        signal.fire();

        scope.add(runs::incrementAndGet);
        signal.awaitActions();

        assertThat(runs).hasValue(1);
    }

    @Test
    void runsNothingWhenItsOwnerIsOverAndHasNotEndedItYet() {
        scope.add(runs::incrementAndGet);
        over.set(true);

        signal.fire();
        signal.awaitActions();

        assertThat(runs).hasValue(0);
    }

    @Test
    void runsNothingThatComesWhenItsOwnerIsOver() {
        over.set(true);
        scope.end();
        scope.add(runs::incrementAndGet);

        over.set(false); // which no owner does: so that only what is in the signal counts
        signal.fire();
        signal.awaitActions();

        assertThat(runs).hasValue(0);
    }

    @Test
    void leavesNothingInTheSignalAndOnlyItsOwn() {
        var others = new SignalScope(signal, () -> false);
        others.add(() -> runs.addAndGet(10));
        scope.add(runs::incrementAndGet);
        scope.add(runs::incrementAndGet);
        over.set(true);
        scope.end();
        scope.end();

        over.set(false); // as above
        signal.fire();
        signal.awaitActions();

        assertThat(runs).hasValue(10);
    }
}
