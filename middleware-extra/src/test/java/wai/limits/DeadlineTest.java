package wai.limits;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.StatusException;
import wai.StreamingBody;
import wai.middleware.Offload;
import wai.shelf.Bodies;
import wai.test.TestClient;

class DeadlineTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final StoppedTime time = new StoppedTime();
    private final Deadline deadline = Deadline.after(SECOND, time, time);

    @TempDir
    Path folder;

    private TestClient client(Application application) {
        return TestClient.of(deadline.wrap(application)).answeringErrors();
    }

    private TestClient streaming(StreamingBody body) {
        return client(Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, body)));
    }

    private static void waitForEver() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    // ------------------------------------------------------------------------------------------ before the response

    @Test
    void interruptsTheApplicationAndAnswers() {
        var response = client((_, respond) -> {
                    time.advance(SECOND);
                    waitForEver(); // throws: the thread is interrupted
                    return respond.with(Response.text(Status.OK, ""));
                })
                .get("/");

        assertThat(response).hasStatus(503).hasHeader("Retry-After", "1").bodyContains("longer than it may");
        org.assertj.core.api.Assertions.assertThat(time.pending()).isZero();
    }

    @Test
    void doesNotSendWhatIsRespondedTooLate() {
        var response = client((_, respond) -> {
                    time.advance(SECOND);
                    return respond.with(Response.text(Status.OK, "late"));
                })
                .get("/");

        assertThat(response).hasStatus(503).bodyDoesNotContain("late");
    }

    @Test
    void answersAsItWasSet() {
        var own = deadline.answering(Response.text(Status.GATEWAY_TIMEOUT, "sorry"));
        Application throwsElse = (_, _) -> {
            time.advance(SECOND);
            throw new IllegalStateException("because of the interrupt");
        };

        assertThat(TestClient.of(own.wrap(throwsElse)).get("/")).hasStatus(504).hasBody("sorry");
        assertThat(client(throwsElse).get("/")).hasStatus(503);
    }

    @Test
    void leavesWhatIsInTimeAlone() {
        Application fails = (_, _) -> {
            time.advance(SECOND.minusNanos(1));
            throw new IllegalStateException("broken");
        };

        assertThatThrownBy(() -> TestClient.of(deadline.wrap(fails)).get("/")).hasMessage("broken");
        org.assertj.core.api.Assertions.assertThat(time.pending()).isZero();
    }

    @Test
    void interruptsAnApplicationThatWorksOnAnotherThread() {
        var seen = new ArrayList<String>();
        var response = client(Offload.onThreads(1).wrap((_, respond) -> {
                    time.advance(SECOND);
                    try {
                        waitForEver();
                    } catch (InterruptedException _) {
                        seen.add("interrupted");
                    }
                    return respond.with(Response.text(Status.OK, "late"));
                }))
                .get("/");

        assertThat(response).hasStatus(503);
        org.assertj.core.api.Assertions.assertThat(seen).containsExactly("interrupted");
    }

    @Test
    void leavesNoInterruptBehind() {
        var seen = new ArrayList<Boolean>();
        Middleware around = inner -> (request, respond) -> {
            var received = inner.handle(request, response -> {
                seen.add(Thread.currentThread().isInterrupted());
                return respond.with(response);
            });
            seen.add(Thread.currentThread().isInterrupted());
            return received;
        };
        Application goesOn = (_, respond) -> {
            time.advance(SECOND);
            return respond.with(Response.text(Status.OK, "late"));
        };

        TestClient.of(around.then(deadline).wrap(goesOn)).get("/");

        org.assertj.core.api.Assertions.assertThat(seen).containsExactly(false, false);
    }

    // ------------------------------------------------------------------------------------------ the request body

    @Test
    void givesNothingMoreOfTheRequestBody() {
        var seen = new ArrayList<String>();
        var client = client((request, respond) -> {
            seen.add(new String(request.body().readNBytes(3), java.nio.charset.StandardCharsets.US_ASCII));
            time.advance(SECOND);
            Thread.interrupted(); // whoever does not look at it meets the end here
            assertThatThrownBy(() -> request.body().read())
                    .isInstanceOfSatisfying(
                            StatusException.class, late -> org.assertj.core.api.Assertions.assertThat(late.status())
                                    .isEqualTo(Status.SERVICE_UNAVAILABLE));
            assertThatThrownBy(() -> request.readBody(1000)).hasMessageContaining("deadline");
            return respond.with(Response.text(Status.OK, "late"));
        });

        assertThat(client.post("/", "one two")).hasStatus(503);
        org.assertj.core.api.Assertions.assertThat(seen).containsExactly("one");
    }

    @Test
    void endsAReadThatHasWaitedForAClient() throws Exception {
        var reading = new CountDownLatch(1);
        var client = client((request, respond) -> {
            request.body().readNBytes(3);
            reading.countDown();
            return respond.with(Response.text(Status.OK, request.readBody(1000).utf8()));
        });

        try (var live = client.request("POST", "/").uploading().open()) {
            live.upload().write("one");
            reading.await();
            time.advance(SECOND);
            live.upload().write("two"); // a trickle keeps no request alive

            assertThat(live.rest()).hasStatus(503);
        }
    }

    // ------------------------------------------------------------------------------------------ streams

    @Test
    void cutsAStreamThatWaits() {
        try (var live = streaming(out -> {
                    out.writeUtf8("begun");
                    out.flush();
                    waitForEver();
                })
                .open("/")) {
            live.awaitText("begun");
            time.advance(SECOND);

            org.assertj.core.api.Assertions.assertThat(live.rest().isComplete()).isFalse();
            org.assertj.core.api.Assertions.assertThat(live.awaitFailure())
                    .get()
                    .isInstanceOf(StatusException.class)
                    .extracting(Throwable::getCause)
                    .isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void cutsAStreamThatCatchesEverythingAndEnds() {
        var response = streaming(out -> {
                    out.writeUtf8("begun");
                    out.flush();
                    time.advance(SECOND);
                    assertThatThrownBy(() -> out.write('x')).isInstanceOf(StatusException.class);
                    assertThatThrownBy(() -> out.write(new byte[2])).isInstanceOf(StatusException.class);
                    assertThatThrownBy(() -> out.writeUtf8("more")).isInstanceOf(StatusException.class);
                    assertThatThrownBy(() -> out.write(wai.Bytes.utf8("more"))).isInstanceOf(StatusException.class);
                    assertThatThrownBy(out::flush).isInstanceOf(StatusException.class);
                })
                .get("/");

        org.assertj.core.api.Assertions.assertThat(response.isComplete()).isFalse();
        org.assertj.core.api.Assertions.assertThat(response.failure()).get().isInstanceOf(StatusException.class);
    }

    @Test
    void doesNotBeginAStreamThatIsTooLate() {
        var ran = new ArrayList<String>();
        Middleware slow = inner -> (request, respond) -> inner.handle(request, response -> {
            time.advance(SECOND); // between the response and its body
            return respond.with(response);
        });
        var stream = Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, _ -> ran.add("ran")));

        var response = TestClient.of(slow.then(deadline).wrap(stream))
                .answeringErrors()
                .get("/");

        org.assertj.core.api.Assertions.assertThat(response.failure()).get().isInstanceOf(StatusException.class);
        org.assertj.core.api.Assertions.assertThat(ran).isEmpty();
    }

    @Test
    void cutsTheFallbackOfARawResponse() {
        var raw = Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(HeaderName.UPGRADE, "x", HeaderName.CONNECTION, "Upgrade"),
                Response.stream(Status.OK, Bodies.TYPE, out -> {
                    out.writeUtf8("begun");
                    time.advance(SECOND);
                }),
                _ -> {});

        var response = client(Bodies.answering(raw)).without(Capability.RAW).get("/");

        org.assertj.core.api.Assertions.assertThat(response.isComplete()).isFalse();
    }

    @Test
    void leavesAStreamInTimeAndTheClientThatLeavesAlone() {
        var response = streaming(out -> {
                    out.writeUtf8("all of it");
                    time.advance(SECOND.minusNanos(1));
                    out.trailers(Headers.of(HeaderName.of("Checksum"), "1"));
                })
                .get("/");

        assertThat(response).hasBody("all of it").isComplete();
        org.assertj.core.api.Assertions.assertThat(response.trailers().first(HeaderName.of("Checksum")))
                .hasValue("1");
        org.assertj.core.api.Assertions.assertThat(time.pending()).isZero();
    }

    @Test
    void leavesNoInterruptBehindAStream() {
        var seen = new ArrayList<Boolean>();
        Middleware around = inner -> (request, respond) -> {
            try {
                return inner.handle(request, respond);
            } finally {
                seen.add(Thread.currentThread().isInterrupted());
            }
        };
        var stream = Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, _ -> time.advance(SECOND)));

        TestClient.of(around.then(deadline).wrap(stream)).answeringErrors().get("/");

        org.assertj.core.api.Assertions.assertThat(seen).containsExactly(false);
    }

    // ------------------------------------------------------------------------------------------ other bodies

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "FILE"})
    void sendsTheWholeOfWhatWasHandedOverInTime(Bodies body) {
        Middleware slow = inner -> (request, respond) -> inner.handle(request, response -> {
            time.advance(SECOND);
            org.assertj.core.api.Assertions.assertThat(Thread.currentThread().isInterrupted())
                    .isFalse();
            return respond.with(response);
        });

        assertThat(TestClient.of(slow.then(deadline).wrap(body.application())).get("/"))
                .hasBody(Bodies.TEXT)
                .isComplete();
    }

    @Test
    void hasNoPowerOverRawConnections() {
        var client = TestClient.of(deadline.wrap(Bodies.RAW.application()));

        try (var live = client.request("GET", "/").upgrade("echo").open()) {
            live.status();
            time.advance(SECOND);
            live.raw().write("still here").closeOutput();

            org.assertj.core.api.Assertions.assertThat(live.raw().readToEnd().utf8())
                    .endsWith("still here");
        }
    }

    @Test
    void doesNotRunAStreamForHead() throws IOException {
        Files.createFile(folder.resolve("mark"));
        var client = streaming(_ -> Files.delete(folder.resolve("mark")));

        assertThat(client.head("/")).hasStatus(200);
        org.assertj.core.api.Assertions.assertThat(folder.resolve("mark")).exists();
        org.assertj.core.api.Assertions.assertThat(time.pending()).isZero();
    }

    // ------------------------------------------------------------------------------------------ what is left

    @Test
    void tellsWhatIsLeft() {
        var left = new ArrayList<Object>();
        Application asks = (request, respond) -> {
            left.add(Deadline.remaining(request));
            left.add(Deadline.within(request, Duration.ofMinutes(1)));
            left.add(Deadline.within(request, Duration.ofMillis(1)));
            time.advance(Duration.ofMillis(400));
            left.add(Deadline.within(request, SECOND));
            time.advance(SECOND);
            left.add(Deadline.remaining(request));
            assertThatThrownBy(() -> Deadline.within(request, SECOND)).isInstanceOf(StatusException.class);
            return respond.with(Response.text(Status.OK, ""));
        };

        assertThat(client(asks).get("/")).hasStatus(503);

        org.assertj.core.api.Assertions.assertThat(left)
                .isEqualTo(List.of(
                        java.util.Optional.of(SECOND),
                        SECOND,
                        Duration.ofMillis(1),
                        Duration.ofMillis(600),
                        java.util.Optional.of(Duration.ZERO)));
    }

    @Test
    void leavesEverythingWhereThereIsNoDeadline() throws StatusException {
        var request = wai.Request.builder("GET", "/").build();

        org.assertj.core.api.Assertions.assertThat(Deadline.remaining(request)).isEmpty();
        org.assertj.core.api.Assertions.assertThat(Deadline.within(request, SECOND))
                .isEqualTo(SECOND);
    }

    @Test
    void theEarlierOfTwoCountsWhenItIsTheOuter() {
        var left = new ArrayList<Duration>();
        var inner =
                Deadline.after(SECOND.multipliedBy(2), time, time).answering(Response.text(Status.OK, "of the inner"));
        Application asks = (request, respond) -> {
            left.add(Deadline.remaining(request).orElseThrow());
            org.assertj.core.api.Assertions.assertThat(time.pending()).isEqualTo(1);
            time.advance(SECOND);
            waitForEver();
            return respond.with(Response.text(Status.OK, ""));
        };

        assertThat(client(inner.wrap(asks)).get("/")).hasStatus(503);
        org.assertj.core.api.Assertions.assertThat(left).containsExactly(SECOND);
    }

    @Test
    void theEarlierOfTwoCountsWhenItIsTheInner() {
        var left = new ArrayList<Duration>();
        var inner = Deadline.after(SECOND.dividedBy(2), time, time)
                .answering(Response.text(Status.GATEWAY_TIMEOUT, "of the inner"));
        Application asks = (request, respond) -> {
            left.add(Deadline.remaining(request).orElseThrow());
            time.advance(SECOND.dividedBy(2));
            waitForEver();
            return respond.with(Response.text(Status.OK, ""));
        };

        assertThat(client(inner.wrap(asks)).get("/")).hasStatus(504).hasBody("of the inner");
        org.assertj.core.api.Assertions.assertThat(left).containsExactly(SECOND.dividedBy(2));
        org.assertj.core.api.Assertions.assertThat(time.pending()).isZero();
    }

    @Test
    void bothOfTwoThatEndAtTheSameTimeAnswerOnce() {
        var inner = Deadline.after(SECOND.minusNanos(1), time, time);
        Application waits = (_, respond) -> {
            time.advance(SECOND);
            waitForEver();
            return respond.with(Response.text(Status.OK, ""));
        };
        var client = client(inner.wrap(waits));

        assertThat(client.get("/")).hasStatus(503);
        assertThat(client.get("/")).hasStatus(503);
    }

    // ------------------------------------------------------------------------------------------ settings

    @Test
    void goesOffByItself() {
        Application waits = (_, respond) -> {
            waitForEver();
            return respond.with(Response.text(Status.OK, ""));
        };

        assertThat(TestClient.of(Deadline.after(Duration.ofMillis(1)).wrap(waits))
                        .get("/"))
                .hasStatus(503);
        assertThat(TestClient.of(Samples.deadline(timeout -> "at most " + timeout))
                        .get("/"))
                .hasBody("at most PT2S");
    }

    @Test
    void refusesATimeThatIsNoneAndTakesOneThatIsEndless() {
        assertThatThrownBy(() -> Deadline.after(Duration.ZERO)).hasMessageContaining("more than zero");
        assertThatThrownBy(() -> Deadline.after(Duration.ofNanos(-1))).hasMessageContaining("more than zero");

        var endless = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), time, time);
        assertThat(TestClient.of(endless.wrap(Bodies.telling())).get("/")).hasStatus(200);
    }

    @Test
    void isNotChangedByItsCopies() {
        deadline.answering(Response.text(Status.OK, "changed"));

        var response = client((_, respond) -> {
                    time.advance(SECOND);
                    return respond.with(Response.text(Status.OK, "late"));
                })
                .get("/");

        assertThat(response).hasStatus(503);
    }
}
