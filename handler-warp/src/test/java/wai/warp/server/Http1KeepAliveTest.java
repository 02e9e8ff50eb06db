package wai.warp.server;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI_BYTES;
import static wai.warp.server.Conversation.SAYS_HI;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import wai.warp.settings.Limits;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;
import wai.warp.transport.MemoryTransport.Ending;

/// How long a connection is kept, and what it holds meanwhile.
class Http1KeepAliveTest {
    private static final String LAST_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

    private static UnaryOperator<WarpSettings> requests(long number) {
        return settings -> settings.withLimits(Limits.defaults().withRequestsPerConnection(number));
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
