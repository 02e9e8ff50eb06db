package wai.warp.server;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;
import static wai.warp.server.Conversation.SAYS_HI;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Bytes;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Exchange.Progress;
import wai.spi.Rule;
import wai.warp.http1.Http1Fault;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;

/// What the client sees, and what the hooks are told, when the application, a hook or the client fails.
class Http1FailureTest {
    private static final String ERROR_BYTES = """
            HTTP/1.1 500 Internal Server Error\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: 26\r
            \r
            500 Internal Server Error
            """;

    private static Response stream(wai.StreamingBody body) {
        return Response.stream(Status.OK, Headers.EMPTY, body);
    }

    // ------------------------------------------------------------------------------------------ before the response

    static Stream<Arguments> throwables() {
        return Stream.of(
                arguments("checked exception", new IOException("mine")),
                arguments("runtime exception", new IllegalStateException("mine")),
                arguments("error", new AssertionError("mine")),
                arguments("interrupt", new InterruptedException("mine")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("throwables")
    void anApplicationThatThrowsIsAnswered500AndTheConnectionLives(String name, Throwable thrown) {
        Application fails = (request, respond) -> {
            if (request.rawPath().equals("/ok")) {
                return respond.with(HI);
            }
            throw Sneaky.<RuntimeException>thrown(thrown);
        };

        try (var talk = Conversation.with(fails)) {
            assertThat(talk.exchange(GET + GET.replace("/ ", "/ok "))).as(name).isEqualTo(ERROR_BYTES + HI_BYTES);
            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.APPLICATION);
                assertThat(failure.cause()).isSameAs(thrown);
                assertThat(failure.request()).map(Request::rawPath).contains("/");
                assertThat(failure.progress()).isEqualTo(Progress.NONE);
                assertThat(failure.peer()).hasToString("client/<unresolved>:1234");
            });
        }
    }

    @Test
    void anApplicationThatRecursesWithoutEndIsAnswered500() {
        Application recurses = new Application() {
            @Override
            @SuppressWarnings("InfiniteRecursion")
            public wai.ResponseReceived handle(Request request, wai.Respond respond) throws Exception {
                return handle(request, respond);
            }
        };

        try (var talk = Conversation.with(recurses)) {
            assertThat(talk.exchange(GET, GET)).isEqualTo(ERROR_BYTES + ERROR_BYTES);
            assertThat(talk.failures()).extracting(Failure::cause).hasOnlyElementsOfType(StackOverflowError.class);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // the violation is the point
    void anApplicationThatReturnsNullIsAnswered500() {
        try (var talk = Conversation.with((_, _) -> null)) {
            assertThat(talk.exchange(GET, GET)).isEqualTo(ERROR_BYTES + ERROR_BYTES);
            assertThat(talk.failures()).hasSize(2).allSatisfy(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.CONTRACT);
                assertThat(failure.cause())
                        .isInstanceOfSatisfying(ContractViolation.class, seen -> assertThat(seen.rule())
                                .isEqualTo(Rule.APP_RETURNS_TOKEN));
            });
        }
    }

