package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static wai.spi.ExchangeTrial.ERROR;
import static wai.spi.ExchangeTrial.GET;
import static wai.spi.ExchangeTrial.HELLO;
import static wai.spi.ExchangeTrial.assertCanBeAnswered;
import static wai.spi.ExchangeTrial.assertIsCut;
import static wai.spi.ExchangeTrial.assertStands;
import static wai.spi.ExchangeTrial.fail;
import static wai.spi.ExchangeTrial.nothing;
import static wai.spi.ExchangeTrial.onAnotherThread;
import static wai.spi.ExchangeTrial.run;
import static wai.spi.ExchangeTrial.streaming;
import static wai.spi.ExchangeTrial.violation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.ContentTooLargeException;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.StatusException;
import wai.spi.Exchange.Progress;
import wai.testing.RecordingExchange;

/// Tokens and responses: violations 1 to 6 of the contract, and who may respond when.
class ExchangeTest {
    private final RecordingExchange exchange = RecordingExchange.quiet();

    // --- the way it should go

    @Test
    void goesFromNoneBySendingToSent() throws Exception {
        var seen = new ArrayList<Progress>();
        seen.add(exchange.progress());

        exchange.run(
                (_, respond) -> {
                    seen.add(exchange.progress());
                    var received = respond.with(streaming(_ -> seen.add(exchange.progress())));
                    seen.add(exchange.progress());
                    return received;
                },
                GET);

        assertThat(seen).containsExactly(Progress.NONE, Progress.NONE, Progress.SENDING, Progress.SENT);
        assertThat(exchange.progress()).isEqualTo(Progress.SENT);
        assertThat(exchange.violations()).isEmpty();
    }

    @Test
    void saysWhatAFailureIsAnsweredWith() {
        assertThat(Exchange.statusFor(new ContentTooLargeException(7))).isEqualTo(Status.CONTENT_TOO_LARGE);
        assertThat(Exchange.statusFor(new ClientTimeoutException("slow"))).isEqualTo(Status.REQUEST_TIMEOUT);
        assertThat(Exchange.statusFor(new ClientDisconnectedException("gone"))).isEqualTo(Status.INTERNAL_SERVER_ERROR);
        assertThat(Exchange.statusFor(new StatusException(Status.SERVICE_UNAVAILABLE, "away")))
                .isEqualTo(Status.SERVICE_UNAVAILABLE);
        assertThat(Exchange.statusFor(new IOException("disk"))).isEqualTo(Status.INTERNAL_SERVER_ERROR);
        assertThat(Exchange.statusFor(new StackOverflowError())).isEqualTo(Status.INTERNAL_SERVER_ERROR);
    }

    @Test
    void refusesAnInformationalResponseOnceTheFinalOneIsBegun() {
        var thrown = fail(exchange, (_, respond) -> {
            exchange.checkInformationalInTime(Status.EARLY_HINTS);
            return respond.with(streaming(_ -> exchange.checkInformationalInTime(Status.EARLY_HINTS)));
        });

        assertThat(thrown).isInstanceOfSatisfying(ContractViolation.class, violation -> assertThat(violation.rule())
                .isEqualTo(Rule.REQ_LATE_INFORMATIONAL));
        assertThat(exchange.violations()).hasSize(1);
    }

    @Test
    void isOverWhenTheApplicationHasReturnedOrThrown() throws Exception {
        var throwing = RecordingExchange.quiet();
        var seen = new ArrayList<Boolean>();

        exchange.run(
                (_, respond) -> {
                    seen.add(exchange.isOver());
                    return respond.with(HELLO);
                },
                GET);
        fail(throwing, (_, _) -> {
            throw new IOException("disk");
        });

        assertThat(seen).containsExactly(false);
        assertThat(exchange.isOver()).isTrue();
        assertThat(throwing.isOver()).isTrue();
    }

    @Test
    void sendsTheResponseOfAnotherThreadWhenItsTokenComesBack() throws Exception {
        exchange.run((_, respond) -> onAnotherThread(() -> respond.with(HELLO)), GET);

        assertThat(exchange.body()).isEqualTo("hello");
        assertThat(exchange.violations()).isEmpty();
    }

    // --- 1: null

    @Test
    void nullIsFoundAndCanBeAnswered() throws Exception {
        var violation = violation(exchange, returning(null));

        assertThat(violation.rule()).isEqualTo(Rule.APP_RETURNS_TOKEN);
        assertThat(violation)
                .hasMessage("WAI-APP-02: the application returned null, with a response NONE. Rule: "
                        + Rule.APP_RETURNS_TOKEN.text());
        assertCanBeAnswered(exchange);
    }

    @Test
    void nullAfterAResponseLeavesTheResponseAlone() {
        var violation = violation(exchange, (_, respond) -> {
            var received = respond.with(HELLO);
            return received == null ? received : nothing();
        });

        assertThat(violation.rule()).isEqualTo(Rule.APP_RETURNS_TOKEN);
        assertStands(exchange, "hello");
    }

    // --- 2: foreign token

