package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Exchange.Progress;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;

/// Every fault of an application in every place: what the client sees, whether the connection lives, what the hook is
/// told; the same when the hook fails too.
class Http1FaultMatrixTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    private static final String NEXT = GET.replace("/ ", "/next ");
    private static final String ERROR_BYTES = """
            HTTP/1.1 500 Internal Server Error\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: 26\r
            \r
            500 Internal Server Error
            """;

    /// What an application does wrong; throws.
    @SuppressWarnings("ImmutableEnumChecker") // a throwable is only thrown
    enum Fault {
        RUNTIME_EXCEPTION(new IllegalStateException("mine")),
        CHECKED_EXCEPTION(new Exception("mine")),
        IO_EXCEPTION(new IOException("mine")),
        ASSERTION_ERROR(new AssertionError("mine")),
        OUT_OF_MEMORY(new OutOfMemoryError("mine")),
        INTERNAL_ERROR(new InternalError("mine")),
        LINKAGE_ERROR(new NoClassDefFoundError("mine")),
        INTERRUPTED_EXCEPTION(new InterruptedException("mine")),
        STACK_OVERFLOW(null) {
            @Override
            @SuppressWarnings("InfiniteRecursion") // that is the fault
            void happen() {
                happen();
                throw new AssertionError("the stack has no end");
            }
        },
        INTERRUPTED_FLAG(new IllegalStateException("mine")) {
            @Override
            void happen() {
                Thread.currentThread().interrupt();
                super.happen();
            }
        };

        private final @Nullable Throwable thrown;

        Fault(@Nullable Throwable thrown) {
            this.thrown = thrown;
        }

        void happen() {
            if (thrown != null) {
                throw Sneaky.<RuntimeException>thrown(thrown);
            }
        }
    }

    /// Where it happens, and what must come of it.
    enum Place {
        BEFORE_THE_BODY(Outcome.ERROR, Progress.NONE),
        INSIDE_THE_BODY(Outcome.ERROR, Progress.NONE),
        BEHIND_THE_BODY(Outcome.ERROR, Progress.NONE),
        BEFORE_THE_FIRST_BYTE(Outcome.CUT, Progress.SENDING),
        BEHIND_A_FLUSH(Outcome.CUT, Progress.SENDING),
        BEHIND_THE_LAST_BYTE(Outcome.CUT, Progress.SENDING),
        ON_ANOTHER_THREAD_THAT_RESPONDS(Outcome.CUT, Progress.SENDING),
        IN_RAW(Outcome.CUT, Progress.SENDING),
        AFTER_THE_RESPONSE(Outcome.SENT, Progress.SENT);

        private final Outcome outcome;
        private final Progress progress;

        Place(Outcome outcome, Progress progress) {
            this.outcome = outcome;
            this.progress = progress;
        }

        ResponseReceived run(Request request, Respond respond, Fault fault) throws Exception {
            return switch (this) {
                case BEFORE_THE_BODY -> {
                    fault.happen();
                    yield respond.with(HI);
                }
                case INSIDE_THE_BODY -> {
                    request.body().readNBytes(1);
                    fault.happen();
                    yield respond.with(HI);
                }
                case BEHIND_THE_BODY -> {
                    request.body().readAllBytes();
                    fault.happen();
                    yield respond.with(HI);
                }
                case BEFORE_THE_FIRST_BYTE -> respond.with(stream(_ -> fault.happen()));
                case BEHIND_A_FLUSH ->
                    respond.with(stream(out -> {
                        out.writeUtf8("half");
                        out.flush();
                        fault.happen();
                    }));
                case BEHIND_THE_LAST_BYTE ->
                    respond.with(stream(out -> {
                        out.writeUtf8("whole");
                        fault.happen();
                    }));
                case ON_ANOTHER_THREAD_THAT_RESPONDS -> elsewhere(() -> respond.with(stream(_ -> fault.happen())));
                case IN_RAW ->
                    respond.with(Response.raw(
                            Status.SWITCHING_PROTOCOLS, Headers.of(HeaderName.UPGRADE, "x"), HI, _ -> fault.happen()));
                case AFTER_THE_RESPONSE -> {
                    var token = respond.with(HI);
                    fault.happen();
                    yield token;
                }
            };
        }
    }

    enum Outcome {
        /// 500, and the connection lives.
        ERROR,
        /// No whole response, and a reset.
        CUT,
        /// The response, and the connection lives.
        SENT
    }

    private static Response stream(wai.StreamingBody body) {
        return Response.stream(Status.OK, Headers.EMPTY, body);
    }

    private static ResponseReceived elsewhere(java.util.concurrent.Callable<ResponseReceived> task) throws Exception {
        var result = new CompletableFuture<ResponseReceived>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw Sneaky.<RuntimeException>thrown(java.util.Objects.requireNonNull(e.getCause()));
        }
    }

    static Stream<Arguments> cells() {
        return Stream.of(Place.values())
                .flatMap(place -> Stream.of(Fault.values()).map(fault -> Arguments.of(place, fault)));
    }

    // ------------------------------------------------------------------------------------------ the table

    @ParameterizedTest(name = "{1} {0}")
    @MethodSource("cells")
    void theClientSeesAndTheHookIsToldWhatIsDefined(Place place, Fault fault) {
        check(place, fault, _ -> {});
    }

    @ParameterizedTest(name = "{1} {0}")
    @MethodSource("cells")
    void theClientSeesTheSameWhenTheHookFailsTheSameWay(Place place, Fault fault) {
        check(place, fault, _ -> fault.happen());
    }

    private static void check(Place place, Fault fault, java.util.function.Consumer<Failure> hook) {
        var thrown = new AtomicReference<@Nullable Throwable>();
        var interrupted = new ArrayList<Boolean>();
        Application application = (request, respond) -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            if (request.rawPath().equals("/next")) {
                return respond.with(HI);
            }
            try {
                return place.run(request, respond, fault);
            } catch (Throwable e) {
                thrown.set(e);
                throw e;
            }
        };
        var hooks = Hooks.defaults().withOnFailure(hook);

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), application)) {
            talk.client.send((place == Place.IN_RAW ? GET : POST) + (place == Place.IN_RAW ? "" : NEXT));
            talk.client.awaitReader();

            switch (place.outcome) {
                case ERROR -> assertThat(talk.received()).isEqualTo(ERROR_BYTES + HI_BYTES);
                case SENT -> assertThat(talk.received()).isEqualTo(HI_BYTES + HI_BYTES);
                case CUT -> {
                    assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
                    assertThat(talk.received()).doesNotContain("\r\n0\r\n").doesNotContain("\r\n\r\nhi");
                }
            }
            assertThat(interrupted).doesNotContain(true);
            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.cause()).isSameAs(thrown.get());
                assertThat(failure.phase()).isEqualTo(Phase.APPLICATION);
                assertThat(failure.progress()).isEqualTo(place.progress);
                assertThat(failure.request()).map(Request::rawPath).contains("/");
            });
        }
    }

    // ------------------------------------------------------------------------------------------ tokens

    static Stream<Arguments> violations() {
        var kept = new AtomicReference<@Nullable ResponseReceived>();
        return Stream.of(
                Arguments.of("null before", ERROR_BYTES, (Application) (_, _) -> Sneaky.nothing()),
                Arguments.of("null after", HI_BYTES, (Application) (_, respond) -> {
                    respond.with(HI);
                    return Sneaky.nothing();
                }),
                Arguments.of("twice", HI_BYTES, (Application) (_, respond) -> {
                    respond.with(HI);
                    return respond.with(HI);
                }),
                Arguments.of("twice, from another thread", HI_BYTES, (Application) (_, respond) -> {
                    respond.with(HI);
                    return elsewhere(() -> respond.with(HI));
                }),
                Arguments.of("the token of an earlier exchange", HI_BYTES, (Application) (request, respond) -> {
                    var token = respond.with(HI);
                    var earlier = kept.getAndSet(token);
                    return request.rawPath().equals("/next") || earlier == null ? token : earlier;
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void aViolationIsReportedAndTheConnectionLives(String name, String answer, Application application) {
        Application first = (request, respond) ->
                request.rawPath().equals("/next") ? respond.with(HI) : application.handle(request, respond);

        try (var talk = Conversation.with(name.startsWith("the token") ? application : first)) {
            var before = name.startsWith("the token") ? talk.exchange(NEXT) : "";

            assertThat(talk.exchange(GET + NEXT)).isEqualTo(before + answer + HI_BYTES);
            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.CONTRACT);
                assertThat(failure.cause()).isInstanceOf(ContractViolation.class);
                assertThat(failure.request()).isPresent();
            });
        }
    }

    // ------------------------------------------------------------------------------------------ files

    @Test
    void aFileThatVanishedIsAnswered500AndTheConnectionClosed() {
        Application sends = (_, respond) ->
                respond.with(Response.file(Status.OK, Headers.EMPTY, Path.of("vanished"), new wai.FilePart(0, 5, 5)));

        try (var talk = Conversation.with(sends)) {
            talk.client.send(GET + NEXT);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 500 ").containsOnlyOnce("HTTP/1.1");
            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.APPLICATION);
                assertThat(failure.progress()).isEqualTo(Progress.SENDING);
            });
        }
    }

    // ------------------------------------------------------------------------------------------ the error response

    static Stream<Arguments> errorResponses() {
        Function<Failure, Response> raw = _ -> Response.raw(
                Status.SWITCHING_PROTOCOLS, Headers.of(HeaderName.UPGRADE, "x"), HI, connection -> connection
                        .output()
                        .write('r'));
        Function<Failure, Response> stream = _ -> stream(out -> out.writeUtf8("streamed"));
        Function<Failure, Response> vanished =
                _ -> Response.file(Status.OK, Headers.EMPTY, Path.of("vanished"), new wai.FilePart(0, 5, 5));
        return Stream.concat(
                Stream.of(
                        Arguments.of("streams", stream, "\r\n8\r\nstreamed\r\n0\r\n\r\n", 1),
                        Arguments.of("is raw", raw, "\r\n\r\nr", 1),
                        Arguments.of("is a file that vanished", vanished, "500 Internal Server Error\n", 2)),
                Stream.of(Fault.values())
                        .map(fault -> Arguments.of(
                                "throws " + fault,
                                (Function<Failure, Response>) _ -> {
                                    fault.happen();
                                    return HI;
                                },
                                "500 Internal Server Error\n",
                                2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errorResponses")
    void anErrorResponseIsSentWhateverItIs(String name, Function<Failure, Response> hook, String end, int reports) {
        var hooks = Hooks.defaults().withErrorResponse(hook);

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), (_, _) -> {
            throw new IllegalStateException("mine");
        })) {
            talk.client.send(GET);
            talk.client.awaitReceived(end);

            assertThat(talk.received()).as(name).endsWith(end).containsOnlyOnce("HTTP/1.1");
            talk.client.end();
            talk.awaitEnd();
            assertThat(talk.failures()).hasSize(reports);
        }
    }

    // ------------------------------------------------------------------------------------------ actions

    @ParameterizedTest
    @org.junit.jupiter.params.provider.EnumSource(Fault.class)
    void anActionThatFailsIsReportedAndDoesNoOtherHarm(Fault fault) throws InterruptedException {
        var reported = new CountDownLatch(1);
        var hooks = Hooks.defaults().withOnFailure(_ -> reported.countDown());
        Application registers = (request, respond) -> {
            request.onDisconnect(fault::happen);
            reported.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), registers)) {
            talk.client.send(GET);
            talk.client.end();
            talk.awaitEnd();

            assertThat(talk.received()).endsWith("\r\n\r\nhi");
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.APPLICATION);
        }
    }

    // ------------------------------------------------------------------------------------------ hanging

    @Test
    void anApplicationThatHangsIsCutAtTheEndOfTheGrace() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        Application hangs = (request, respond) -> {
            request.onDisconnect(Thread.currentThread()::interrupt);
            busy.countDown();
            never.await();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(hangs)) {
            talk.client.send(GET);
            busy.await();
            talk.client.awaitReader();
            talk.server.beginStopping();
            talk.connection.stop();
            talk.connection.kill();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).isEmpty();
            assertThat(talk.failures())
                    .anySatisfy(failure -> assertThat(failure.cause()).isInstanceOf(InterruptedException.class));
        }
    }
}
