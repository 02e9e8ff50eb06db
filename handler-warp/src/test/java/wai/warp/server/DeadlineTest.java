package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Headers;
import wai.warp.settings.Timeouts.Kind;

/// The times are multiples of eight: the lowest bits hold the kind of wait.
class DeadlineTest {
    private final Deadline deadline = new Deadline(
            new Visit(new DeadlineWheel(new Ticker(() -> 0, InstantSource.system(), Headers.EMPTY)), _ -> Visit.NEVER));

    @Test
    void passesOnceWhenItsTimeHasCome() {
        deadline.start(96, 16, Kind.IDLE);

        assertThat(deadline.takeIfPassed(111)).isNull();
        assertThat(deadline.takeIfPassed(112)).isEqualTo(Kind.IDLE);
        assertThat(deadline.takeIfPassed(113)).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void tellsWhatWasWaitedFor(Kind kind) {
        deadline.start(96, 16, kind);

        assertThat(deadline.takeIfPassed(112)).isEqualTo(kind);
    }

    @Test
    void neverPassesWhenThereIsNone() {
        assertThat(deadline.takeIfPassed(Long.MAX_VALUE)).isNull();

        deadline.start(100, Deadline.LONGEST, Kind.IDLE);

        assertThat(deadline.takeIfPassed(Long.MAX_VALUE / 2)).isNull();
        assertThat(deadline.isTaken()).isFalse();
    }

    @Test
    void tellsWhenItPassesWhileItIsWaitedFor() {
        assertThat(deadline.time()).isEqualTo(Visit.NEVER);

        deadline.start(96, 16, Kind.WRITE);
        assertThat(deadline.time()).isEqualTo(112);
        deadline.takeIfPassed(112);
        assertThat(deadline.time()).isEqualTo(Visit.NEVER);
        deadline.clear();

        assertThat(deadline.time()).isEqualTo(Visit.NEVER);
    }

    @Test
    void theEndOfTheWaitTellsWhetherItCameTooLate() {
        deadline.start(96, 16, Kind.IDLE);
        deadline.takeIfPassed(111);
        assertThat(deadline.clear()).isFalse();

        deadline.start(96, 16, Kind.IDLE);
        deadline.takeIfPassed(112);

        assertThat(deadline.clear()).isTrue();
        assertThat(deadline.clear()).isFalse();
    }

    @Test
    void isTakenUntilTheConnectionEndsTheWait() {
        deadline.start(96, 16, Kind.IDLE);
        deadline.takeIfPassed(112);
        assertThat(deadline.isTaken()).isTrue();

        deadline.clear();

        assertThat(deadline.isTaken()).isFalse();
    }

    @Test
    void isTakenUntilTheConnectionBeginsAnotherWait() {
        deadline.start(96, 16, Kind.IDLE);
        deadline.takeIfPassed(112);

        deadline.start(112, 8, Kind.IDLE);

        assertThat(deadline.isTaken()).isFalse();
        assertThat(deadline.takeIfPassed(120)).isEqualTo(Kind.IDLE);
    }

    @Test
    void passesAlsoWhereTheClockIsNegative() {
        deadline.start(-96, 8, Kind.IDLE);

        assertThat(deadline.takeIfPassed(-89)).isNull();
        assertThat(deadline.takeIfPassed(-88)).isEqualTo(Kind.IDLE);
    }
}
