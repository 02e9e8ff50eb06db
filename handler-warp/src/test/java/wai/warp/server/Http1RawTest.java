package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Headers;
import wai.RawApplication;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;

/// Connections that became raw.
class Http1RawTest {
    private static final String UPGRADE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n";
    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n";
    private static final RawApplication ECHO = raw -> {
        var buffer = new byte[100];
        for (int count; (count = raw.input().read(buffer)) >= 0; ) {
            raw.output().write(buffer, 0, count);
            raw.output().flush();
        }
    };

    private static Application raw(RawApplication application) {
        var headers = Headers.of(HeaderName.UPGRADE, "x");
        return (_, respond) -> respond.with(Response.raw(Status.SWITCHING_PROTOCOLS, headers, HI, application));
    }

    @Test
    void theApplicationOwnsTheBytesBehindTheHead() {
        try (var talk = Conversation.with(raw(ECHO))) {
            assertThat(talk.exchange(UPGRADE)).isEqualTo(SWITCHING);
            assertThat(talk.exchange("abc")).isEqualTo(SWITCHING + "abc");
            assertThat(talk.exchange(GET)).isEqualTo(SWITCHING + "abc" + GET);
        }
    }

    @Test
    void earlyBytesAreReadFirst() {
        try (var talk = Conversation.with(raw(ECHO))) {
            assertThat(talk.exchange(UPGRADE + "early", "late")).isEqualTo(SWITCHING + "earlylate");
        }
    }

    @Test
    void earlyBytesThatArriveWhileTheApplicationWatchesForTheClientAreNotLost() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application watches = (request, respond) -> {
            request.onDisconnect(() -> {});
            busy.countDown();
            done.await();
            return raw(ECHO).handle(request, respond);
        };

