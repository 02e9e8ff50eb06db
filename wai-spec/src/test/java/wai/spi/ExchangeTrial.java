package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.StreamingBody;
import wai.spi.Exchange.Progress;
import wai.testing.RecordingExchange;

/// What the tests of [Exchange] do with one, and what they expect of it afterwards.
final class ExchangeTrial {
    static final Request GET = Request.builder("GET", "/").build();
    static final Response HELLO = Response.text(Status.OK, "hello");
    static final Response ERROR = Response.text(Status.INTERNAL_SERVER_ERROR, "error");

    private ExchangeTrial() {}

    /// No response was begun: the handler may answer.
    static void assertCanBeAnswered(RecordingExchange exchange) throws Exception {
        assertThat(exchange.progress()).isEqualTo(Progress.NONE);
        exchange.answer(ERROR);
        assertStands(exchange, "error");
    }

    /// The response is complete and no other can follow.
    static void assertStands(RecordingExchange exchange, String body) {
        assertThat(exchange.progress()).isEqualTo(Progress.SENT);
        assertThat(exchange.body()).isEqualTo(body);
        assertThat(exchange.sent()).hasSize(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> exchange.answer(ERROR))
                .withMessage("the exchange has a response already: progress is SENT");
        assertThat(exchange.sent()).hasSize(1);
    }

    /// The response was begun and is not complete; no other can follow.
    static void assertIsCut(RecordingExchange exchange, String body) {
        assertThat(exchange.progress()).isEqualTo(Progress.SENDING);
        assertThat(exchange.body()).isEqualTo(body);
        assertThatIllegalStateException()
                .isThrownBy(() -> exchange.answer(ERROR))
                .withMessage("the exchange has a response already: progress is SENDING");
        assertThat(exchange.sent()).hasSize(1);
    }

    /// Runs an application that must break a rule, of which the handler must have been told last.
    static ContractViolation violation(RecordingExchange exchange, Application application) {
        var thrown = fail(exchange, application);
        assertThat(thrown).isInstanceOf(ContractViolation.class);
        var violation = (ContractViolation) thrown;
        assertThat(exchange.violations()).last().isSameAs(violation);
        assertThat(exchange.violations()).doesNotHaveDuplicates();
        return violation;
    }

    static Throwable fail(RecordingExchange exchange, Application application) {
        return catchThrowableOfType(Throwable.class, () -> exchange.run(application, GET));
    }

    /// Runs an application that may fail.
    static void run(RecordingExchange exchange, Application application) {
        var thrown = fail(exchange, application);
        assertThat(thrown == null || thrown instanceof IOException).isTrue();
    }

    static Response streaming(StreamingBody body) {
        return Response.stream(Status.OK, Headers.EMPTY, body);
    }

    static Response declared(String length, StreamingBody body) {
        return Response.stream(Status.OK, Headers.of(HeaderName.CONTENT_LENGTH, length), body);
    }

    static Response upgrade(Response fallback) {
        return Response.raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY, fallback, _ -> {});
    }

    /// Runs something on another thread and answers or throws what it did.
    static <T> T onAnotherThread(Callable<T> work) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            return executor.submit(work).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @SuppressWarnings("NullAway") // the violation under test
    static ResponseReceived nothing() {
        return null;
    }
}
