package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.Headers;
import wai.warp.settings.Timeouts.Kind;
import wai.warp.settings.WarpSettings;

/// On the clock of the machine, as it waits by that.
@Timeout(60) // a safety net, nothing depends on it
class SweeperTest {
    private final Ticker ticker = new Ticker(System::nanoTime, InstantSource.system(), Headers.EMPTY);
    private final ServerState server = new ServerState(Conversation.SAYS_HI, WarpSettings.defaults(), ticker);
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Sweeper sweeper = new Sweeper(server, failures::add);
    private final Thread thread = Thread.ofPlatform().unstarted(sweeper);

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        sweeper.close();
        thread.join();
    }

    /// Waits until it rests, as it does while nothing happens.
    private void awaitRest() {
        while (!ticker.equals(LockSupport.getBlocker(thread))) {
            Thread.onSpinWait();
        }
    }

    private CountDownLatch startDeadline(long limit) {
        var passed = new CountDownLatch(1);
        var deadline = new Deadline[1];
        var visit = new Visit(server.wheel(), now -> {
            if (deadline[0].takeIfPassed(now) != null) {
                passed.countDown();
            }
            return deadline[0].time();
        });
        deadline[0] = new Deadline(visit);
        deadline[0].start(ticker.nanos(), limit, Kind.IDLE);
        return passed;
    }

    @Test
    void aDeadlinePassesThatIsSetWhileItRests() throws Exception {
        awaitRest();

        startDeadline(8).await();

        assertThat(failures).isEmpty();
    }

    @Test
    void aDeadlinePassesWhileNobodyLooksAtTheClock() throws Exception {
        startDeadline(DeadlineWheel.TICK_NANOS * 5).await();

        awaitRest();
    }

    @Test
    void goesOnAfterAVisitThatFails() throws Exception {
        var visited = new CountDownLatch(2);
        var visit = new Visit(server.wheel(), _ -> {
            visited.countDown();
            throw new IllegalStateException("a test's");
        });

        visit.by(ticker.nanos());
        visited.await();
        visit.end();
        startDeadline(8).await();

        assertThat(failures).isNotEmpty().allSatisfy(failure -> assertThat(failure)
                .hasMessage("a test's"));
    }

    @Test
    void endsWhileItRests() throws Exception {
        awaitRest();

        sweeper.close();

        thread.join();
    }
}