    @Test
    void theTokenOfAnotherExchangeIsFoundAndCanBeAnswered() throws Exception {
        var kept = new ArrayList<ResponseReceived>();
        RecordingExchange.quiet().run(keeping(kept), GET);

        var violation = violation(exchange, returning(kept.getFirst()));

        assertThat(violation.rule()).isEqualTo(Rule.APP_FOREIGN_TOKEN);
        assertThat(violation).hasMessageContaining("token of another exchange, with a response NONE");
        assertCanBeAnswered(exchange);
    }

    @Test
    void theTokenOfAnotherExchangeAfterAResponseLeavesTheResponseAlone() throws Exception {
        var kept = new ArrayList<ResponseReceived>();
        RecordingExchange.quiet().run(keeping(kept), GET);

        var violation = violation(exchange, (_, respond) -> {
            kept.add(respond.with(HELLO));
            return kept.getFirst();
        });

        assertThat(violation.rule()).isEqualTo(Rule.APP_FOREIGN_TOKEN);
        assertStands(exchange, "hello");
    }

    // --- 3: two responses

    @Test
    void aSecondResponseIsRefusedAndTheFirstStands() {
        var violation = violation(exchange, (_, respond) -> {
            var received = respond.with(HELLO);
            assertThat(respond.with(ERROR)).isSameAs(received);
            return received;
        });

        assertThat(violation.rule()).isEqualTo(Rule.APP_ONE_RESPONSE);
        assertThat(violation).hasMessageStartingWith("WAI-APP-01: respond was called again, with a response SENT.");
        assertThat(violation).hasNoCause();
        assertStands(exchange, "hello");
    }

    @Test
    void aSecondResponseFromAnotherThreadIsRefused() {
        var violation = violation(exchange, (_, respond) -> {
            respond.with(HELLO);
            return onAnotherThread(() -> respond.with(ERROR));
        });

        assertThat(violation.rule()).isEqualTo(Rule.APP_ONE_RESPONSE);
        assertStands(exchange, "hello");
    }

    @Test
    void aResponseInsideTheBodyOfTheFirstIsRefusedAndCutsTheFirst() {
        var violation = violation(
                exchange,
                (_, respond) -> respond.with(streaming(out -> {
                    out.writeUtf8("half");
                    respond.with(ERROR);
                })));

        assertThat(violation.rule()).isEqualTo(Rule.APP_ONE_RESPONSE);
        assertIsCut(exchange, "half");
    }

    @Test
    void bothCallSitesAreKnownWhenTracing() {
        var tracing = RecordingExchange.tracing();

        var violation = violation(tracing, (_, respond) -> {
            firstSite(respond);
            return secondSite(respond);
        });

        assertThat(methods(violation)).contains("secondSite").doesNotContain("firstSite");
        assertThat(violation.getCause()).hasMessage("the first response was sent here");
        assertThat(methods(violation.getCause())).contains("firstSite").doesNotContain("secondSite");
    }

    @Test
    void theFirstCallSiteIsKnownToEveryLaterViolationWhenTracing() {
        var late = RecordingExchange.tracing();
        var ended = new ArrayList<Respond>();

        var forgotten = violation(RecordingExchange.tracing(), (_, respond) -> {
            firstSite(respond);
            return nothing();
        });
        run(late, (_, respond) -> {
            ended.add(respond);
            return firstSite(respond);
        });
        var tooLate = catchThrowableOfType(
                ContractViolation.class, () -> ended.getFirst().with(ERROR));

        assertThat(methods(forgotten.getCause())).contains("firstSite");
        assertThat(methods(tooLate.getCause())).contains("firstSite");
    }

