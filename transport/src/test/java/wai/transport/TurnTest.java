package wai.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A turn is one word: who may go on with the loop is decided by it alone.
class TurnTest {
    private final Turn turn = new Turn(0);

    @Test
    void canBeTakenWithinAStep() {
        turn.enter();

        assertThat(turn.takeWithin(turn.get())).isTrue();
        assertThat(turn.leave()).isFalse();
    }

    @Test
    void cannotBeTakenBetweenSteps() {
        assertThat(Turn.isWithinStep(turn.get())).isFalse();
        turn.enter();
        assertThat(Turn.isWithinStep(turn.get())).isTrue();
        assertThat(turn.leave()).isTrue();
        assertThat(Turn.isWithinStep(turn.get())).isFalse();
    }

    @Test
    void isNotTakenForAnEarlierStep() {
        turn.enter();
        long first = turn.get();
        turn.leave();
        turn.enter();

        assertThat(turn.takeWithin(first)).isFalse();
        assertThat(turn.leave()).isTrue();
    }

    @Test
    void goesOnFromOneStepToTheNext() {
        turn.enter();
        long first = turn.get();

        assertThat(turn.next()).isTrue();
        assertThat(turn.takeWithin(first)).isFalse();
        assertThat(Turn.isWithinStep(turn.get())).isTrue();
        assertThat(turn.takeWithin(turn.get())).isTrue();
        assertThat(turn.next()).isFalse();
        assertThat(turn.leave()).isFalse();
    }

    @Test
    void isTakenOnce() {
        turn.enter();
        long step = turn.get();

        assertThat(turn.takeWithin(step)).isTrue();
        assertThat(turn.takeWithin(step)).isFalse();
        assertThat(Turn.isWithinStep(turn.get())).isFalse();
    }

    @Test
    void aTurnThatFollowsHasNoStepInCommon() {
        turn.enter();
        long last = turn.get();
        var next = new Turn(last);
        next.enter();

        assertThat(next.get()).isGreaterThan(last);
        assertThat(next.takeWithin(last)).isFalse();
    }
}