        try (var talk = Conversation.with(watches)) {
            talk.client.send(UPGRADE);
            busy.await();
            talk.client.awaitReader();
            talk.client.send("early");
            talk.client.awaitReader();
            done.countDown();
            talk.client.awaitReceived("early");

            assertThat(talk.exchange("late")).isEqualTo(SWITCHING + "earlylate");
        }
    }

    @Test
    void anAnswerThatWaitsLeavesBeforeTheHead() {
        Application upgradesSecond = (request, respond) ->
                request.upgrades().isEmpty() ? respond.with(HI) : raw(ECHO).handle(request, respond);

        try (var talk = Conversation.with(upgradesSecond)) {
            assertThat(talk.exchange(GET + UPGRADE + "x")).isEqualTo(HI_BYTES + SWITCHING + "x");
        }
    }

    @Test
    void anAnswerThatIsJustBeingFlushedLateIsNotCutByTheHead() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application upgradesSecond = (request, respond) -> {
            if (request.upgrades().isEmpty()) {
                return respond.with(HI);
            }
            request.onDisconnect(() -> {});
            busy.countDown();
            done.await();
            return raw(ECHO).handle(request, respond);
        };

        try (var talk = Conversation.with(upgradesSecond)) {
            talk.client.takeNothing();
            talk.client.send(GET + UPGRADE);
            busy.await();
            talk.pass(ofMillis(100));
            talk.client.awaitWriter();
            done.countDown();
            talk.client.open(Long.MAX_VALUE);
            talk.client.awaitReceived("101 Switching");

            assertThat(talk.exchange("x")).isEqualTo(HI_BYTES + SWITCHING + "x");
        }
    }

    @Test
    void theEndOfTheClientIsTheEndOfInputAndOutputStaysOpen() {
        var seen = new CompletableFuture<Integer>();

        try (var talk = Conversation.with(raw(raw -> {
            seen.complete(raw.input().read());
            raw.output().write("bye".getBytes(ISO_8859_1));
        }))) {
            talk.exchange(UPGRADE);
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(seen).isCompletedWithValue(-1);
            assertThat(talk.received()).isEqualTo(SWITCHING + "bye");
        }
    }

    @Test
    void closingTheOutputLeavesTheInputOpen() {
        var seen = new CompletableFuture<String>();

        try (var talk = Conversation.with(raw(raw -> {
            raw.output().write("bye".getBytes(ISO_8859_1));
            raw.closeOutput();
            raw.closeOutput();
            assertThatThrownBy(() -> raw.output().write(1)).isInstanceOf(IOException.class);
            seen.complete(new String(raw.input().readAllBytes(), ISO_8859_1));
        }))) {
            talk.exchange(UPGRADE);
            talk.client.awaitEnding();
            assertThat(talk.received()).isEqualTo(SWITCHING + "bye");
            assertThat(talk.client.isClosed()).isFalse();
            talk.client.send("still here");
            talk.client.end();
            talk.awaitEnd();

            assertThat(seen).isCompletedWithValue("still here");
        }
    }

    @Test
    void theConnectionEndsWithTheApplication() {
        try (var talk = Conversation.with(raw(raw -> raw.input().read()))) {
            talk.exchange(UPGRADE);
            talk.client.send("x");

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(SWITCHING);
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void anApplicationThatThrowsResetsTheConnection() {
        try (var talk = Conversation.with(raw(raw -> {
            throw new IllegalStateException("mine");
        }))) {
            talk.client.send(UPGRADE);

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.APPLICATION);
        }
    }

    @Test
    void aResetIsAnException() {
        var seen = new CompletableFuture<Throwable>();

        try (var talk = Conversation.with(raw(raw -> {
            try {
                raw.input().read();
            } catch (IOException e) {
                seen.complete(e);
                throw e;
            }
        }))) {
            talk.exchange(UPGRADE);
            talk.client.reset();
            talk.awaitEnd();

            assertThat(seen).isCompletedWithValueMatching(thrown -> thrown instanceof ClientDisconnectedException);
        }
    }

    @Test
    void noDeadlineRuns() {
        try (var talk = Conversation.with(raw(ECHO))) {
            talk.exchange(UPGRADE);
            for (int i = 0; i < 10; i++) {
                talk.pass(ofHours(1));
                talk.exchange("x");
            }

            assertThat(talk.received()).isEqualTo(SWITCHING + "x".repeat(10));
        }
    }

    @Test
    void theFallbackIsSentWhereRawIsImpossible() {
        var withBody = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";

        try (var talk = Conversation.with(raw(ECHO))) {
            assertThat(talk.exchange(withBody)).contains("HTTP/1.1 200 OK\r\n").endsWith("hi");
            talk.client.send("GET / HTTP/1.0\r\n\r\n");
            talk.awaitEnd();
            assertThat(talk.received()).doesNotContain("101").endsWith("hi");
        }
    }

    // ------------------------------------------------------------------------------------------ the server stops

    @Test
    void theApplicationIsToldThatTheServerStops() {
        var told = new CompletableFuture<Boolean>();

        try (var talk = Conversation.with(raw(raw -> {
            raw.onShutdown(() -> told.complete(true));
            ECHO.run(raw);
        }))) {
            talk.exchange(UPGRADE);
            assertThat(told).isNotDone();
            talk.server.beginStopping();
            talk.connection.stop();

            assertThat(told.join()).isTrue();
            assertThat(talk.exchange("still here")).endsWith("still here");
        }
    }

    @Test
    void theApplicationIsToldOnceWhenItAsksAfterTheServerHasStopped() throws InterruptedException {
        var asks = new CountDownLatch(1);
        var told = new java.util.concurrent.Semaphore(0);

        try (var talk = Conversation.with(raw(raw -> {
            asks.await();
            raw.onShutdown(told::release);
            ECHO.run(raw);
        }))) {
            talk.client.send(UPGRADE);
            talk.client.awaitReceived("101 Switching");
            talk.server.beginStopping();
            talk.connection.stop();
            talk.connection.stop();
            asks.countDown();
            told.acquire();
            talk.client.awaitReader();

            assertThat(told.availablePermits()).isZero();
        }
    }

    @Test
    void aShutdownActionThatThrowsIsReported() throws InterruptedException {
        var reported = new CountDownLatch(1);
        var hooks = wai.warp.settings.Hooks.defaults().withOnFailure(_ -> reported.countDown());

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), raw(raw -> {
            raw.onShutdown(() -> {
                throw new IllegalStateException("mine");
            });
            ECHO.run(raw);
        }))) {
            talk.exchange(UPGRADE);
            talk.connection.stop();
            reported.await();

            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.APPLICATION);
        }
    }
}
