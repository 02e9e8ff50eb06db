package wai.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// Who is woken, where nobody, a thread, or a connection without one waits.
class WaiterTest {
    private final List<Runnable> started = new ArrayList<>();
    private final Runnable driver = new FutureTask<>(() -> 1);
    private final Waiter waiter = new Waiter();

    private void start(Runnable connection) {
        started.add(connection);
    }

    @Test
    void wakesNobodyWhereNobodyWaits() {
        assertThat(waiter.wake(this::start)).isFalse();
        assertThat(started).isEmpty();
    }

    @Test
    void letsAThreadGoOnce() {
        waiter.announce();
        assertThat(waiter.isAwaited()).isTrue();

        assertThat(waiter.wake(this::start)).isTrue();
        assertThat(waiter.isAwaited()).isFalse();
        assertThat(waiter.wake(this::start)).isFalse();
        assertThat(started).isEmpty();
    }

    @Test
    void startsAThreadOnceForAConnectionThatHasNone() {
        waiter.announce(driver);
        assertThat(waiter.isAwaited()).isFalse();
        assertThat(waiter.isWaiting()).isTrue();

        assertThat(waiter.wake(this::start)).isTrue();
        assertThat(waiter.wake(this::start)).isFalse();
        assertThat(started).containsExactly(driver);
    }

    @Test
    void aConnectionWhoseThreadCannotBeStartedGoesOnWaiting() {
        waiter.announce(driver);

        assertThatThrownBy(() -> waiter.wake(_ -> {
                    throw new OutOfMemoryError("a test's");
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(waiter.isWaiting()).isTrue();
        assertThat(waiter.wake(this::start)).isTrue();
        assertThat(started).containsExactly(driver);
    }

    @Test
    void aConnectionThatWasWokenCannotTakeThatBack() {
        waiter.announce(driver);
        assertThat(waiter.cancel(driver)).isTrue();
        assertThat(waiter.isWaiting()).isFalse();
        waiter.announce(driver);
        waiter.wake(this::start);

        assertThat(waiter.cancel(driver)).isFalse();
    }
}
