package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Headers;
import wai.warp.settings.Timeouts.Kind;

/// Visits happen when they are due, however the clock runs, and only then.
@Timeout(60) // a safety net, nothing depends on it
class DeadlineWheelTest {
    private static final long TICK = DeadlineWheel.TICK_NANOS;
    private static final long SECOND = 10 * TICK;

    private final long seed = Long.getLong("seed", System.nanoTime());

    /// Where clocks may begin: anywhere, as they are only good for differences.
    static Stream<Long> origins() {
        return Stream.of(0L, -5 * SECOND, 1_000_000_000_007L, Long.MAX_VALUE - 1000 * SECOND);
    }

    private static DeadlineWheel wheel(long origin) {
        return new DeadlineWheel(new Ticker(() -> origin, InstantSource.fixed(Instant.EPOCH), Headers.EMPTY));
    }

    /// Somebody with a deadline who notes what happens.
    private static final class Guest implements Visit.Host {
        final Visit visit;
        final Deadline deadline;
        int visits;
        /// When the deadline had passed.
        long passed = Visit.NEVER;

        @Nullable
        RuntimeException fails;

        Guest(DeadlineWheel wheel) {
            visit = new Visit(wheel, this);
            deadline = new Deadline(visit);
        }

        void start(long now, long limit) {
            passed = Visit.NEVER;
            deadline.start(now, limit, Kind.IDLE);
        }

        @Override
        public long visited(long now) {
            visits++;
            if (fails != null) {
                throw fails;
            }
            if (deadline.takeIfPassed(now) != null) {
                passed = now;
            }
            return deadline.time();
        }
    }

    // ------------------------------------------------------------------------------------------ when

    @ParameterizedTest(name = "at a clock of {0}")
    @MethodSource("origins")
    void visitsInTheFirstSweepFromTheDeadlineOn(long origin) {
        for (long limit :
                new long[] {8, TICK - 8, TICK, TICK + 8, 60 * SECOND, 102 * SECOND, 103 * SECOND, 500 * SECOND}) {
            var wheel = wheel(origin);
            var guest = new Guest(wheel);
            guest.start(origin, limit);
            long time = guest.deadline.time();

            wheel.sweep(time - 1);
            assertThat(guest.passed).isEqualTo(Visit.NEVER);
            wheel.sweep(time);

            assertThat(guest.passed).as("limit %d", limit).isEqualTo(time);
        }
    }

    private static void sweep(DeadlineWheel wheel, long from, long to) {
        for (long now = from; now <= to; now += TICK) {
            wheel.sweep(now);
        }
    }

    @Test
    void visitsInTheNextSweepWhereTheDeadlineIsOver() {
        var wheel = wheel(0);
        var guest = new Guest(wheel);
        wheel.sweep(50 * TICK);

        guest.start(40 * TICK, 8);
        wheel.sweep(50 * TICK);

        assertThat(guest.passed).isEqualTo(50 * TICK);
    }

    @Test
    void anEarlierDeadlineBringsAnEarlierVisit() {
        var wheel = wheel(0);
        var guest = new Guest(wheel);
        guest.start(0, 60 * SECOND);
        wheel.sweep(TICK);

        guest.start(TICK, 2 * SECOND);
        sweep(wheel, TICK, 2 * SECOND + TICK);

        assertThat(guest.passed).isBetween(2 * SECOND, 2 * SECOND + TICK);
    }

    // ------------------------------------------------------------------------------------------ how often

    @Test
    void aDeadlineThatIsMovedAllTheTimeIsLookedAtOnceInItsTime() {
        var wheel = wheel(0);
        var guest = new Guest(wheel);

        for (long now = 0; now < 6000 * TICK; now += TICK) {
            guest.start(now, 60 * SECOND);
            wheel.sweep(now);
        }

        assertThat(guest.passed).isEqualTo(Visit.NEVER);
        assertThat(guest.visits).isBetween(8, 10);
    }

    @Test
    void ofTenThousandEachIsLookedAtOnce() {
        var wheel = wheel(0);
        var guests = IntStream.range(0, 10_000).mapToObj(_ -> new Guest(wheel)).toList();
        for (int i = 0; i < guests.size(); i++) {
            guests.get(i).start(i * TICK / 1000, 60 * SECOND);
        }

        sweep(wheel, 0, 70 * SECOND);

        assertThat(guests).allSatisfy(guest -> {
            assertThat(guest.visits).isEqualTo(1);
            assertThat(guest.passed - 60 * SECOND).isBetween(0L, SECOND + TICK);
        });
    }

    /// Rests as long as it is told to, and visits neither late nor, for long, in vain.
    @ParameterizedTest(name = "at a clock of {0}")
    @MethodSource("origins")
    void tellsHowLongNothingIsDue(long origin) {
        var wheel = wheel(origin);
        wheel.sweep(origin);
        assertThat(wheel.quietNanos(origin)).isGreaterThan(100 * SECOND);
        for (long limit : new long[] {8, 3 * TICK + 40, SECOND, 60 * SECOND, 250 * SECOND}) {
            var guest = new Guest(wheel);
            guest.start(origin, limit);
            wheel.sweep(origin);
            long now = origin;
            int sweeps = 0;

            while (guest.passed == Visit.NEVER) {
                now += wheel.quietNanos(now);
                wheel.sweep(now);
                sweeps++;
            }

            assertThat(guest.passed - origin - limit).as("limit %d", limit).isBetween(0L, TICK);
            assertThat(sweeps).isLessThanOrEqualTo(6); // two in each turn of the wheel
            origin = now;
        }
    }

