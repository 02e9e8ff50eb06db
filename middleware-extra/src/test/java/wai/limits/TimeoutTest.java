package wai.limits;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;

class TimeoutTest {
    private final List<Runnable> alarms = new ArrayList<>();
    private final AtomicBoolean calledOff = new AtomicBoolean();

    /// Goes off when the test says so.
    private final Alarm alarm = (_, action) -> {
        alarms.add(action);
        return () -> calledOff.set(true);
    };

    private final Timeout timeout = Timeout.after(Duration.ofSeconds(1), alarm);

    private void expire() {
        alarms.forEach(Runnable::run);
    }

    @Test
    void interruptsTheApplicationAndAnswers() {
        Application waits = (_, respond) -> {
            expire();
            new CountDownLatch(1).await(); // throws: the thread is interrupted
            return respond.with(Response.text(Status.OK, ""));
        };

        assertThat(TestClient.of(timeout.wrap(waits)).get("/")).hasStatus(503).bodyContains("took too long");
    }

    @Test
    void answersInsteadOfAnApplicationThatIgnoresTheInterrupt() {
        Application goesOn = (_, respond) -> {
            expire();
            return respond.with(Response.text(Status.OK, "late"));
        };

        assertThat(TestClient.of(timeout.wrap(goesOn)).get("/")).hasStatus(503).bodyDoesNotContain("late");
    }

    @Test
    void answersWhateverTheApplicationThrowsThen() {
        Application throwsElse = (_, _) -> {
            expire();
            throw new IllegalStateException("because of the interrupt");
        };

        assertThat(TestClient.of(timeout.wrap(throwsElse)).get("/")).hasStatus(503);
    }

    @Test
    void answersAsItWasSet() {
        Application goesOn = (_, respond) -> {
            expire();
            return respond.with(Response.text(Status.OK, "late"));
        };
        var own = timeout.answering(Response.text(Status.GATEWAY_TIMEOUT, "sorry"));

        assertThat(TestClient.of(own.wrap(goesOn)).get("/")).hasStatus(504).hasBody("sorry");
    }

    @Test
    void leavesNoInterruptBehind() {
        var seen = new ArrayList<Boolean>();
        Application goesOn = (_, respond) -> {
            expire();
            return respond.with(Response.text(Status.OK, "late"));
        };
        Application around = (request, respond) -> {
            var received = timeout.wrap(goesOn).handle(request, response -> {
                seen.add(Thread.currentThread().isInterrupted());
                return respond.with(response);
            });
            seen.add(Thread.currentThread().isInterrupted());
            return received;
        };

        TestClient.of(around).get("/");

        org.assertj.core.api.Assertions.assertThat(seen).containsExactly(false, false);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "FILE", "STREAM"})
    void countsUntilTheResponseOnly(Bodies body) {
        Application application = (_, respond) -> {
            var received = respond.with(body.response(Status.OK));
            expire(); // after the response: of no effect
            org.assertj.core.api.Assertions.assertThat(Thread.currentThread().isInterrupted())
                    .isFalse();
            return received;
        };

        assertThat(TestClient.of(timeout.wrap(application)).get("/")).hasBody(Bodies.TEXT);
        org.assertj.core.api.Assertions.assertThat(calledOff).isTrue();
    }

    @Test
    void letsAStreamTakeAsLongAsItLikes() {
        var application = Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
            out.writeUtf8("first");
            expire();
            out.writeUtf8(Thread.currentThread().isInterrupted() ? " interrupted" : " second");
        }));

        assertThat(TestClient.of(timeout.wrap(application)).get("/")).hasBody("first second");
    }

    @Test
    void leavesFailuresInTimeAlone() {
        Application fails = (_, _) -> {
            throw new IllegalStateException("broken");
        };

        assertThatThrownBy(() -> TestClient.of(timeout.wrap(fails)).get("/")).hasMessage("broken");
        org.assertj.core.api.Assertions.assertThat(calledOff).isTrue();
    }

    @Test
    void goesOffByItself() {
        Application waits = (_, respond) -> {
            new CountDownLatch(1).await();
            return respond.with(Response.text(Status.OK, ""));
        };

        assertThat(TestClient.of(Timeout.after(Duration.ofMillis(1)).wrap(waits))
                        .get("/"))
                .hasStatus(503);
        assertThat(TestClient.of(Samples.timeout(Bodies.telling())).get("/")).hasStatus(200);
    }

    @Test
    void refusesATimeThatIsNone() {
        assertThatThrownBy(() -> Timeout.after(Duration.ZERO)).hasMessageContaining("more than zero");
    }
}
