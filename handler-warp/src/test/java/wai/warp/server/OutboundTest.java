package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import wai.Bytes;
import wai.Headers;
import wai.spi.FramedResponse;
import wai.warp.http1.Http1Engine;
import wai.warp.memory.MemoryTransport;
import wai.warp.observe.Tally;
import wai.warp.settings.WarpSettings;

/// Output that several threads send.
class OutboundTest {
    private final ServerState server = new ServerState(
            Conversation.SAYS_HI, WarpSettings.defaults(), new Ticker(() -> 1, InstantSource.system(), Headers.EMPTY));
    private final MemoryTransport client = new MemoryTransport();
    private final Http1Engine engine = new Http1Engine(server.http1Limits());
    private final Visit visit = new Visit(server.wheel(), _ -> Visit.NEVER);
    private final Outbound outbound = new Outbound(client, server, engine, new Tally(), visit);

    private void answerAndLetItWait() throws Exception {
        engine.nextEvent(ByteBuffer.wrap(Conversation.GET.getBytes(ISO_8859_1)));
        var body = Bytes.utf8("hi");
        outbound.sendBytes(FramedResponse.of("GET", Conversation.HI), body, false, true);
    }

    @Test
    void theBufferIsNotGivenBackWhileALateFlushUsesIt() throws Exception {
        var receivedAtRelease = new CompletableFuture<String>();
        client.takeNothing();
        answerAndLetItWait();

        var flusher = Thread.ofPlatform().start(outbound::flushLate);
        client.awaitWriter();
        var releaser = Thread.ofPlatform().start(() -> {
            outbound.release();
            receivedAtRelease.complete(client.received());
        });
        while (releaser.getState() != Thread.State.WAITING && releaser.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
        client.open(Long.MAX_VALUE);
        flusher.join();

        assertThat(receivedAtRelease.join()).endsWith("hi");
    }

    @Test
    void aLateFlushStepsBackWhereSomebodyWrites() throws Exception {
        client.takeNothing();
        answerAndLetItWait();

        var writer = Thread.ofPlatform().start(() -> {
            try {
                outbound.flush();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        client.awaitWriter();
        outbound.flushLate(); // would wait for ever
        client.open(Long.MAX_VALUE);
        writer.join();

        assertThat(client.writes()).hasSize(1);
    }
}
