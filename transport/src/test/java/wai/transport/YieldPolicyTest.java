package wai.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// When a loop yields before it sleeps, in a time of the test's own.
class YieldPolicyTest {
    private final YieldPolicy policy = new YieldPolicy();
    /// Just before the largest number, so that it overflows on the way.
    private long now = Long.MAX_VALUE - YieldPolicy.LONG_NANOS;

    @Test
    void yieldsWhileOthersGiveTheProcessorBack() {
        for (int i = 0; i < 1000; i++) {
            assertThat(policy.isDue(now)).as("yield %d", i).isTrue();
            yields(YieldPolicy.LONG_NANOS);
        }
    }

    @Test
    void restsWhenOthersComputeAgainAndAgain() {
        for (int i = 0; i < YieldPolicy.MOST_LONG; i++) {
            assertThat(policy.isDue(now)).as("yield %d", i).isTrue();
            yields(YieldPolicy.LONG_NANOS + 1);
        }

        assertThat(policy.isDue(now)).isFalse();
        assertThat(policy.isDue(now + YieldPolicy.REST_NANOS - 1)).isFalse();
        assertThat(policy.isDue(now + YieldPolicy.REST_NANOS)).isTrue();
    }

    @Test
    void oneTrialBehindARestTellsWhetherToRestOn() {
        rest();

        assertThat(policy.isDue(now)).isTrue();
        yields(YieldPolicy.LONG_NANOS + 1);

        assertThat(policy.isDue(now)).isFalse();
        now += YieldPolicy.REST_NANOS;
        assertThat(policy.isDue(now)).isTrue();
        yields(1);
        assertThat(policy.isDue(now)).isTrue();
    }

    @Test
    void doesNotRestWhenLongYieldsAreRare() {
        for (int i = 0; i < 1000; i++) {
            yields(YieldPolicy.LONG_NANOS + 1);
            for (int shorts = 0; shorts < YieldPolicy.SHORT_PER_LONG; shorts++) {
                assertThat(policy.isDue(now)).as("long yield %d", i).isTrue();
                yields(1);
            }
        }
    }

    @Test
    void restsWhenLongYieldsPrevail() {
        int longOnes = 0;
        while (longOnes < 1000 && policy.isDue(now)) {
            yields(YieldPolicy.LONG_NANOS + 1);
            longOnes++;
            for (int shorts = 0; shorts < YieldPolicy.SHORT_PER_LONG / 2 && policy.isDue(now); shorts++) {
                yields(1);
            }
        }

        assertThat(longOnes).isBetween(YieldPolicy.MOST_LONG, 2 * YieldPolicy.MOST_LONG);
    }

    private void rest() {
        for (int i = 0; i < YieldPolicy.MOST_LONG; i++) {
            yields(YieldPolicy.LONG_NANOS + 1);
        }
        now += YieldPolicy.REST_NANOS;
    }

    private void yields(long nanos) {
        policy.made(now, now + nanos);
        now += nanos;
    }
}
