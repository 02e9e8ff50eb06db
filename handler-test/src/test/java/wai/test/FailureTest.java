package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Rule;

class FailureTest extends BothPlacesTest {
    private static final Application FAILS_IN_THE_MIDDLE =
            (request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                out.writeUtf8("half of it");
                out.flush();
                throw new FileNotFoundException("the other half");
            }));

    private static final Application FAILS_AFTERWARDS = (request, respond) -> {
        respond.with(Response.text(Status.OK, "done"));
        throw new IllegalStateException("too late");
    };

    @Test
    void throwsTheExceptionOfTheApplicationAsItIs() {
        var thrown = new FileNotFoundException("x");
        var client = client((request, respond) -> {
            throw thrown;
        });

        assertThatThrownBy(() -> client.get("/a")).isSameAs(thrown);
        assertThat(thrown.getSuppressed()).singleElement().satisfies(place -> {
            assertThat(place).hasMessage("GET /a was sent here");
            assertThat(place.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(FailureTest.class.getName()));
        });
    }

    @Test
    void throwsErrorsToo() {
        var client = client((request, respond) -> {
            throw new StackOverflowError("deep");
        });

        assertThatThrownBy(() -> client.get("/")).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void throwsWhatHappenedInTheMiddle() {
        var client = client(FAILS_IN_THE_MIDDLE);

        assertThatThrownBy(() -> client.get("/")).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void throwsWhatHappenedAfterTheResponse() {
        var client = client(FAILS_AFTERWARDS);

        assertThatThrownBy(() -> client.get("/")).hasMessage("too late");
    }

    @Test
    void answersErrorsWith500WhenAsked() {
        var client = client((request, respond) -> {
                    throw new FileNotFoundException("x");
                })
                .answeringErrors();

        var response = client.get("/");

        assertThat(response).hasStatus(500).isComplete().failedWith(FileNotFoundException.class);
    }

    @Test
    void showsAResponseThatFailedInTheMiddleAsIncomplete() {
        var client = client(FAILS_IN_THE_MIDDLE).answeringErrors();

        var response = client.get("/");

        assertThat(response).hasStatus(200).isIncomplete().failedWith(FileNotFoundException.class);
        assertThat(response.text()).isEqualTo("half of it");
        assertThatThrownBy(() -> assertThat(response).hasBody("half of it"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected a complete response")
                .hasMessageContaining("INCOMPLETE: ");
    }

    @Test
    void keepsAResponseThatWasSentBeforeTheFailure() {
        var client = client(FAILS_AFTERWARDS).answeringErrors();

        var response = client.get("/");

        assertThat(response).hasBody("done").failedWith(IllegalStateException.class);
    }

    @Test
    void throwsASecondResponseWithBothPlaces() {
        var client = client((request, respond) -> {
            respond.with(Response.text(Status.OK, "first"));
            return respond.with(Response.text(Status.OK, "second"));
        });

        var violation = violation(() -> client.get("/"));

        assertThat(violation.rule()).isEqualTo(Rule.APP_ONE_RESPONSE);
        assertThat(violation).hasMessageContaining("WAI-APP-01");
        assertThat(violation.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(FailureTest.class.getName()));
    }

    @Test
    void throwsAViolationThatTheApplicationHasCaught() {
        var client = client((request, respond) -> {
            var token = respond.with(Response.text(Status.OK, "first"));
            try {
                respond.with(Response.text(Status.OK, "second"));
            } catch (IllegalStateException _) {
                // as careless applications do
            }
            return token;
        });

        assertThat(violation(() -> client.get("/")).rule()).isEqualTo(Rule.APP_ONE_RESPONSE);
        assertThat(client.answeringErrors().get("/").violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.rule()).isEqualTo(Rule.APP_ONE_RESPONSE));
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // returning null is the point
    void throwsANullInPlaceOfTheToken() {
        Application application = (request, respond) -> null;

        assertThat(violation(() -> client(application).get("/")).rule()).isEqualTo(Rule.APP_RETURNS_TOKEN);
        assertThat(client(application).answeringErrors().get("/")).hasStatus(500);
    }

    @Test
    void throwsTheTokenOfAnotherExchange() {
        var kept = new AtomicReference<@Nullable ResponseReceived>();
        var client = client((request, respond) -> {
            var own = respond.with(Response.text(Status.OK, "done"));
            return kept.compareAndSet(null, own) ? own : Objects.requireNonNull(kept.get());
        });

        assertThat(client.get("/")).hasStatus(200);
        assertThat(violation(() -> client.get("/")).rule()).isEqualTo(Rule.APP_FOREIGN_TOKEN);
    }

    @Test
    void throwsAWrongByteCount() {
        var length = Headers.of(HeaderName.CONTENT_LENGTH, "5");
        var client = client((request, respond) -> respond.with(Response.stream(Status.OK, length, out -> {
            out.writeUtf8("abc");
            out.flush();
        })));

        assertThat(violation(() -> client.get("/")).rule()).isEqualTo(Rule.STR_TOO_FEW_BYTES);
        assertThat(client.answeringErrors().get("/")).isIncomplete();
    }

    private static ContractViolation violation(ThrowingSupplier<?> action) {
        try {
            action.get();
        } catch (ContractViolation violation) {
            return violation;
        } catch (Throwable other) {
            throw new AssertionError("expected a ContractViolation", other);
        }
        throw new AssertionError("expected a ContractViolation");
    }
}
