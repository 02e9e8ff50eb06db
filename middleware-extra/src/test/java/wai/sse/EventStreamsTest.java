package wai.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Capability;
import wai.Request;
import wai.Response;
import wai.test.TestClient;

class EventStreamsTest {
    private static final EventStreams EVENTS = EventStreams.defaults().withoutHeartbeat();

    private static Application sending(EventStreams.Source source) {
        return (request, respond) -> respond.with(EVENTS.sending(request, source));
    }

    @Test
    void sendsTheHeadBeforeTheFirstEvent() throws Exception {
        var go = new CountDownLatch(1);
        try (var client = TestClient.of(sending(out -> {
                    go.await();
                    out.send(Event.of("first"));
                }));
                var live = client.open("/")) {
            assertThat(live.headers().first(wai.HeaderName.CONTENT_TYPE)).hasValue("text/event-stream");
            assertThat(live.headers().first(wai.HeaderName.CACHE_CONTROL)).hasValue("no-store, no-transform");
            assertThat(live.headers().first(wai.HeaderName.of("X-Accel-Buffering")))
                    .hasValue("no");

            go.countDown();

            assertThat(live.awaitText("\n\n")).isEqualTo("data: first\n\n");
            assertThat(live.rest().isComplete()).isTrue();
        }
    }

    @Test
    void eachEventArrivesBeforeTheNextIsMade() {
        var queue = new LinkedBlockingQueue<Event>();
        try (var client = TestClient.of((request, respond) -> respond.with(EVENTS.queued(request, queue)));
                var live = client.open("/")) {
            for (int i = 0; i < 3; i++) {
                queue.add(Event.of("n" + i));
                assertThat(live.awaitText("\n\n")).isEqualTo("data: n" + i + "\n\n");
            }
            queue.add(Event.END);
            assertThat(live.rest().isComplete()).isTrue();
        }
    }

    @Test
    void writesAnIterator() {
        var events = List.of(Event.of("1"), Event.comment("c"), Event.of("2"), Event.END, Event.of("3"));
        try (var client =
                TestClient.of((request, respond) -> respond.with(EVENTS.iterating(request, events.iterator())))) {
            assertThat(client.get("/").text()).isEqualTo("data: 1\n\n: c\n\ndata: 2\n\n");
        }
    }

    @Test
    void saysAtTheBeginningHowLongToWaitBeforeConnectingAgain() {
        var patient = EVENTS.withRetry(Duration.ofSeconds(3));
        try (var client = TestClient.of((request, respond) ->
                respond.with(patient.iterating(request, List.of(Event.of("1")).iterator())))) {
            assertThat(client.get("/").text()).isEqualTo("retry: 3000\n\ndata: 1\n\n");
        }
    }

    @Test
    void sendsHeartbeatsWhileNothingComes() {
        var quick = EventStreams.defaults().withHeartbeat(Duration.ofMillis(1));
        var queue = new LinkedBlockingQueue<Event>();
        try (var client = TestClient.of((request, respond) -> respond.with(quick.queued(request, queue)));
                var live = client.open("/")) {
            assertThat(live.awaitText(": \n\n: \n\n")).isEqualTo(": \n\n: \n\n");

            queue.add(Event.of("x"));

            assertThat(live.awaitText("data: x\n\n")).endsWith("data: x\n\n");
        }
    }

