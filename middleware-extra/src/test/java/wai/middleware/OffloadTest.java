package wai.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.Status.OK;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Headers;
import wai.Key;
import wai.Request;
import wai.Response;
import wai.shelf.RecordingExchange;
import wai.spi.ContractViolation;
import wai.spi.Rule;

class OffloadTest {
    private static final Application THREAD_NAME = (_, respond) ->
            respond.with(Response.text(OK, Thread.currentThread().getName()));

    @TempDir
    private Path folder;

    // ------------------------------------------------------------------------------------------ where it runs

    @Test
    void runsTheApplicationOnADaemonPlatformThread() throws Exception {
        var seen = new AtomicReference<Thread>();
        Application application = (_, respond) -> {
            seen.set(Thread.currentThread());
            return respond.with(Response.text(OK, ""));
        };

        call(Offload.onThreads(1).wrap(application)).get();

        assertThat(seen.get().isVirtual()).isFalse();
        assertThat(seen.get().isDaemon()).isTrue();
        assertThat(seen.get().getName()).isEqualTo("wai-offload");
    }

    @Test
    void runsTheBodyOfAStreamThereToo() throws Exception {
        Application application = (_, respond) -> respond.with(Response.stream(
                OK, Headers.EMPTY, out -> out.writeUtf8(Thread.currentThread().getName())));

        assertThat(call(Offload.onThreads(1).wrap(application)).get()).contains("write wai-offload");
    }

    @Test
    void runsAtMostAsManyAtATimeAsItHasThreads() throws Exception {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var offload = Offload.onThreads(2).wrap((_, respond) -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            inside.decrementAndGet();
            return respond.with(Response.text(OK, "done"));
        });

        var calls = Stream.generate(() -> call(offload)).limit(100).toList();

        for (var call : calls) {
            assertThat(call.get()).contains("bytes done");
        }
        assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void applicationsUnderOneOffloadShareItsThreads() throws Exception {
        var held = new Held();
        var offload = Offload.onThreads(1).withQueue(0);
        var first = call(offload.wrap(held));
        held.awaitRunning(1);

        var second = call(offload.wrap(THREAD_NAME)).get();

        assertThat(second.getFirst()).startsWith("503");
        held.release();
        assertThat(first.get()).contains("bytes held");
    }

    @Test
    void changesNothingInsideItself() throws Exception {
        var offload = Offload.onThreads(1).withQueue(0);

        assertThat(call(offload.wrap(offload.wrap(THREAD_NAME))).get()).contains("bytes wai-offload");
    }

    // ------------------------------------------------------------------------------------------ when it is full

    @Test
    void whoWaitsComesInOrder() throws Exception {
        var held = new Held();
        Queue<String> order = new ConcurrentLinkedQueue<>();
        Application notes = (request, respond) -> {
            order.add(request.rawPath());
            return respond.with(Response.text(OK, ""));
        };
        var offload = Offload.onThreads(1);
        var first = call(offload.wrap(held));
        held.awaitRunning(1);

        var waiting = new ArrayList<Call>();
        for (var path : List.of("/1", "/2", "/3", "/4")) {
            waiting.add(call(offload.wrap(notes), path).awaitWaiting());
        }
        held.release();

        first.get();
        for (var call : waiting) {
            call.get();
        }
        assertThat(order).containsExactly("/1", "/2", "/3", "/4");
    }

    @Test
    void refusesOneMoreThanTheQueueHolds() throws Exception {
        var held = new Held();
        var offload = Offload.onThreads(1).withQueue(1).wrap(held);
        var running = call(offload);
        held.awaitRunning(1);
        var waiting = call(offload).awaitWaiting();

        var refused = call(offload).get();

        assertThat(refused.getFirst()).startsWith("503 Service Unavailable").contains("Retry-After: 1");
        held.release();
        assertThat(running.get()).contains("bytes held");
        assertThat(waiting.get()).contains("bytes held");
        assertThat(call(offload).get()).contains("bytes held");
    }