    @Test
    void aResponseThatBreaksTheContractIsAnswered500() {
        Application informs = (_, respond) -> respond.with(Response.text(Status.of(102), "no final response"));

        try (var talk = Conversation.with(informs)) {
            assertThat(talk.exchange(GET)).isEqualTo(ERROR_BYTES);
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.CONTRACT);
        }
    }

    // ------------------------------------------------------------------------------------------ within the response

    @Test
    void aStreamThatThrowsIsCut() {
        Application fails = (_, respond) -> respond.with(stream(out -> {
            out.writeUtf8("half");
            out.flush();
            throw new IllegalStateException("mine");
        }));

        try (var talk = Conversation.with(fails)) {
            talk.client.send(GET);

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).endsWith("4\r\nhalf\r\n");
            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.APPLICATION);
                assertThat(failure.progress()).isEqualTo(Progress.SENDING);
            });
        }
    }

    @Test
    void aStreamThatThrowsOnHttp10IsReset() {
        Application fails = (_, respond) -> respond.with(stream(out -> {
            out.writeUtf8("half");
            out.flush();
            throw new IllegalStateException("mine");
        }));

        try (var talk = Conversation.with(fails)) {
            talk.client.send("GET / HTTP/1.0\r\n\r\n");

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
        }
    }

    @Test
    void anAnswerThatWaitedReachesTheClientWhenTheNextOneIsCut() {
        Application failsSecond = (request, respond) -> request.rawPath().equals("/")
                ? respond.with(HI)
                : respond.with(stream(out -> {
                    out.writeUtf8("half");
                    throw new IllegalStateException("mine");
                }));

        try (var talk = Conversation.with(failsSecond)) {
            talk.client.send(GET + GET.replace("/ ", "/fails "));

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).startsWith(HI_BYTES).doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void aClientThatResetsDuringAStreamIsReportedAsAFailedResponse() {
        Application endless = (_, respond) -> respond.with(stream(out -> {
            while (true) {
                out.write(new byte[1000]);
                out.flush();
            }
        }));

        try (var talk = Conversation.with(endless)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            talk.client.awaitWriter();
            talk.client.reset();
            talk.awaitEnd();

            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.RESPONSE);
        }
    }

    // ------------------------------------------------------------------------------------------ after the response

    @Test
    void anExceptionAfterTheResponseChangesNothingForTheClient() {
        Application fails = (_, respond) -> {
            respond.with(HI);
            throw new IllegalStateException("mine");
        };

        try (var talk = Conversation.with(fails)) {
            assertThat(talk.exchange(GET + GET)).isEqualTo(HI_BYTES + HI_BYTES);
            assertThat(talk.failures()).hasSize(2).allSatisfy(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.APPLICATION);
                assertThat(failure.progress()).isEqualTo(Progress.SENT);
            });
        }
    }

    @Test
    void aSecondResponseIsRefused() {
        Application twice = (_, respond) -> {
            respond.with(HI);
            return respond.with(HI);
        };

        try (var talk = Conversation.with(twice)) {
            assertThat(talk.exchange(GET + GET)).isEqualTo(HI_BYTES + HI_BYTES);
            assertThat(talk.failures()).extracting(Failure::phase).containsExactly(Phase.CONTRACT, Phase.CONTRACT);
        }
    }

    // ------------------------------------------------------------------------------------------ hooks

    @Test
    void theErrorResponseIsWhatTheHookMakes() {
        var hooks = Hooks.defaults()
                .withErrorResponse(failure -> Response.of(
                        Status.of(503),
                        Headers.EMPTY,
                        Bytes.utf8(failure.phase() + " " + failure.cause().getMessage())));

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), (_, _) -> {
            throw new IOException("mine");
        })) {
            assertThat(talk.exchange(GET)).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\nAPPLICATION mine");
        }
    }

    static Stream<Arguments> brokenErrorResponses() {
        return Stream.of(
                arguments("throws", (java.util.function.Function<Failure, Response>) _ -> {
                    throw new IllegalStateException("hook");
                }),
                arguments("throws an error", (java.util.function.Function<Failure, Response>) _ -> {
                    throw new AssertionError("hook");
                }),
                arguments("answers null", (java.util.function.Function<Failure, Response>) _ -> Sneaky.nothing()),
                arguments("breaks the contract", (java.util.function.Function<Failure, Response>)
                        _ -> Response.text(Status.of(102), "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenErrorResponses")
    void aBrokenErrorHookIsReportedAndThePlain500Sent(
            String name, java.util.function.Function<Failure, Response> hook) {
        var hooks = Hooks.defaults().withErrorResponse(hook);

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), (_, _) -> {
            throw new IOException("mine");
        })) {
            talk.client.send(GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).as(name).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 500 Internal Server Error\r\n");
            assertThat(talk.failures())
                    .extracting(Failure::phase)
                    .startsWith(Phase.APPLICATION)
                    .contains(Phase.SERVER);
        }
    }

    @Test
    void anErrorStreamThatThrowsIsCut() {
        var hooks = Hooks.defaults()
                .withErrorResponse(_ -> stream(out -> {
                    throw new IllegalStateException("hook");
                }));

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), (_, _) -> {
            throw new IOException("mine");
        })) {
            talk.client.send(GET);

            assertThat(talk.awaitEnd()).isEqualTo(Ending.RESET);
            assertThat(talk.received()).doesNotContain("\r\n0\r\n");
        }
    }

    static Stream<Arguments> hookThrowables() {
        return Stream.of(
                arguments("exception", new IllegalStateException("hook")),
                arguments("error", new AssertionError("hook")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hookThrowables")
    void aFailureHookThatThrowsDoesNoHarm(String name, Throwable thrown) {
        var hooks = Hooks.defaults().withOnFailure(_ -> {
            throw Sneaky.<RuntimeException>thrown(thrown);
        });

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), (_, _) -> {
            throw new IOException("mine");
        })) {
            assertThat(talk.exchange(GET, GET)).as(name).isEqualTo(ERROR_BYTES + ERROR_BYTES);
        }
    }

    @Test
    void anOpeningHookThatThrowsClosesAndIsReported() {
        var hooks = Hooks.defaults().withOnOpen(_ -> {
            throw new IllegalStateException("hook");
        });

        try (var talk = Conversation.with(settings -> settings.withHooks(hooks), SAYS_HI)) {
            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.SERVER);
            assertThat(talk.server.connections().count()).isZero();
        }
    }

    // ------------------------------------------------------------------------------------------ the client's faults

    static Stream<Arguments> faults() {
        return Stream.of(
                arguments("request line", "GET /\r\n\r\n", 400),
                arguments("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
                arguments("space before colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
                arguments(
                        "length and coding",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                        400),
                arguments("coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
                arguments("expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417),
                arguments("version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
                arguments("target", "GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                arguments("fields", "GET / HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n".repeat(128) + "\r\n", 431));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("faults")
    void aMalformedRequestIsRefusedBehindEarlierAnswers(String name, String request, int status) {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.send(GET + request, GET);
            talk.client.awaitReader();
            talk.client.end();

            assertThat(talk.awaitEnd()).as(name).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith(HI_BYTES + "HTTP/1.1 " + Status.of(status) + "\r\n");
            assertThat(talk.received())
                    .containsOnlyOnce("Connection: close\r\n")
                    .containsOnlyOnce("HTTP/1.1 200");
            assertThat(talk.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.phase()).isEqualTo(Phase.REQUEST);
                assertThat(failure.cause()).isInstanceOf(Http1Fault.class);
            });
        }
    }

    @Test
    void aCutHeadIsRefused() {
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.client.send("GET / HT");
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 400 Bad Request\r\n");
        }
    }

    static Stream<Arguments> bodyFaults() {
        var chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        return Stream.of(
                arguments("chunk size", chunked + "zz\r\n", 400),
                arguments("behind a chunk", chunked + "1\r\nxyz", 400),
                arguments("trailer", chunked + "0\r\nbad\r\n\r\n", 400),
                arguments("trailers too large", chunked + "0\r\n" + "A: b\r\n".repeat(200) + "\r\n", 431),
                arguments("too long", chunked + "65\r\n" + "x".repeat(101), 413));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("bodyFaults")
    void aMalformedBodyIsRefusedWhenItsReaderGivesUp(String name, String request, int status) {
        Application reads = (request1, respond) -> {
            request1.body().readAllBytes();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(
                settings -> settings.withLimits(settings.limits().withBodyBytes(100)), reads)) {
            talk.client.send(request);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).as(name).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).startsWith("HTTP/1.1 " + Status.of(status) + "\r\n");
            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.REQUEST);
        }
    }

    @Test
    void theRefusalOfAHeadRequestHasNoBody() {
        Application reads = (request, respond) -> {
            request.body().readAllBytes();
            return respond.with(HI);
        };

        try (var talk = Conversation.with(reads)) {
            talk.client.send("HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            talk.client.awaitEnding();
            talk.client.end();
            talk.awaitEnd();

            assertThat(talk.received())
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void anApplicationThatNoticesTheFaultAnswersByItself() {
        Application notices = (request, respond) -> {
            try {
                request.body().readAllBytes();
                return respond.with(HI);
            } catch (IOException _) {
                return respond.with(Response.of(Status.of(422), Headers.EMPTY, Bytes.EMPTY));
            }
        };

        try (var talk = Conversation.with(notices)) {
            talk.client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + GET);
            talk.client.awaitEnding();
            talk.client.end();

            assertThat(talk.awaitEnd()).isEqualTo(Ending.CLOSED);
            assertThat(talk.received()).isEqualTo("""
                    HTTP/1.1 422 Unprocessable Content\r
                    Content-Length: 0\r
                    Connection: close\r
                    \r
                    """);
        }
    }

    @Test
    void aBusyConnectionDoesNotHoldUpAnother() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        Application waits = (_, respond) -> {
            busy.countDown();
            done.await();
            return respond.with(HI);
        };

        try (var slow = Conversation.with(waits);
                var quick = Conversation.with(SAYS_HI)) {
            slow.client.send(GET);
            busy.await();

            assertThat(quick.exchange(GET)).isEqualTo(HI_BYTES);
            slow.pass(ofMillis(100));
            done.countDown();
            slow.client.awaitReader();
            assertThat(slow.received()).isEqualTo(HI_BYTES);
        }
    }
}
