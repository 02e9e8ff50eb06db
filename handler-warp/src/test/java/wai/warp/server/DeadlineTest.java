package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final Deadline deadline = new Deadline();

    @Test
    void passesOnceWhenItsTimeHasCome() {
        deadline.start(100, 10);

        assertThat(deadline.takeIfPassed(109)).isFalse();
        assertThat(deadline.takeIfPassed(110)).isTrue();
        assertThat(deadline.takeIfPassed(111)).isFalse();
    }

    @Test
    void neverPassesWhenThereIsNone() {
        assertThat(deadline.takeIfPassed(Long.MAX_VALUE)).isFalse();

        deadline.start(100, Deadline.LONGEST);

        assertThat(deadline.takeIfPassed(Long.MAX_VALUE / 2)).isFalse();
        assertThat(deadline.isTaken()).isFalse();
    }

    @Test
    void isTakenUntilTheConnectionEndsTheWait() {
        deadline.start(100, 10);
        deadline.takeIfPassed(110);
        assertThat(deadline.isTaken()).isTrue();

        deadline.clear();

        assertThat(deadline.isTaken()).isFalse();
    }

    @Test
    void isTakenUntilTheConnectionBeginsAnotherWait() {
        deadline.start(100, 10);
        deadline.takeIfPassed(110);

        deadline.start(110, 10);

        assertThat(deadline.isTaken()).isFalse();
        assertThat(deadline.takeIfPassed(120)).isTrue();
    }

    @Test
    void passesAlsoWhereTheClockIsNegative() {
        deadline.start(-100, 10);

        assertThat(deadline.takeIfPassed(-91)).isFalse();
        assertThat(deadline.takeIfPassed(-90)).isTrue();
    }
}
