package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;
import static wai.warp.server.Conversation.SAYS_HI;

import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure.Phase;

/// Connections whose server stops, phase by phase.
class Http1StopTest {
    private static final String LAST_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

    private static void stop(Conversation talk) {
        talk.server.beginStopping();
        talk.connection.stop();
    }

    @Test
    void aConnectionThatSaidNothingYetIsClosed() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.awaitReader();
            stop(talk);

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures()).isEmpty();
        }
    }

    @Test
    void anIdleConnectionIsClosed() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET);
            stop(talk);

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(HI_BYTES);
            assertThat(talk.failures()).isEmpty();
            assertThat(talk.server.connections().count()).isZero();
        }
    }

    @Test
    void aConnectionOpenedMeanwhileIsClosed() {
        var talk = new Conversation(wai.warp.settings.WarpSettings.defaults(), SAYS_HI);
        stop(talk);

        try (talk) {
            talk.begin();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void aBusyConnectionFinishesItsRequest() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        var seen = Collections.synchronizedList(new ArrayList<String>());
        Application works = (request, respond) -> {
            seen.add(request.rawPath());
            busy.countDown();
            done.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(works)) {
            talk.client.send(GET + GET.replace("/ ", "/next "));
            busy.await();
            stop(talk);
            assertThat(talk.client.ending()).isEqualTo(Ending.NONE);
            done.countDown();
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(LAST_HI);
            assertThat(seen).containsExactly("/");
        }
    }

    @Test
    void aRequestWhoseHeadHadBegunIsAnswered() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange("GET / HT");
            stop(talk);
            talk.client.send("TP/1.1\r\nHost: a\r\n\r\n");

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo(LAST_HI);
        }
    }

    @Test
    void aStreamThatHadBegunIsFinishedAndTheConnectionClosed() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application streams = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("first");
            begun.countDown();
            done.await();
            out.writeUtf8("last");
        }));

        try (var talk = Conversation.with(streams)) {
            talk.client.send(GET);
            begun.await();
            stop(talk);
            done.countDown();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).endsWith("last\r\n0\r\n\r\n");
        }
    }

    @Test
    void anApplicationThatOutlivesTheGracePeriodIsInterrupted() throws InterruptedException {
        var busy = new CountDownLatch(1);
        Application hangs = (_, respond) -> {
            busy.countDown();
            new CountDownLatch(1).await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(hangs)) {
            talk.client.send(GET);
            busy.await();
            stop(talk);
            talk.connection.kill();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).isEmpty();
            assertThat(talk.failures()).first().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.APPLICATION);
                assertThat(failure.cause()).isInstanceOf(InterruptedException.class);
                assertThat(failure.request()).isPresent();
            });
            assertThat(talk.server.connections().count()).isZero();
        }
    }

    @Test
    void whatOutlivesTheInterruptIsCut() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        var seen = new CompletableFuture<Throwable>();
        Application works = (_, respond) -> {
            busy.countDown();
            awaitDespiteInterrupts(done);
            try {
                return respond.with(HI);
            } catch (Exception e) {
                seen.complete(e);
                throw e;
            }
        };

        try (var talk = Conversation.with(works)) {
            talk.client.send(GET);
            busy.await();
            stop(talk);
            talk.connection.kill();
            done.countDown();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).isEmpty();
            assertThat(seen).isCompletedWithValueMatching(e -> e instanceof wai.ClientDisconnectedException);
            assertThat(talk.server.connections().count()).isZero();
        }
    }

    private static void awaitDespiteInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException _) {
                // that is the point
            }
        }
    }
}
