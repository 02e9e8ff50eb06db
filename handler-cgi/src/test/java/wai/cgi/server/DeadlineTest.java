package wai.cgi.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import wai.cgi.settings.Timeouts;

class DeadlineTest {
    @Test
    void passesAtItsTimeAndNotBefore() {
        var deadline = new Deadline();
        deadline.start(1_000, Duration.ofNanos(50));

        assertThat(deadline.takeIfPassed(1_049)).isFalse();
        assertThat(deadline.takeIfPassed(1_050)).isTrue();
        assertThat(deadline.takeIfPassed(1_051)).as("a second time").isFalse();
        assertThat(deadline.clear()).isTrue();
        assertThat(deadline.clear()).isFalse();
    }

    @Test
    void isTakenUntilTheThreadThatWaitsHasNoticedOrWaitsAnew() {
        var deadline = new Deadline();
        deadline.start(1_000, Duration.ofNanos(50));
        assertThat(deadline.isTaken()).isFalse();

        assertThat(deadline.takeIfPassed(1_050)).isTrue();
        assertThat(deadline.isTaken()).isTrue();
        deadline.start(1_050, Duration.ofNanos(50));

        assertThat(deadline.isTaken()).isFalse();
        assertThat(deadline.clear()).isFalse();
    }

    @Test
    void doesNotPassAfterTheWaitHasEnded() {
        var deadline = new Deadline();
        deadline.start(1_000, Duration.ofNanos(50));

        assertThat(deadline.clear()).isFalse();
        assertThat(deadline.takeIfPassed(Long.MAX_VALUE - 2)).isFalse();
    }

    @Test
    void neverPassesWithoutALimit() {
        var deadline = new Deadline();
        deadline.start(Long.MIN_VALUE / 2, Timeouts.NEVER);

        assertThat(deadline.takeIfPassed(Long.MAX_VALUE - 2)).isFalse();
    }
}
