package wai.warp.server;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import wai.Headers;
import wai.warp.memory.MemoryTransport;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// Connections that are turned away, in virtual time: what they are told, how long they linger, what it may cost.
class RefusalsTest {
    private static final String ANSWER = """
        HTTP/1.1 503 Service Unavailable\r
        Connection: close\r
        Retry-After: 1\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: 46\r
        \r
        503 Service Unavailable: too many connections
        """;

    private final AtomicLong clock = new AtomicLong(1_000_000_000);
    private final List<Failure> failures = new ArrayList<>();
    private final ServerState server = new ServerState(
            Conversation.SAYS_HI,
            WarpSettings.defaults()
                    .withTimeouts(Timeouts.defaults().withLinger(ofSeconds(2)))
                    .withHooks(Hooks.defaults().withOnFailure(failures::add)),
            new Ticker(clock::get, InstantSource.fixed(Instant.EPOCH), Headers.EMPTY));
    private final Refusals refusals = server.refusals();

    private MemoryTransport refuse() {
        var client = new MemoryTransport();
        refusals.refuse(client, "it is full");
        return client;
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        server.ticker().tick();
        server.wheel().sweep(server.ticker().nanos());
    }

    private static void awaitClosed(MemoryTransport client) {
        client.awaitReader(); // which a closed one never needs
        while (!client.isClosed()) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void close() {
        refusals.close();
    }

    @Test
    void saysWhyAndEndsItsDirection() {
        var client = refuse();

        assertThat(client.received()).isEqualTo(ANSWER);
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void aClientThatHasSentItsRequestIsNotReset() {
        var client = new MemoryTransport();
        client.send(Conversation.GET);

        refusals.refuse(client, "it is full");
        client.awaitReader();
        client.end();
        awaitClosed(client);

        assertThat(client.received()).isEqualTo(ANSWER);
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }

    @Test
    void aClientThatStaysIsClosedAfterTheLingerLimit() {
        var client = refuse();
        client.awaitReader();

        pass(ofSeconds(2).minusNanos(1));
        assertThat(client.isClosed()).isFalse();
        pass(Duration.ofNanos(1));

        awaitClosed(client);
        assertThat(refusals.lingering()).isLessThanOrEqualTo(1);
    }

    @Test
    void onlySoManyLingerAndAnyFurtherOneIsClosedAtOnce() {
        var lingering = Stream.generate(this::refuse).limit(Refusals.LINGERING).toList();
        assertThat(lingering).noneMatch(MemoryTransport::isClosed);

        var further = refuse();

        assertThat(further.isClosed()).isTrue();
        assertThat(further.received()).isEqualTo(ANSWER);
        assertThat(refusals.lingering()).isEqualTo(Refusals.LINGERING);
    }

    @Test
    void aPlaceIsFreeAgainWhenAClientHasGone() {
        var lingering = Stream.generate(this::refuse).limit(Refusals.LINGERING).toList();
        lingering.getFirst().end();
        while (refusals.lingering() == Refusals.LINGERING) {
            Thread.onSpinWait();
        }

        assertThat(Stream.generate(this::refuse)
                        .filter(client -> !client.isClosed())
                        .findFirst())
                .isPresent();
    }

    @Test
    void aClientThatHasGoneAlreadyIsClosed() {
        var client = new MemoryTransport();
        client.reset();

        refusals.refuse(client, "it is full");

        assertThat(client.isClosed()).isTrue();
        assertThat(refusals.lingering()).isZero();
    }

    @Test
    void theEndOfTheServerClosesThoseThatLinger() {
        var client = refuse();
        refusals.close();

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void theEndOfTheServerClosesOneThatIsJustBeingRefused() {
        var begun = new AtomicBoolean();
        var client = new MemoryTransport(() -> {
            if (begun.compareAndSet(false, true)) {
                refusals.close();
            }
        });

        refusals.refuse(client, "it is full");

        assertThat(client.received()).isEqualTo(ANSWER);
        assertThat(client.isClosed()).isTrue();
        assertThat(refusals.lingering()).isZero();
    }

    @Test
    void whoComesAfterTheEndOfTheServerDoesNotLinger() {
        refusals.close();

        var clients =
                Stream.generate(this::refuse).limit(2 * Refusals.LINGERING).toList();

        assertThat(clients).allMatch(MemoryTransport::isClosed).allMatch(client -> client.received()
                .equals(ANSWER));
        assertThat(refusals.lingering()).isZero();
    }

    // ------------------------------------------------------------------------------------------ the hook

    @Test
    void theHookIsToldOfTheFirstAndThenEveryTenSeconds() {
        for (int i = 0; i < 1000; i++) {
            refuse();
        }
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.phase()).isEqualTo(Failure.Phase.OVERLOAD);
            assertThat(failure.cause()).hasMessage("connections were refused: it is full (1 since the last report)");
            assertThat(failure.request()).isEmpty();
        });

        pass(ofSeconds(10).minusNanos(1));
        refuse();
        assertThat(failures).hasSize(1);
        pass(Duration.ofNanos(1));
        refuse();

        assertThat(failures).hasSize(2);
        assertThat(failures.getLast().cause()).hasMessageContaining("(1001 since the last report)");
    }
}
