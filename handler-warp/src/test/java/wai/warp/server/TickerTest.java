package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Headers;

@Timeout(60) // a safety net, nothing depends on it
class TickerTest {
    private final AtomicLong clock = new AtomicLong();
    private final InstantSource wall = () -> Instant.ofEpochSecond(0, clock.get());
    private final Ticker ticker = new Ticker(clock::get, wall, Headers.EMPTY);

    /// What can be seen of the clock.
    enum Look {
        NANOS,
        INSTANT,
        FIELDS;

        /// Looks, and tells the second that was seen.
        long at(Ticker ticker) {
            return switch (this) {
                case NANOS -> TimeUnit.NANOSECONDS.toSeconds(ticker.nanos());
                case INSTANT -> ticker.instant().getEpochSecond();
                case FIELDS -> {
                    var _ = ticker.commonFields();
                    yield TimeUnit.NANOSECONDS.toSeconds(ticker.movedTo());
                }
            };
        }
    }

    private void pass(long seconds) {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void standsStillBetweenTwoTicks(Look look) {
        pass(5);
        assertThat(look.at(ticker)).isZero();

        ticker.tick();

        assertThat(look.at(ticker)).isEqualTo(5);
    }

    @Test
    void theFieldsTellTheSecond() {
        var before = ticker.commonFields();
        ticker.tick();
        assertThat(ticker.commonFields()).isSameAs(before);

        pass(1);
        ticker.tick();

        assertThat(ticker.commonFields()).isNotSameAs(before);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void whoLooksFirstMovesItOn(Look look) {
        ticker.takeSeen();
        pass(5);

        assertThat(look.at(ticker)).isEqualTo(5);
        pass(5);

        assertThat(look.at(ticker)).isEqualTo(5);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void whoLooksWakesWhoRests(Look look) throws Exception {
        ticker.takeSeen();
        var sleeper = Thread.ofPlatform().start(() -> ticker.rest(Long.MAX_VALUE));
        while (sleeper.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        var _ = look.at(ticker);

        sleeper.join();
    }

    @Test
    void nobodyRestsWhereSomebodyLooked() {
        ticker.takeSeen();
        ticker.nanos();

        ticker.rest(Long.MAX_VALUE); // would last for ever
    }

    @Test
    void tellsOnceWhetherSomebodyLooked() {
        ticker.nanos();

        assertThat(ticker.takeSeen()).isTrue();
        assertThat(ticker.takeSeen()).isFalse();
        ticker.tick();
        ticker.movedTo();
        assertThat(ticker.takeSeen()).isFalse();
        ticker.nanos();
        assertThat(ticker.takeSeen()).isTrue();
    }

    @Test
    void doesNotGoBack() {
        pass(5);
        ticker.tick();

        pass(-3); // by a thread that read it and came late
        ticker.tick();

        assertThat(Look.NANOS.at(ticker)).isEqualTo(5);
    }

    /// Who rests and who looks, again and again: nobody sleeps through a look, and nobody sees an old time.
    @Test
    void noLookIsMissed() throws Exception {
        int looks = 20_000;
        var sleeper = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                if (!ticker.takeSeen()) {
                    ticker.rest(Long.MAX_VALUE);
                }
            }
        });

        for (int i = 1; i <= looks; i++) {
            pass(1);
            long time = clock.get();
            while (ticker.nanos() != time) {
                Thread.onSpinWait(); // until the sleeper has taken the last look, which it would not do asleep
            }
        }

        sleeper.interrupt();
        sleeper.join();
    }
}