    @Test
    void nobodyIsLookedAtWhoWaitsForNothing() {
        var wheel = wheel(0);
        var guest = new Guest(wheel);
        guest.start(0, SECOND);
        guest.deadline.clear();

        sweep(wheel, 0, 200 * SECOND);
        assertThat(guest.visits).isEqualTo(1); // which had been asked for
        guest.start(200 * SECOND, Deadline.LONGEST);
        sweep(wheel, 200 * SECOND, 400 * SECOND);

        assertThat(guest.visits).isEqualTo(1);
    }

    @Test
    void nobodyIsLookedAtWhoHasGone() {
        var wheel = wheel(0);
        var placed = new Guest(wheel);
        placed.start(0, SECOND);
        wheel.sweep(0);
        var asking = new Guest(wheel);
        asking.start(0, SECOND);

        placed.visit.end();
        asking.visit.end();
        sweep(wheel, 0, 2 * SECOND);

        assertThat(List.of(placed.visits, asking.visits)).containsOnly(0);
    }

    @Test
    void aFailureKeepsNobodyElseFromBeingVisitedAndIsTriedAgain() {
        var wheel = wheel(0);
        var guests = Stream.generate(() -> new Guest(wheel)).limit(3).toList();
        guests.forEach(guest -> guest.start(0, SECOND));
        guests.get(1).fails = new IllegalStateException("a test's");

        assertThatThrownBy(() -> wheel.sweep(SECOND)).hasMessage("a test's");
        guests.get(1).fails = null;
        wheel.sweep(SECOND + TICK);

        assertThat(guests).allSatisfy(guest -> assertThat(guest.passed).isBetween(SECOND, SECOND + TICK));
    }

    // ------------------------------------------------------------------------------------------ any order

    /// Everybody's deadlines in one list, all looked at in every sweep.
    @ParameterizedTest(name = "at a clock of {0}")
    @MethodSource("origins")
    void doesWhatLookingAtAllWouldDo(long origin) {
        var random = new Random(seed);
        var wheel = wheel(origin);
        var guests = Stream.generate(() -> new Guest(wheel)).limit(20).toList();
        var due = new long[guests.size()];
        Arrays.fill(due, Visit.NEVER);
        long now = origin;

        for (int step = 0; step < 20_000; step++) {
            int who = random.nextInt(guests.size());
            var guest = guests.get(who);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    guest.start(now, 1 + (long) (Math.pow(random.nextDouble(), 4) * 200 * SECOND));
                    due[who] = guest.deadline.time();
                }
                case 2 -> {
                    guest.deadline.clear();
                    due[who] = Visit.NEVER;
                }
                default -> {
                    now += random.nextInt(50) == 0 ? random.nextLong(300 * SECOND) : random.nextLong(3 * TICK);
                    wheel.sweep(now);
                    assertThat(passedAt(guests, now))
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(due(due, now));
                }
            }
        }
    }

    /// Whoever sets a deadline while the sweeper looks at his last one: if neither saw the other, it would never pass.
    @Test
    void noDeadlineIsMissedThatIsSetDuringAVisit() throws Exception {
        int threads = 2;
        int deadlines = 20_000;
        var clock = new AtomicLong();
        var wheel = wheel(0);
        var running = new ArrayList<Thread>();
        for (int i = 0; i < threads; i++) {
            var guest = new Guest(wheel);
            var random = new Random(seed + i);
            running.add(Thread.ofPlatform().start(() -> {
                for (int left = deadlines; left > 0; left--) {
                    guest.deadline.start(clock.get(), random.nextInt(3) * (50 * TICK) + 8, Kind.IDLE);
                    if (random.nextBoolean()) {
                        guest.deadline.clear();
                    } else {
                        while (!guest.deadline.isTaken()) {
                            Thread.onSpinWait(); // for ever, if it was missed
                        }
                    }
                }
            }));
        }

        while (running.stream().anyMatch(Thread::isAlive)) {
            wheel.sweep(clock.addAndGet(TICK));
        }

        for (var thread : running) {
            thread.join();
        }
    }

    private static Set<Integer> passedAt(List<Guest> guests, long now) {
        var all = new TreeSet<Integer>();
        for (int i = 0; i < guests.size(); i++) {
            if (guests.get(i).passed == now) {
                all.add(i);
                guests.get(i).passed = Visit.NEVER;
            }
        }
        return all;
    }

    private static Set<Integer> due(long[] due, long now) {
        var all = new TreeSet<Integer>();
        for (int i = 0; i < due.length; i++) {
            if (due[i] != Visit.NEVER && due[i] - now <= 0) {
                all.add(i);
                due[i] = Visit.NEVER;
            }
        }
        return all;
    }
}
