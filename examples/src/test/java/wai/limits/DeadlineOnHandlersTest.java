package wai.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.examples.OnHandlers;
import wai.test.TestClient;

/// What clients of each handler see of a deadline: 503 before the response, and streams that are never taken for whole.
/// The time is over when the test says so.
class DeadlineOnHandlersTest {
    private static final Headers TYPE = Headers.of(HeaderName.CONTENT_TYPE, "text/plain");

    private final BlockingQueue<Runnable> alarms = new LinkedBlockingQueue<>();
    private final Deadline deadline = Deadline.after(
            Duration.ofSeconds(1),
            (_, action) -> {
                alarms.add(action);
                return () -> {};
            },
            () -> 0);

    private TestClient client(OnHandlers handler, Application application) {
        return TestClient.of(deadline.wrap(application), handler).answeringErrors();
    }

    private void expire() throws InterruptedException {
        alarms.take().run();
    }

    private static void waitForEver() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationThatWaitsIsAnsweredFor(OnHandlers handler) throws Exception {
        var waits = new CountDownLatch(1);
        Application application = (request, respond) -> {
            if (request.rawPath().equals("/next")) {
                return respond.with(Response.text(Status.OK, "interrupted: " + Thread.interrupted()));
            }
            waits.countDown();
            waitForEver();
            return respond.with(Response.text(Status.OK, "late"));
        };

        try (var client = client(handler, application);
                var live = client.open("/")) {
            waits.await();
            expire();
            var response = live.rest();

            assertThat(response.status().code()).isEqualTo(503);
            assertThat(response.header("Retry-After")).hasValue("1");
            assertThat(response.isComplete()).isTrue();
            assertThat(client.get("/next").text()).isEqualTo("interrupted: false");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatWaitsIsCut(OnHandlers handler) throws Exception {
        var stream = Response.stream(Status.OK, TYPE, out -> {
            out.writeUtf8("begun");
            out.flush();
            waitForEver();
        });

        try (var client = client(handler, (_, respond) -> respond.with(stream));
                var live = client.open("/")) {
            live.awaitText("begun");
            expire();

            assertThat(live.rest().isComplete()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatCatchesEverythingAndEndsIsCut(OnHandlers handler) throws Exception {
        var over = new CountDownLatch(1);
        var stream = Response.stream(Status.OK, TYPE, out -> {
            out.writeUtf8("begun");
            out.flush();
            try {
                waitForEver();
            } catch (InterruptedException _) {
                over.countDown();
            }
        });

        try (var client = client(handler, (_, respond) -> respond.with(stream));
                var live = client.open("/")) {
            live.awaitText("begun");
            expire();
            over.await();

            assertThat(live.rest().isComplete()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamInTimeIsWhole(OnHandlers handler) {
        var stream = Response.stream(Status.OK, TYPE, out -> out.writeUtf8("all of it"));

        try (var client = client(handler, (_, respond) -> respond.with(stream))) {
            var response = client.get("/");

            assertThat(response.text()).isEqualTo("all of it");
            assertThat(response.isComplete()).isTrue();
        }
    }
}
