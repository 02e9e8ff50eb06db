package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void aWaitMayTakeItsLimit() {
        var pace = new Pace(new Pace.Terms(5 * SECOND, 100));

        assertThat(pace.allowance()).isEqualTo(5 * SECOND);
    }

    @Test
    void allWaitsTogetherMayTakeTheGraceAndWhatTheBytesEarn() {
        var pace = new Pace(new Pace.Terms(5 * SECOND, 100));

        pace.count(4 * SECOND, 99);
        assertThat(pace.allowance()).isEqualTo(SECOND);
        pace.count(0, 1);
        assertThat(pace.allowance()).isEqualTo(2 * SECOND);
        pace.count(2 * SECOND, 0);
        assertThat(pace.allowance()).isZero();
        pace.count(0, 10_000);
        assertThat(pace.allowance()).isEqualTo(5 * SECOND);
    }

    @Test
    void withoutARateOnlyTheLimitCounts() {
        var pace = new Pace(new Pace.Terms(5 * SECOND, 0));
        pace.count(1000 * SECOND, 1);

        assertThat(pace.allowance()).isEqualTo(5 * SECOND);
    }

    @Test
    void anotherBodyBeginsAnew() {
        var pace = new Pace(new Pace.Terms(5 * SECOND, 100));
        pace.count(5 * SECOND, 0);
        pace.restart();

        assertThat(pace.allowance()).isEqualTo(5 * SECOND);
    }

    @Test
    void whatIsEarnedDoesNotOverflow() {
        var pace = new Pace(new Pace.Terms(5 * SECOND, 1));
        long wrapsToNearlyNothing = 18_446_744_074L; // times a second in nanoseconds: just past two to the 64
        pace.count(10_000 * SECOND, wrapsToNearlyNothing);

        assertThat(pace.allowance()).isEqualTo(5 * SECOND);
    }

    @Test
    void neverIsNotShortenedByTheRate() {
        var pace = new Pace(new Pace.Terms(Deadline.LONGEST, 1));
        pace.count(SECOND, Long.MAX_VALUE / 2);

        assertThat(pace.allowance()).isEqualTo(Deadline.LONGEST);
    }
}
