package wai.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog();

    private void rounds(int count, int drivers, long nanos) {
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < drivers; j++) {
                backlog.driven();
            }
            backlog.roundEnded(nanos);
        }
    }

    @Test
    void nobodyFitsAsLongAsNothingIsKnown() {
        assertThat(backlog.within(1_000_000)).isZero();

        backlog.roundEnded(500); // nobody was driven in it

        assertThat(backlog.within(1_000_000)).isZero();
    }

    @Test
    void asManyFitAsTakeThatLongOnAverage() {
        rounds(200, 4, 40_000);

        assertThat(backlog.within(50_000)).isEqualTo(5);
        assertThat(backlog.within(9_000)).isZero();
    }

    @Test
    void whatHappensNowTellsMoreThanWhatWas() {
        rounds(200, 1, 10_000);
        rounds(20, 1, 200_000);

        assertThat(backlog.within(1_000_000)).isBetween(5L, 6L);
    }

    @Test
    void roundsInWhichNobodyWasDrivenTellNothing() {
        rounds(200, 1, 10_000);
        rounds(200, 0, 1_000_000);

        assertThat(backlog.within(100_000)).isBetween(9L, 11L);
    }
}
