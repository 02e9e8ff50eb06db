package wai.warp.server;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI_BYTES;
import static wai.warp.server.Conversation.SAYS_HI;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Hooks;
import wai.warp.settings.Limits;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// How long a connection is kept, and what it holds meanwhile.
class Http1KeepAliveTest {
    private static final String LAST_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
    /// After which an idle connection rests for certain: the precision of the sweeper is that of its ticks.
    private static final Duration REST = ofMillis(1101);

    private static UnaryOperator<WarpSettings> requests(long number) {
        return settings -> settings.withLimits(Limits.defaults().withRequestsPerConnection(number));
    }

    private static void rest(Conversation talk) {
        talk.pass(REST);
        talk.client.awaitRest();
        assertThat(talk.client.isResting()).isTrue();
    }

    @Test
    void theLastRequestThatAConnectionMayHaveIsToldSo() {
        try (var talk = Conversation.with(requests(3), SAYS_HI)) {
            assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES);
            assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES.repeat(2));
            talk.client.send(GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(HI_BYTES.repeat(2) + LAST_HI);
        }
    }

    @Test
    void aRequestBehindTheLastIsNotAnswered() {
        try (var talk = Conversation.with(requests(1), SAYS_HI)) {
            talk.client.send(GET + GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(LAST_HI);
        }
    }

    @Test
    void anOldConnectionIsClosedWithItsNextResponse() {
        UnaryOperator<WarpSettings> aged = settings -> settings.withTimeouts(
                Timeouts.defaults().withConnectionAge(ofMinutes(5)).withIdle(Timeouts.NEVER));

        try (var talk = Conversation.with(aged, SAYS_HI)) {
            talk.exchange(GET);
            talk.pass(ofMinutes(5).minusNanos(1));
            assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES.repeat(2));
            talk.pass(ofNanos(1));
            assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
            talk.client.send(GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(HI_BYTES.repeat(2) + LAST_HI);
        }
    }

    @Test
    void aConnectionMayGetAsOldAsItLikesUnlessSet() {
        try (var talk = Conversation.with(
                settings -> settings.withTimeouts(Timeouts.defaults().withIdle(Timeouts.NEVER)), SAYS_HI)) {
            talk.exchange(GET);
            talk.pass(ofDays(30_000));

            assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES.repeat(2));
        }
    }

    // ------------------------------------------------------------------------------------------ what it holds

    @Test
    void aConnectionThatSaidNothingYetWaitsWithoutABuffer() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.awaitDriver();

            assertThat(talk.client.isAwaitedWithoutBuffer()).isTrue();
        }
    }

    @Test
    void anIdleConnectionWaitsWithoutABuffer() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET);

            assertThat(talk.client.isAwaitedWithoutBuffer()).isTrue();
        }
    }

    @Test
    void aConnectionThatIsIdleForASecondHasNoThread() {
        var threads = new ArrayList<Thread>();
        Application app = (_, respond) -> {
            threads.add(Thread.currentThread());
            return respond.with(Conversation.HI);
        };

        try (var talk = Conversation.with(app)) {
            talk.exchange(GET);
            talk.pass(ofSeconds(1).minusNanos(1));
            talk.exchange(GET);
            talk.pass(ofSeconds(1).minusNanos(1));
            assertThat(talk.client.isAwaitedWithoutBuffer()).isTrue();
            talk.pass(ofMillis(101)); // the precision of the sweeper is that of its ticks
            talk.client.awaitRest();
            assertThat(talk.driver()).isSameAs(threads.getFirst());
            assertThat(talk.server.buffersInUse()).isZero();
            assertThat(talk.exchange(GET, GET)).isEqualTo(HI_BYTES.repeat(4));

            assertThat(threads.subList(0, 2)).containsOnly(threads.getFirst());
            assertThat(threads.subList(2, 4)).containsOnly(threads.getLast()).doesNotContain(threads.getFirst());
        }
    }

    @Test
    void aNewConnectionRestsUntilItsFirstBytesCome() {
        try (var talk = Conversation.with(SAYS_HI)) {
            assertThat(talk.client.isResting()).isTrue();
            assertThat(talk.driver()).isNull();

            assertThat(talk.exchange("GET / HT", "TP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(HI_BYTES);
        }
    }

    @Test
    void aNewConnectionWhoseBytesAreThereHasAThreadAtOnce() {
        try (var talk = new Conversation(WarpSettings.defaults().withServerName(""), SAYS_HI)) {
            talk.client.send(GET);
            talk.begin();
            assertThat(talk.driver()).isNotNull();
            talk.awaitDriver();

            assertThat(talk.received()).isEqualTo(HI_BYTES);
        }
    }

    @Test
    void aNewConnectionThatIsResetEndsLikeAnyOther() {
        try (var talk = new Conversation(WarpSettings.defaults(), SAYS_HI)) {
            talk.client.reset();
            talk.begin();
            talk.awaitEnd();

            assertThat(talk.server.connections().count()).isZero();
            assertThat(talk.server.buffersInUse()).isZero();
        }
    }

    @Test
    void aHookThatLetsConnectionsInIsAskedBeforeTheirFirstBytes() {
        var asked = new CountDownLatch(1);
        UnaryOperator<WarpSettings> asking =
                settings -> settings.withHooks(Hooks.defaults().withOnOpen(_ -> {
                    asked.countDown();
                    return false;
                }));

        try (var talk = Conversation.with(asking, SAYS_HI)) {
            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(asked.getCount()).isZero();
        }
    }

    @Test
    void aNewConnectionOfAServerThatStopsEndsAtOnce() {
        try (var talk = new Conversation(WarpSettings.defaults(), SAYS_HI)) {
            talk.server.beginStopping();
            talk.begin();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void aConnectionRestsAsOftenAsItIsIdle() {
        try (var talk = Conversation.with(SAYS_HI)) {
            for (int i = 1; i <= 5; i++) {
                assertThat(talk.exchange(GET)).isEqualTo(HI_BYTES.repeat(i));
                rest(talk);
            }
        }
    }

    @Test
    void aConnectionAtRestHasTheIdleTimeoutOfAnyOther() {
        UnaryOperator<WarpSettings> hasty =
                settings -> settings.withTimeouts(Timeouts.defaults().withIdle(ofSeconds(11)));

        try (var talk = Conversation.with(hasty, SAYS_HI)) {
            talk.exchange(GET);
            rest(talk);
            talk.pass(ofSeconds(11).minus(REST).minusNanos(1));
            assertThat(talk.client.isResting()).isTrue();
            talk.pass(ofNanos(1));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(HI_BYTES);
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void aConnectionAtRestEndsWithItsClient() {
        var closed = new AtomicInteger();
        UnaryOperator<WarpSettings> counting =
                settings -> settings.withHooks(Hooks.defaults().withOnClose(_ -> closed.incrementAndGet()));

        try (var talk = Conversation.with(counting, SAYS_HI)) {
            talk.exchange(GET);
            rest(talk);
            assertThat(closed).hasValue(0);
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(closed).hasValue(1);
            assertThat(talk.server.connections().count()).isZero();
        }
    }

    @Test
    void aConnectionAtRestEndsWhenTheServerStops() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET);
            rest(talk);
            talk.server.beginStopping();
            talk.connection.stop();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures()).isEmpty();
            assertThat(talk.server.connections().count()).isZero();
        }
    }

    @Test
    void aConnectionInsideAHeadWaitsWithItsBuffer() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange("GET / HT");

            assertThat(talk.client.isAwaitedWithoutBuffer()).isFalse();
        }
    }

    @Test
    void aRequestThatFillsItsBufferToTheLastByteIsFollowedByAWaitWithoutOne() {
        var head = "GET / HTTP/1.1\r\nHost: a\r\nA: ";
        var full = head + "x".repeat(ServerState.BUFFER_SIZE - head.length() - 4) + "\r\n\r\n";

        try (var talk = Conversation.with(SAYS_HI)) {
            assertThat(talk.exchange(full)).isEqualTo(HI_BYTES);

            assertThat(talk.client.isAwaitedWithoutBuffer()).isTrue();
            assertThat(talk.exchange(full)).isEqualTo(HI_BYTES.repeat(2));
        }
    }

    @Test
    void aRequestThatIsThereAlreadyIsReadAtOnce() {
        var talk = new Conversation(WarpSettings.defaults().withServerName(""), SAYS_HI);
        talk.client.send(GET);

        try (talk) {
            talk.begin().awaitDriver();

            assertThat(talk.received()).isEqualTo(HI_BYTES);
        }
    }

    @Test
    void aClientThatLeftAlreadyIsForgotten() {
        var talk = new Conversation(WarpSettings.defaults().withServerName(""), SAYS_HI);
        talk.client.end();

        try (talk) {
            assertThat(talk.begin().awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures()).isEmpty();
        }
    }
}
