package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.ContractViolation;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;

/// Threads that an application leaves inside the connection.
class LeftBehindTest {
    @Test
    void aThreadLeftInsideTheSinkIsOutBeforeTheBufferAndTheConnectionGoOn() throws Exception {
        var writer = new CompletableFuture<Thread>();
        var over = new CompletableFuture<Boolean>();
        var blocked = new CompletableFuture<Boolean>();
        var result = new CompletableFuture<Throwable>();
        Application leaves = (request, respond) -> {
            if (request.rawPath().equals("/next")) {
                return respond.with(HI);
            }
            return respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                writer.complete(Thread.startVirtualThread(() -> {
                    try {
                        out.write("x".repeat(40_000).getBytes(StandardCharsets.ISO_8859_1)); // waits for the client
                        over.join();
                        out.writeUtf8("late");
                        result.complete(new AssertionError("it wrote"));
                    } catch (Throwable e) {
                        result.complete(e);
                    }
                }));
                blocked.join();
            }));
        };

        try (var talk = Conversation.with(leaves)) {
            talk.client.takeNothing();
            talk.client.send(GET + GET.replace("/ ", "/next "));
            talk.client.awaitWriter();
            blocked.complete(true);
            talk.client.open(Long.MAX_VALUE);
            talk.awaitDriver();
            over.complete(true);
            writer.join().join();

            assertThat(result.join()).isInstanceOf(ContractViolation.class);
            assertThat(talk.received()).endsWith("\r\n0\r\n\r\n" + HI_BYTES);
            assertThat(talk.failures()).extracting(Failure::phase).containsOnly(Phase.CONTRACT);
        }
    }

    @Test
    void aBufferIsPoisonedWhenItIsGivenBack() {
        var shelf = new PoisoningShelf<>(() -> ByteBuffer.allocate(4), buffer -> buffer.put(0, (byte) '#'));
        var buffer = shelf.take().put(0, (byte) 'a');

        shelf.give(buffer);

        assertThat(buffer.get(0)).isEqualTo((byte) '#');
        assertThat(shelf.inUse()).isZero();
    }
}
