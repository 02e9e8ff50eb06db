package wai.transport;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A loop runs its connections' threads, one at a time, and is never held up by one of them for long.
///
/// Without the watchdog most of these tests would not end.
@EnabledIfSystemProperty(named = "transport.loops", matches = "possible")
@SuppressWarnings("ThreadPriorityCheck") // what yields is part of the subject
class LoopTest {
    private static final String ON_A_LOOP = "@wai-loop-";

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicBoolean released = new AtomicBoolean();
    private Pollers pollers = oneLoop(100);

    private Pollers oneLoop(int spares) {
        try {
            return Pollers.loops(1, spares, failures::add);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        released.set(true);
        pollers.close();
    }

    private <T> FutureTask<T> run(Callable<T> step) {
        var task = new FutureTask<>(step);
        pollers.next().start(task);
        return task;
    }

    private static String whereAmI() {
        return Thread.currentThread().toString();
    }

    private static <T> T get(FutureTask<T> task) throws Exception {
        return task.get(20, SECONDS);
    }

    /// Computes until it is told to stop.
    private FutureTask<String> computes(CountDownLatch begun) {
        return run(() -> {
            begun.countDown();
            while (!released.get()) {
                Thread.onSpinWait();
            }
            return whereAmI();
        });
    }

    // ------------------------------------------------------------------------------------------ who runs where

    @Test
    void aConnectionRunsOnTheLoop() throws Exception {
        var where = run(() -> {
            var before = whereAmI();
            Thread.yield();
            return before + whereAmI();
        });

        assertThat(get(where)).containsSubsequence(ON_A_LOOP, ON_A_LOOP);
    }

    @Test
    void threadsOfTheApplicationRunOnTheDefaultScheduler() throws Exception {
        var where = run(() -> {
            var child = new CompletableFuture<String>();
            var grandchild = new CompletableFuture<String>();
            Thread.startVirtualThread(() -> {
                Thread.yield(); // so that a later step is seen too
                child.complete(whereAmI());
                Thread.startVirtualThread(() -> grandchild.complete(whereAmI()));
            });
            return List.of(child.get(), grandchild.get(), whereAmI());
        });

        assertThat(get(where))
                .satisfiesExactly(
                        child -> assertThat(child).contains("@ForkJoinPool"),
                        grandchild -> assertThat(grandchild).contains("@ForkJoinPool"),
                        parent -> assertThat(parent).contains(ON_A_LOOP));
    }

    @Test
    void aFanOutAcrossBothWorks() throws Exception {
        var sums = new ArrayList<FutureTask<Integer>>();
        for (int i = 0; i < 20; i++) {
            sums.add(run(() -> {
                var answers = new LinkedBlockingQueue<Integer>();
                for (int part = 1; part <= 10; part++) {
                    int answer = part;
                    Thread.startVirtualThread(() -> answers.add(answer));
                }
                int sum = 0;
                for (int part = 1; part <= 10; part++) {
                    sum += answers.take();
                }
                return sum;
            }));
        }

        for (var sum : sums) {
            assertThat(get(sum)).isEqualTo(55);
        }
    }

    @Test
    void whatBlocksLetsOthersRun() throws Exception {
        var lock = new Object();
        var turn = new AtomicInteger();
        var waiting = new ArrayList<FutureTask<Integer>>();
        for (int i = 0; i < 30; i++) {
            int mine = i;
            waiting.add(run(() -> {
                synchronized (lock) {
                    while (turn.get() != mine) {
                        lock.wait();
                    }
                    lock.notifyAll();
                    return turn.getAndIncrement();
                }
            }));
        }

        for (int i = 0; i < 30; i++) {
            assertThat(get(waiting.get(i))).isEqualTo(i);
        }
    }

    @Test
    void aThreadThatOnlyYieldsDoesNotKeepTheSelectorFromBeingLookedAt() throws Exception {
        try (var pair = SocketPair.open(pollers.next())) {
            var received = run(() -> pair.take(3));
            var yields = run(() -> {
                pair.send("abc");
                while (!received.isDone()) {
                    Thread.yield();
                }
                return 1;
            });

            assertThat(get(received)).isEqualTo("abc");
            assertThat(get(yields)).isEqualTo(1);
        }
    }

    @Test
    void theSelectorIsLookedAtBeforeTheNextStepWhenThatIsAskedFor() throws Exception {
        pollers.close();
        pollers = Pollers.loops(1, HOURS.toNanos(1), 1, failures::add); // nobody takes a turn in between
        var loop = (Loop) pollers.next();
        var next = new AtomicReference<FutureTask<Integer>>();
        var asks = run(() -> {
            next.set(run(loop::looks));
            loop.lookSoon();
            return loop.looks();
        });

        int before = get(asks);

        assertThat(get(next.get())).isEqualTo(before + 1);
    }

    // ------------------------------------------------------------------------------------------ doors

    private static ServerSocketChannel listening() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Door door(ServerSocketChannel channel, Door.Keeper keeper) throws IOException {
        var door = requireNonNull(pollers.door(channel, keeper));
        door.open();
        return door;
    }

    @Test
    void theKeeperIsCalledForWhoKnocksWhileTheDoorIsOpen() throws Exception {
        var knocks = new LinkedBlockingQueue<String>();
        try (var channel = listening();
                var door = door(channel, at -> {
                    at.shut();
                    knocks.add(whereAmI());
                })) {
            try (var _ = SocketChannel.open(channel.getLocalAddress())) {
                assertThat(knocks.poll(20, SECONDS)).contains("wai-loop-");
                get(run(() -> 1)); // the loop has looked again since, or will not
                assertThat(knocks).isEmpty();

                door.open();
                assertThat(knocks.poll(20, SECONDS)).contains("wai-loop-");
            }
        }
    }

    private Loop loops(int count) throws IOException {
        pollers.close();
        pollers = Pollers.loops(count, HOURS.toNanos(1), 10, failures::add);
        return (Loop) pollers.next();
    }

    @Test
    void aNewcomerBeginsWhereItCameInUnlessTooManyStayThere() throws Exception {
        var home = loops(3);

        try (var first = SocketPair.open(home);
                var second = SocketPair.open(home)) {
            assertThat(home.open()).isEqualTo(2);
            assertThat(home.forNewcomer()).isSameAs(home);
            first.server().stay();
            first.server().stay();
            assertThat(home.staying()).isEqualTo(1);
            assertThat(home.forNewcomer()).isSameAs(home);
            second.server().stay();
            assertThat(home.forNewcomer()).isNotSameAs(home);

            first.server().close(); // twice, in the end
            first.server().stay();
            assertThat(home.forNewcomer()).isSameAs(home);
        }
        assertThat(home.open()).isZero();
        assertThat(home.staying()).isZero();
    }

    @Test
    void aNewcomerThatWouldHaveToWaitBeginsElsewhere() throws Exception {
        var home = loops(2);

        try (var _ = SocketPair.open(home)) {
            var chosen = new FutureTask<>(() -> {
                var without = home.forNewcomer();
                home.start(() -> {}); // as nothing is known of what such a one takes, it may be much
                return List.of(without, home.forNewcomer());
            });
            home.start(chosen);

            assertThat(get(chosen))
                    .satisfiesExactly(without -> assertThat(without).isSameAs(home), behind -> assertThat(behind)
                            .isNotSameAs(home));
        }
    }

    @Test
    void connectionsThatStayAreSettledWhereTheFewestAre() throws Exception {
        var home = loops(3);
        var pairs = new ArrayList<SocketPair>();
        for (int i = 0; i < 7; i++) {
            pairs.add(SocketPair.open(home));
        }

        pairs.forEach(pair -> pair.server().stay());
        int moved = 0;
        for (int i = 0; i < 2; i++) { // the second time it changes nothing
            for (var pair : pairs) {
                moved += pair.server().settle() ? 1 : 0;
            }
        }

        assertThat(moved).isEqualTo(4);
        assertThat(List.of(home, pollers.next(), pollers.next()))
                .extracting(Poller::staying)
                .containsExactly(3, 2, 2);
        for (var pair : pairs) {
            pair.close();
            assertThat(pair.server().settle()).isFalse();
        }
        assertThat(List.of(home, pollers.next(), pollers.next()))
                .extracting(Poller::open)
                .containsOnly(0);
    }

    private static void stay(Poller loop, int count) {
        for (int i = 0; i < count; i++) {
            loop.stay();
        }
    }

    /// Where a connection of the first of three loops is to be, whose packets come in at a processor.
    private String better(int atFirst, int atSecond, int atThird, int processor) throws IOException {
        var first = loops(3);
        var all = List.of(first, pollers.next(), pollers.next());
        stay(all.get(0), atFirst + 1);
        stay(all.get(1), atSecond);
        stay(all.get(2), atThird);
        return List.of("first", "second", "third").get(all.indexOf(first.better(processor)));
    }

    @ParameterizedTest
    @CsvSource({
        // besides it, at the first, the second and the third loop; its processor; where it is to be
        "20, 25, 21, 1, second", // a quarter more than at the one with the fewest
        "20, 26, 21, 1, first", // and one past it
        "25, 20, 21, 0, first",
        "26, 20, 21, 0, second",
        "25, 25, 20, 4, second", // more processors than loops
        "0, 0, 0, 2, third",
        "1, 1, 1, 1, second",
        "0, 1, 0, 1, first", // of few no loop has two more than another
        "3, 3, 3, 1, second",
        "3, 4, 3, 1, first",
        "20, 21, 19, -1, third", // nobody knows the processor
        "20, 21, 20, -1, first",
    })
    void aConnectionIsToBeNearItsPacketsAsLongAsLoopsAreAboutEven(
            int atFirst, int atSecond, int atThird, int processor, String where) throws IOException {
        assertThat(better(atFirst, atSecond, atThird, processor)).isEqualTo(where);
    }

    @Test
    void connectionsAreSettledWhereTheirPacketsComeIn() throws Exception {
        assumeTrue(Pollers.mayCallDirectly(), "no direct system calls here");
        var home = loops(2);
        var all = List.of(home, pollers.next());
        pollers.use(SystemCalls.find());
        try (var pair = SocketPair.open(home)) {
            pair.send("a");
            pair.take(1);
            int processor =
                    requireNonNull(home.socketOf(pair.server().channel())).incomingProcessor();

            pair.server().settle();

            assertThat(all.get(processor % 2).staying()).isEqualTo(1);
            assertThat(all.get((processor + 1) % 2).staying()).isZero();
        }
    }

    /// Serves requests of one byte, and says by whom, and when it waits again.
    private final class Resting implements Runnable {
        final Transport transport;
        final LinkedBlockingQueue<String> served = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Boolean> rested = new LinkedBlockingQueue<>();

        Resting(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void run() {
            try {
                var request = ByteBuffer.allocate(1);
                if (transport.readNow(request) > 0) {
                    served.add(whereAmI().substring(whereAmI().indexOf('@')));
                    transport.write(request.flip());
                }
                rested.add(transport.awaitInput(this));
            } catch (IOException e) {
                failures.add(e);
            }
        }

        void begin() throws Exception {
            transport.start(this);
            assertThat(rested.poll(20, SECONDS)).isTrue();
        }

        /// Where one more request is served; behind that it waits again.
        String next(SocketPair pair) throws Exception {
            pair.send("a");
            assertThat(rested.poll(20, SECONDS)).isTrue();
            return requireNonNull(served.poll(20, SECONDS));
        }
    }

    @Test
    void aSettledConnectionIsDrivenByItsNewLoopFromTheNextRequestOn() throws Exception {
        var home = loops(2);
        try (var other = SocketPair.open(home);
                var pair = SocketPair.open(home)) {
            other.server().stay();
            var driver = new Resting(pair.server());
            driver.begin();

            var seen = List.of(driver.next(pair), driver.next(pair), driver.next(pair));

            assertThat(seen.get(1)).isNotEqualTo(seen.get(0)).isEqualTo(seen.get(2));
        }
    }

    @Test
    void aConnectionIsSettledBehindItsFirstSecondFourthAndEighthRequest() throws Exception {
        var home = loops(2);
        var other = pollers.next();
        try (var pair = SocketPair.open(home)) {
            var driver = new Resting(pair.server());
            driver.begin();

            var seen = new ArrayList<String>();
            for (int i = 1; i <= 9; i++) {
                stay(home.open() == 1 ? home : other, 20 * i); // it would always be better elsewhere
                seen.add(driver.next(pair));
            }

            var first = seen.get(0);
            var second = seen.get(1);
            assertThat(second).isNotEqualTo(first);
            assertThat(seen).containsExactly(first, second, first, first, second, second, second, second, first);
        }
    }

    @Test
    void aDoorThatIsClosedLetsGoOfItsChannel() throws Exception {
        var channel = listening();
        var where = channel.getLocalAddress();
        var door = door(channel, _ -> {});

        channel.close();
        door.close();

        while (isListening(where)) {
            Thread.onSpinWait();
        }
        assertThat(failures).isEmpty();
    }

    private static boolean isListening(SocketAddress where) {
        try (var _ = SocketChannel.open(where)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    // ------------------------------------------------------------------------------------------ held up

    @Test
    void connectionsThatComputeStopNobody() throws Exception {
        var begun = new CountDownLatch(5);
        var computing = new ArrayList<FutureTask<String>>();
        for (int i = 0; i < 5; i++) {
            computing.add(computes(begun)); // the loop is the only one, and each of them keeps its thread
        }
        try (var pair = SocketPair.open(pollers.next())) {
            begun.await();
            var received = run(() -> pair.take(3));
            pair.send("abc");

            assertThat(get(received)).isEqualTo("abc");
        }

        released.set(true);
        for (var task : computing) {
            assertThat(get(task)).contains(ON_A_LOOP);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aPinnedConnectionStopsNobody() throws Exception {
        var pinned = run(() -> Initializing.VALUE);
        Latches.INSIDE.await();

        var releases = run(() -> {
            Latches.OPEN.countDown();
            return 1;
        });

        assertThat(get(releases)).isEqualTo(1);
        assertThat(get(pinned)).isTrue();
    }

    private static final class Latches {
        static final CountDownLatch INSIDE = new CountDownLatch(1);
        static final CountDownLatch OPEN = new CountDownLatch(1);
    }

    /// Waits while it is initialized, which pins a virtual thread.
    private static final class Initializing {
        static final boolean VALUE = waitInside();

        private static boolean waitInside() {
            Latches.INSIDE.countDown();
            try {
                return Latches.OPEN.await(20, SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void theThreadThatWasHeldUpIsASpareAfterwards() throws Exception {
        pollers.close();
        pollers = oneLoop(1);
        for (int i = 0; i < 3; i++) {
            released.set(false);
            var begun = new CountDownLatch(1);
            var computing = computes(begun);
            begun.await();

            get(run(() -> {
                released.set(true);
                return 1;
            }));
            get(computing);
        }
    }

    @Test
    void withoutASpareOthersWaitAndTheFailureIsTold() throws Exception {
        var told = new CountDownLatch(1);
        pollers.close();
        pollers = Pollers.loops(1, 1, failure -> {
            failures.add(failure);
            told.countDown();
        });
        var begun = new CountDownLatch(2);
        var computing = List.of(computes(begun), computes(begun));
        var third = run(released::get);

        told.await();
        released.set(true);

        assertThat(get(third)).isTrue(); // it began only when a thread was free
        assertThat(failures).singleElement().asString().contains("all spare threads are held up");
        for (var task : computing) {
            get(task);
        }
    }

    /// Threads of connections that run beside their loop contend with it, and with others, for the selector's monitors.
    @Test
    void manyThatCloseAtOnceDoNotHoldTheLoopUp() throws Exception {
        pollers.close();
        pollers = PollerKind.HASTY_LOOP.start();
        for (int round = 0; round < 150; round++) {
            var served = new ArrayList<FutureTask<Integer>>();
            var pairs = new ArrayList<SocketPair>();
            for (int i = 0; i < 50; i++) {
                var pair = SocketPair.open(pollers.next());
                pairs.add(pair);
                served.add(run(() -> {
                    try (var transport = pair.server()) {
                        return transport.read(ByteBuffer.allocate(1));
                    }
                }));
            }
            for (var pair : pairs) {
                pair.client().close();
            }

            for (var end : served) {
                assertThat(get(end)).isEqualTo(-1);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ the end

    @Test
    void threadsThatHaveNotEndedGoOnAfterTheLoopIsClosed() throws Exception {
        pollers.close();
        pollers = oneLoop(0); // so that nobody else runs what waits
        var parked = new CountDownLatch(1);
        var open = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var late = run(() -> {
            parked.countDown();
            open.await();
            return whereAmI();
        });
        parked.await();
        var computing = computes(begun);
        begun.await();
        var queued = run(LoopTest::whereAmI);

        pollers.close();
        open.countDown();

        assertThat(get(queued)).contains("@ForkJoinPool");
        assertThat(get(late)).contains("@ForkJoinPool");
        released.set(true);
        assertThat(get(computing)).contains(ON_A_LOOP);
    }

    @Test
    void aThreadStartedAfterTheEndRuns() throws Exception {
        pollers.close();

        assertThat(get(run(() -> 5))).isEqualTo(5);
    }
}