    @Test
    void withoutAQueueWhoComesAfterTheLastOneIsServed() throws Exception {
        var offload = Offload.onThreads(1).withQueue(0).wrap(THREAD_NAME);

        for (int i = 0; i < 1000; i++) {
            var exchange = new RecordingExchange();
            exchange.serve(offload, exchange.request("GET", "/", ""));

            assertThat(exchange.events()).contains("bytes wai-offload");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"PT0S, 0", "PT0.001S, 1", "PT1S, 1", "PT1M0.5S, 61"})
    void saysWhenToTryAgain(Duration time, String seconds) throws Exception {
        var held = new Held();
        var offload = Offload.onThreads(1).withQueue(0).withRetryAfter(time).wrap(held);
        var running = call(offload);
        held.awaitRunning(1);

        assertThat(call(offload).get().getFirst()).contains("Retry-After: " + seconds + "]");

        held.release();
        running.get();
    }

    @Test
    void checksItsSettings() {
        assertThatThrownBy(() -> Offload.onThreads(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offload on 0 threads: expected 1 or more");
        assertThatThrownBy(() -> Offload.onThreads(1).withQueue(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offload with a queue of -1: expected 0 or more requests");
        assertThatThrownBy(() -> Offload.onThreads(1).withRetryAfter(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected zero or more");
    }

    // ------------------------------------------------------------------------------------------ what stays

    Stream<Response> allBodies() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "of a file");
        return Stream.of(
                Response.text(OK, "bytes"),
                Response.file(OK, Headers.EMPTY, file),
                Response.stream(OK, Headers.EMPTY, out -> {
                    out.writeUtf8("one");
                    out.flush();
                    out.writeUtf8("two");
                }),
                Response.raw(OK, Headers.EMPTY, Response.text(OK, "fallback"), connection -> connection
                        .input()
                        .transferTo(connection.output())));
    }

    @Test
    void changesNoByteOfAnyBody() throws Exception {
        for (var response : allBodies().toList()) {
            Application application = (_, respond) -> respond.with(response);
            var plain = new RecordingExchange();
            plain.serve(application, plain.request("GET", "/", ""));

            assertThat(call(Offload.onThreads(1).wrap(application)).get()).isEqualTo(plain.events());
        }
    }

    @Test
    void theApplicationSeesTheSameRequest() throws Exception {
        var key = Key.<String>named("key");
        var seen = new AtomicReference<Request>();
        var exchange = new RecordingExchange();
        var request = exchange.request("POST", "/", "body").with(key, "value");

        exchange.serve(
                Offload.onThreads(1).wrap((received, respond) -> {
                    seen.set(received);
                    return respond.with(Response.text(OK, received.readBody(10).utf8()));
                }),
                request);

        assertThat(seen.get()).isSameAs(request);
        assertThat(seen.get().get(key)).hasValue("value");
        assertThat(exchange.events()).contains("bytes body");
    }

    @Test
    void theContextClassLoaderComesAlong() throws Exception {
        var mine = new ClassLoader() {};
        var seen = new AtomicReference<ClassLoader>();
        var offload = Offload.onThreads(1).wrap((_, respond) -> {
            seen.set(Thread.currentThread().getContextClassLoader());
            return respond.with(Response.text(OK, ""));
        });
        call(offload).get(); // the thread is made for another

        var exchange = new RecordingExchange();
        var before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(mine);
        try {
            exchange.serve(offload, exchange.request("GET", "/", ""));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }

        assertThat(seen.get()).isSameAs(mine);
    }

    static Stream<Throwable> throwables() {
        return Stream.of(new IOException("checked"), new StackOverflowError(), new Throwable("neither") {});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("throwables")
    void whatTheApplicationThrowsPassesAsItIs(Throwable thrown) {
        var offload = Offload.onThreads(1).wrap((_, _) -> {
            throw OffloadTest.<RuntimeException>anything(thrown);
        });
        var exchange = new RecordingExchange();

        assertThatThrownBy(() -> exchange.run(offload, exchange.request("GET", "/", "")))
                .isSameAs(thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T anything(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    @SuppressWarnings("NullAway") // that is the point
    void aMissingTokenIsTheHandlersToRefuse() throws Exception {
        var exchange = new RecordingExchange();

        exchange.serve(Offload.onThreads(1).wrap((_, _) -> null), exchange.request("GET", "/", ""));

        assertThat(exchange.thrown())
                .isInstanceOfSatisfying(ContractViolation.class, violation -> assertThat(violation.rule())
                        .isEqualTo(Rule.APP_RETURNS_TOKEN));
    }

    // ------------------------------------------------------------------------------------------ interrupts

    @Test
    void anInterruptReachesTheApplicationAndItsExceptionComesBack() throws Exception {
        var held = new Held();
        var offload = Offload.onThreads(1);
        var call = call(offload.wrap(held));
        held.awaitRunning(1);

        call.interrupt();

        assertThat(call.get().getFirst()).isEqualTo("threw InterruptedException in NONE");
        assertThat(held.wasInterrupted()).isTrue();
        assertThat(call(offload.wrap((_, respond) ->
                                respond.with(Response.text(OK, "interrupted: " + Thread.interrupted()))))
                        .get())
                .contains("bytes interrupted: false");
    }

    @Test
    void anInterruptThatTheApplicationLeavesAloneIsFoundByTheCaller() throws Exception {
        var running = new CountDownLatch(1);
        var offload = Offload.onThreads(1).wrap((_, respond) -> {
            running.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            return respond.with(Response.text(OK, "done"));
        });
        var flag = new AtomicReference<Boolean>();
        var call = call((request, respond) -> {
            var received = offload.handle(request, respond);
            flag.set(Thread.interrupted());
            return received;
        });
        running.await();

        call.interrupt();

        assertThat(call.get()).contains("bytes done");
        assertThat(flag.get()).isTrue();
    }

    @Test
    void aRequestThatIsInterruptedWhileItWaitsNeverRuns() throws Exception {
        var held = new Held();
        var offload = Offload.onThreads(1).withQueue(1);
        var running = call(offload.wrap(held));
        held.awaitRunning(1);
        var ran = new AtomicInteger();
        var waiting = call(offload.wrap((_, respond) -> {
                    ran.incrementAndGet();
                    return respond.with(Response.text(OK, ""));
                }))
                .awaitWaiting();

        waiting.interrupt();

        assertThat(waiting.get().getFirst()).isEqualTo("threw InterruptedException in NONE");
        var next = call(offload.wrap(THREAD_NAME)).awaitWaiting(); // its place in the queue is free again
        held.release();
        running.get();
        assertThat(next.get()).contains("bytes wai-offload");
        assertThat(ran).hasValue(0);
    }

    // ------------------------------------------------------------------------------------------ tools

    private static Call call(Application application) {
        return call(application, "/");
    }

    private static Call call(Application application, String target) {
        return new Call(application, target);
    }

    /// A request on a thread of its own.
    private static final class Call {
        private static final long PATIENCE_SECONDS = 30; // a safety net
        private static final long STEP_NANOS = 1_000_000;

        private final FutureTask<List<String>> events;
        private final Thread thread;

        Call(Application application, String target) {
            var exchange = new RecordingExchange();
            events = new FutureTask<>(() -> exchange.serve(application, exchange.request("GET", target, ""))
                    .events());
            thread = Thread.ofVirtual().start(events);
        }

        /// Returns when the thread waits.
        Call awaitWaiting() {
            while (thread.getState() != Thread.State.WAITING) {
                assertThat(events.isDone()).isFalse();
                LockSupport.parkNanos(STEP_NANOS);
            }
            return this;
        }

        void interrupt() {
            thread.interrupt();
        }

        /// What a client sees.
        List<String> get() throws Exception {
            try {
                return events.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
    }

    /// An application that answers when it may.
    private static final class Held implements Application {
        private final AtomicInteger running = new AtomicInteger();
        private final CountDownLatch released = new CountDownLatch(1);
        private final AtomicReference<InterruptedException> interrupted = new AtomicReference<>();

        @Override
        public wai.ResponseReceived handle(Request request, wai.Respond respond) throws Exception {
            running.incrementAndGet();
            try {
                released.await();
            } catch (InterruptedException e) {
                interrupted.set(e);
                throw e;
            }
            return respond.with(Response.text(OK, "held"));
        }

        void awaitRunning(int requests) {
            while (running.get() < requests) {
                LockSupport.parkNanos(Call.STEP_NANOS);
            }
        }

        void release() {
            released.countDown();
        }

        boolean wasInterrupted() {
            return interrupted.get() != null;
        }
    }
}