    @Test
    void ofManyThreadsThatRespondExactlyOneWins() throws Exception {
        int threads = 4;
        try (var executor = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 300; round++) {
                var contested = RecordingExchange.quiet();
                var start = new CyclicBarrier(threads);

                contested.run(
                        (_, respond) -> {
                            var calls = new ArrayList<Future<ResponseReceived>>();
                            for (int i = 0; i < threads; i++) {
                                calls.add(executor.submit(() -> {
                                    start.await();
                                    return respond.with(HELLO);
                                }));
                            }
                            return theOnlySuccess(calls);
                        },
                        GET);

                assertThat(contested.sent()).hasSize(1);
                assertThat(contested.body()).isEqualTo("hello");
                assertThat(contested.violations()).hasSize(threads - 1);
            }
        }
    }

    // --- 4: late response

    @ParameterizedTest(name = "application throws: {0}")
    @ValueSource(booleans = {false, true})
    void aResponseAfterTheEndIsRefused(boolean throwing) throws Exception {
        var kept = new ArrayList<Respond>();
        Application application = (_, respond) -> {
            kept.add(respond);
            if (throwing) {
                throw new IOException("disk");
            }
            return respond.with(HELLO);
        };
        run(exchange, application);

        var here = catchThrowableOfType(
                ContractViolation.class, () -> kept.getFirst().with(ERROR));
        var there = catchThrowableOfType(
                ContractViolation.class,
                () -> onAnotherThread(() -> kept.getFirst().with(ERROR)));

        assertThat(here.rule()).isEqualTo(Rule.APP_LATE_RESPONSE);
        assertThat(there.rule()).isEqualTo(Rule.APP_LATE_RESPONSE);
        assertThat(here)
                .hasMessageStartingWith("WAI-APP-04: respond was called after the application had returned or thrown, "
                        + "with a response " + (throwing ? "NONE" : "SENT"));
        assertThat(exchange.violations()).containsExactly(here, there);
        assertThat(exchange.sent()).hasSize(throwing ? 0 : 1);
    }

    @Test
    void aResponseThatRacesWithTheEndIsBegunBeforeItOrRefusedAndNeverMeetsTheAnswer() throws Exception {
        try (var executor = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < 300; round++) {
                var contested = RecordingExchange.quiet();
                var start = new CyclicBarrier(2);
                var late = executor.submit(() -> {
                    start.await();
                    return contested.with(HELLO);
                });

                fail(contested, (_, _) -> {
                    start.await();
                    throw new IOException("disk");
                });
                boolean none = contested.progress() == Progress.NONE;
                if (none) {
                    contested.answer(ERROR); // must not throw: nobody else may begin a response any more
                }

                assertThat(outcome(late)).isEqualTo(none ? "WAI-APP-04" : "sent");
                assertThat(contested.sent()).hasSize(1);
                assertThat(contested.progress()).isEqualTo(Progress.SENT);
            }
        }
    }

    // --- 5: exception after the response

    @Test
    void anExceptionAfterTheResponseLeavesTheResponseAlone() {
        var thrown = fail(exchange, (_, respond) -> {
            respond.with(HELLO);
            throw new IOException("disk");
        });

        assertThat(thrown).isInstanceOf(IOException.class).hasMessage("disk");
        assertThat(exchange.violations()).isEmpty();
        assertStands(exchange, "hello");
    }

    @Test
    void anExceptionBeforeTheResponseCanBeAnswered() throws Exception {
        var thrown = fail(exchange, (_, _) -> {
            throw new AssertionError("an Error as well");
        });

        assertThat(thrown).isInstanceOf(AssertionError.class);
        assertThat(exchange.violations()).isEmpty();
        assertCanBeAnswered(exchange);
    }

    @Test
    void aRefusalCanBeAnsweredWithoutAnApplication() throws Exception {
        exchange.answer(Response.text(Status.BAD_REQUEST, "bad"));

        assertThat(exchange.progress()).isEqualTo(Progress.SENT);
        assertThat(exchange.body()).isEqualTo("bad");
    }

    // --- 6: exception inside the body

    @Test
    void anExceptionInsideTheBodyCutsTheResponse() {
        var thrown = fail(
                exchange,
                (_, respond) -> respond.with(streaming(out -> {
                    out.writeUtf8("half");
                    throw new IOException("disk");
                })));

        assertThat(thrown).isInstanceOf(IOException.class).hasMessage("disk");
        assertThat(exchange.violations()).isEmpty();
        assertIsCut(exchange, "half");
    }

    @Test
    void anExceptionInsideTheBodyCannotBeHealedByTheApplication() {
        var violation = violation(exchange, (_, respond) -> {
            try {
                return respond.with(streaming(_ -> {
                    throw new IOException("disk");
                }));
            } catch (IOException _) {
                return respond.with(ERROR); // as people try
            }
        });

        assertThat(violation.rule()).isEqualTo(Rule.APP_ONE_RESPONSE);
        assertIsCut(exchange, "");
    }

    private static Application keeping(List<ResponseReceived> kept) {
        return (_, respond) -> {
            var received = respond.with(HELLO);
            kept.add(received);
            return received;
        };
    }

    @SuppressWarnings("NullAway") // the violation under test
    private static Application returning(@Nullable ResponseReceived received) {
        return (_, _) -> received;
    }

    private static ResponseReceived firstSite(Respond respond) throws Exception {
        return respond.with(HELLO);
    }

    private static ResponseReceived secondSite(Respond respond) throws Exception {
        return respond.with(ERROR);
    }

    private static List<String> methods(@Nullable Throwable thrown) {
        return thrown == null
                ? List.of()
                : Stream.of(thrown.getStackTrace())
                        .map(StackTraceElement::getMethodName)
                        .toList();
    }

    private static ResponseReceived theOnlySuccess(List<Future<ResponseReceived>> calls) throws Exception {
        var received = new ArrayList<ResponseReceived>();
        for (var call : calls) {
            try {
                received.add(call.get(60, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(ContractViolation.class, violation -> assertThat(violation.rule())
                                .isEqualTo(Rule.APP_ONE_RESPONSE));
            }
        }
        assertThat(received).hasSize(1);
        return received.getFirst();
    }

    private static String outcome(Future<ResponseReceived> call) throws Exception {
        try {
            assertThat(call.get(60, TimeUnit.SECONDS)).isNotNull();
            return "sent";
        } catch (ExecutionException e) {
            return e.getCause() instanceof ContractViolation violation
                    ? violation.rule().id()
                    : String.valueOf(e.getCause());
        }
    }
}