    @Test
    void interruptsTheSourceWhenTheClientLeaves() throws Exception {
        var ended = new CountDownLatch(1);
        try (var client = TestClient.of(sending(out -> {
                    try {
                        out.send(Event.of("1"));
                        new CountDownLatch(1).await();
                    } finally {
                        ended.countDown();
                    }
                }));
                var live = client.open("/")) {
            live.awaitText("data: 1\n\n");

            live.disconnect();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void noticesAClientThatHasLeftAtAHeartbeatWithoutADisconnectSignal() throws Exception {
        var ended = new CountDownLatch(1);
        var quick = EventStreams.defaults().withHeartbeat(Duration.ofMillis(1));
        try (var client = TestClient.of((request, respond) -> respond.with(quick.sending(request, out -> {
                            try {
                                new CountDownLatch(1).await();
                            } finally {
                                ended.countDown();
                            }
                        })))
                        .without(Capability.DISCONNECT_SIGNAL)
                        .answeringErrors();
                var live = client.open("/")) {
            live.awaitText(": \n\n");

            live.disconnect();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void endsWholeWhenTheServerStopsAndInterruptsTheSource() throws Exception {
        var ended = new CountDownLatch(1);
        try (var client = TestClient.of((request, respond) -> respond.with(EVENTS.sending(request, out -> {
                    out.send(Event.of("1"));
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        ended.countDown();
                    }
                })));
                var live = client.open("/")) {
            live.awaitText("data: 1\n\n");

            live.signalShutdown();

            assertThat(live.rest().isComplete()).isTrue();
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void endsWholeWhenTheServerStopsWhateverTheSourceMakesOfIt() {
        try (var client = TestClient.of((request, respond) -> respond.with(EVENTS.sending(request, out -> {
                    try {
                        while (true) {
                            out.send(Event.of("again"));
                        }
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("wrapped by the source", e);
                    }
                })));
                var live = client.open("/")) {
            live.awaitText("data: again\n\n");

            live.signalShutdown();

            assertThat(live.rest().isComplete()).isTrue();
        }
    }

    @Test
    void aSourceThatFailsCutsTheResponse() {
        try (var client = TestClient.of(sending(out -> {
                    out.send(Event.of("1"));
                    throw new IllegalStateException("a source that fails");
                }))
                .answeringErrors()) {
            var response = client.get("/");

            assertThat(response.isComplete()).isFalse();
            assertThat(response.failure()).get().isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aSourceThatSendsTheEndIsToldToReturn() {
        try (var client = TestClient.of(sending(out -> out.send(Event.END))).answeringErrors()) {
            assertThat(client.get("/").failure()).get().isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theSourceWaitsForASlowClientAndRunsOnAThreadOfItsOwn() {
        var virtual = new AtomicBoolean();
        try (var client = TestClient.of(sending(out -> {
                    virtual.set(Thread.currentThread().isVirtual());
                    for (int i = 0; i < 1000; i++) {
                        out.send(Event.of("x".repeat(1000)));
                    }
                }));
                var live = client.open("/")) {
            live.awaitText("\n\n");

            assertThat(live.rest().isComplete()).isTrue();
            assertThat(virtual).isTrue();
        }
    }

    @Test
    void doesNotRunTheSourceForHead() {
        try (var client = TestClient.of(sending(out -> {
            throw new AssertionError("the source ran");
        }))) {
            var response = client.head("/");

            assertThat(response.header("Content-Type")).hasValue("text/event-stream");
        }
    }

    @Test
    void readsTheLastEventIdAsUtf8() {
        var request = Request.builder("GET", "/")
                .headers(wai.Headers.of(
                        wai.HeaderName.LAST_EVENT_ID,
                        new String(
                                "ä-1".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                java.nio.charset.StandardCharsets.ISO_8859_1)))
                .build();

        assertThat(EventStreams.lastEventId(request)).hasValue("ä-1");
        assertThat(EventStreams.lastEventId(Request.builder("GET", "/").build()))
                .isEmpty();
    }

    @Test
    void refusesTimesThatAreNone() {
        assertThatThrownBy(() -> EVENTS.withHeartbeat(Duration.ZERO))
                .hasMessage("heartbeat after PT0S: expected more than 0");
        assertThatThrownBy(() -> EVENTS.withRetry(Duration.ofSeconds(-1)))
                .hasMessage("retry PT-1S: expected 0 or more");
    }

    @Test
    void isAStreamForMiddleware() {
        var response = EVENTS.sending(Request.builder("GET", "/").build(), out -> {});

        assertThat(response.body()).isInstanceOf(wai.Body.Stream.class);
        assertThat(response).isInstanceOf(Response.class);
    }
}
