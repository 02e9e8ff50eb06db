package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Bytes;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.ContentTooLargeException;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Rule;

/// What only memory can do, or decides itself.
class MemoryTest {
    private static final Application HELLO = (request, respond) -> respond.with(Response.text(Status.OK, "hello"));

    @Test
    void datesResponsesByItsClock() {
        var client = TestClient.of(HELLO).withClock(InstantSource.fixed(Instant.parse("1994-11-06T08:49:37Z")));

        assertThat(client.get("/")).hasHeader("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void leavesTheDateOfTheApplication() {
        var client = TestClient.of(
                (request, respond) -> respond.with(Response.text(Status.OK, "").adding(HeaderName.DATE, "mine")));

        assertThat(client.get("/").headers().all(HeaderName.DATE)).containsExactly("mine");
    }

    @Test
    void sendsSlicesOfFiles(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("f"), "0123456789");
        var client = TestClient.of((request, respond) ->
                respond.with(Response.file(Status.PARTIAL_CONTENT, Headers.EMPTY, file, new FilePart(2, 3, 10))));

        assertThat(client.get("/"))
                .hasStatus(206)
                .hasHeader("Content-Range", "bytes 2-4/10")
                .hasHeader("Content-Length", "3")
                .hasBody("234");
    }

    @Test
    void negotiatesWholeFilesAsServersDo(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("f"), "0123456789");
        var client = TestClient.of((request, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)));

        var whole = client.get("/");
        var tag = whole.header("ETag").orElseThrow();

        assertThat(whole).hasStatus(200).hasHeader("Accept-Ranges", "bytes").hasBody("0123456789");
        assertThat(client.request("GET", "/").header("Range", "bytes=-3").send())
                .hasStatus(206)
                .hasHeader("Content-Range", "bytes 7-9/10")
                .hasBody("789");
        assertThat(client.request("GET", "/").header("Range", "bytes=0-0,2-2").send())
                .hasStatus(206)
                .bodyContains("Content-Range: bytes 2-2/10");
        assertThat(client.request("GET", "/").header("If-None-Match", tag).send())
                .hasStatus(304)
                .hasEmptyBody();
        assertThat(client.request("GET", "/").header("Range", "bytes=10-").send())
                .hasStatus(416)
                .hasHeader("Content-Range", "bytes */10");
        assertThat(client.head("/"))
                .hasStatus(200)
                .hasHeader("Content-Length", "10")
                .hasEmptyBody();
    }

    @Test
    void answersAMissingFileWith404(@TempDir Path directory) {
        var client = TestClient.of(
                (request, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, directory.resolve("none"))));

        assertThat(client.get("/")).hasStatus(404);
    }

    @Test
    void answers413WhenTheBodyIsLongerThanTheApplicationReads() {
        var client = TestClient.of((request, respond) ->
                respond.with(Response.text(Status.OK, request.readBody(3).utf8())));

        assertThat(client.post("/", "abc")).hasBody("abc");
        assertThat(client.post("/", "abcd")).hasStatus(413).failedWith(ContentTooLargeException.class);
    }

    @Test
    void cutsAFileThatBecameShorter(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("f"), "0123");
        var client = TestClient.of((request, respond) ->
                        respond.with(Response.file(Status.OK, Headers.EMPTY, file, new FilePart(0, 10, 10))))
                .answeringErrors();

        var response = client.get("/");

        assertThat(response).hasHeader("Content-Length", "10").isIncomplete();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {204, 304})
    void sendsNoBodyWithAStatusThatHasNone(int status) {
        var client = TestClient.of(
                (request, respond) -> respond.with(Response.stream(Status.of(status), Headers.EMPTY, out -> {
                    throw new AssertionError("must not run");
                })));

        assertThat(client.get("/")).hasStatus(status).hasEmptyBody().hasNoHeader("Content-Length");
    }

    @Test
    void holdsTheHeadBackUntilTheFirstFlush() throws Exception {
        var written = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var client = TestClient.of((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("not flushed");
            written.countDown();
            LiveResponseTest.await(goOn);
            out.writeUtf8(", flushed");
            out.flush();
            out.writeUtf8("!");
        })));

        try (var live = client.open("/")) {
            LiveResponseTest.await(written);
            assertThat(live.isStarted()).isFalse();
            goOn.countDown();
            assertThat(live.nextChunk()).contains(Bytes.utf8("not flushed, flushed"));
            assertThat(live.nextChunk()).contains(Bytes.utf8("!"));
        }
    }

    @Test
    void flushesNothingWithoutTheCapability() {
        var client = TestClient.of((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("a");
                    out.flush();
                    out.writeUtf8("b");
                })))
                .without(Capability.INCREMENTAL_FLUSH);

        try (var live = client.open("/")) {
            assertThat(live.nextChunk()).contains(Bytes.utf8("ab"));
        }
    }

    @Test
    @Timeout(60)
    void holdsBackNoMoreThanItsPipe() {
        var thread = new AtomicReference<Thread>();
        var written = new AtomicReference<>(0);
        var client = TestClient.of((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            thread.set(Thread.currentThread());
            for (int i = 0; i < 1024; i++) {
                out.write(new byte[1024]);
                out.flush();
                written.set(i + 1);
            }
        })));

        try (var live = client.open("/")) {
            live.status();
            while (written.get() < Pipe.CAPACITY / 1024) {
                Thread.onSpinWait();
            }
            LiveResponseTest.awaitBlocked(thread);
            assertThat(written.get()).isEqualTo(Pipe.CAPACITY / 1024);
            assertThat(live.rest().bytes().length()).isEqualTo(1024 * 1024);
        }
    }

    @Test
    void runsTheActionsOfAClientThatLeaves() throws Exception {
        var told = new CountDownLatch(2);
        var started = new CountDownLatch(1);
        var client = TestClient.of((request, respond) -> {
            request.onDisconnect(told::countDown);
            started.countDown();
            LiveResponseTest.await(told);
            return respond.with(Response.text(Status.OK, "for nobody"));
        });

        try (var live = client.open("/")) {
            LiveResponseTest.await(started);
            live.disconnect();
            told.countDown();
            assertThat(live.awaitFailure()).containsInstanceOf(ClientDisconnectedException.class);
        }
    }

    @Test
    void runsAnActionAtOnceWhenTheClientHasLeftAlready() throws Exception {
        var left = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        var client = TestClient.of((request, respond) -> {
            LiveResponseTest.await(left);
            request.onDisconnect(told::countDown);
            LiveResponseTest.await(told);
            throw new ClientDisconnectedException("noticed");
        });

        try (var live = client.open("/")) {
            live.disconnect();
            left.countDown();
            assertThat(live.awaitFailure())
                    .get()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("noticed");
        }
    }

    @Test
    void runsNoActionAfterTheExchangeOrWithoutTheCapability() {
        var application = (Application) (request, respond) -> {
            request.onDisconnect(() -> {
                throw new AssertionError("must not run");
            });
            return respond.with(Response.text(Status.OK, "done"));
        };

        try (var live = TestClient.of(application).open("/")) {
            assertThat(live.rest()).hasBody("done");
            live.disconnect();
        }
        try (var live =
                TestClient.of(application).without(Capability.DISCONNECT_SIGNAL).open("/")) {
            live.disconnect();
        }
    }

    @Test
    void tellsAStreamThatTheServerStops() {
        var client = TestClient.of((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            var stops = new CountDownLatch(1);
            request.onShutdown(stops::countDown);
            out.writeUtf8("begun ");
            out.flush();
            LiveResponseTest.await(stops);
            var late = new CountDownLatch(1);
            request.onShutdown(late::countDown); // at once
            LiveResponseTest.await(late);
            out.writeUtf8("and ended");
        })));

        try (var live = client.open("/")) {
            live.awaitText("begun");
            live.signalShutdown();
            assertThat(live.rest()).hasBody("begun and ended").isComplete();
        }
    }

    @Test
    void tellsNobodyOfAStopAfterTheExchangeOrWithoutTheCapability() {
        var application = (Application) (request, respond) -> {
            request.onShutdown(() -> {
                throw new AssertionError("must not run");
            });
            return respond.with(Response.text(Status.OK, "done"));
        };

        try (var live = TestClient.of(application).open("/")) {
            assertThat(live.rest()).hasBody("done");
            live.signalShutdown();
        }
        try (var live =
                TestClient.of(application).without(Capability.SHUTDOWN_SIGNAL).open("/")) {
            live.signalShutdown();
            assertThat(live.rest()).hasBody("done");
        }
    }

    @Test
    void failsInPlaceOfHangingAndShowsWhereTheApplicationIs() {
        var never = new CountDownLatch(1);
        var client = TestClient.of((request, respond) -> {
                    LiveResponseTest.await(never);
                    return respond.with(Response.text(Status.OK, ""));
                })
                .withTimeout(Duration.ofMillis(20));
        var live = client.open("/slow");

        assertThatThrownBy(live::status)
                .isInstanceOf(AssertionError.class)
                .hasMessage("waited 20 ms for the head of the response of GET /slow")
                .cause()
                .hasMessage("the application is here")
                .satisfies(place -> assertThat(place.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("await")));
        never.countDown();
    }

    @Test
    void reportsAViolationThatHappensAfterTheResponse() throws Exception {
        var released = new CountDownLatch(1);
        var late = new CountDownLatch(1);
        var client = TestClient.of((request, respond) -> {
            var token = respond.with(Response.text(Status.OK, "first"));
            Thread.ofVirtual().start(() -> {
                try {
                    LiveResponseTest.await(released);
                    respond.with(Response.text(Status.OK, "second"));
                } catch (Exception _) {
                    late.countDown();
                }
            });
            return token;
        });

        var response = client.get("/");
        released.countDown();
        LiveResponseTest.await(late);

        assertThat(response.violations()).singleElement().satisfies(violation -> assertThat(violation.rule())
                .isEqualTo(Rule.APP_LATE_RESPONSE));
    }

    @Test
    void showsBothPlacesOfASecondResponse() {
        var client = TestClient.of((request, respond) -> {
            respond.with(Response.text(Status.OK, "first"));
            return respond.with(Response.text(Status.OK, "second"));
        });

        assertThatThrownBy(() -> client.get("/"))
                .isInstanceOf(ContractViolation.class)
                .cause()
                .hasMessage("the first response was sent here")
                .satisfies(first -> assertThat(first.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().startsWith(MemoryTest.class.getName())));
    }

    @Test
    void refusesALateReadOfTheBody() {
        var kept = new AtomicReference<InputStream>();
        var client = TestClient.of((request, respond) -> {
            kept.set(request.body());
            return respond.with(Response.text(Status.OK, "done"));
        });

        var response = client.post("/", "text");

        assertThatThrownBy(() -> kept.get().read())
                .isInstanceOf(ContractViolation.class)
                .hasMessageContaining("WAI-REQ-06");
        assertThat(response.violations()).hasSize(1);
    }

    @Test
    void refusesALateInformationalResponse() {
        var client = TestClient.of((request, respond) -> {
            var token = respond.with(Response.text(Status.OK, "done"));
            request.sendEarlyHints(Headers.EMPTY);
            return token;
        });

        assertThatThrownBy(() -> client.get("/"))
                .isInstanceOf(ContractViolation.class)
                .hasMessageContaining("WAI-REQ-15");
    }

    @Test
    void sendsTheFallbackOfARawResponseWithoutTheCapability() {
        var fallback = Response.text(Status.UPGRADE_REQUIRED, "upgrade!");
        var client = TestClient.of((request, respond) -> respond.with(
                        Response.raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY, fallback, connection -> {})))
                .without(Capability.RAW);

        assertThat(client.get("/")).hasStatus(426).hasBody("upgrade!");
    }

    @Test
    void signalsTheShutdownToARawApplication() throws Exception {
        var client = TestClient.of((request, respond) -> respond.with(
                Response.raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY, Response.text(Status.OK, ""), connection -> {
                    var shutdown = new CountDownLatch(1);
                    connection.onShutdown(shutdown::countDown);
                    LiveResponseTest.await(shutdown);
                    connection.output().write("1001".getBytes(StandardCharsets.US_ASCII));
                })));

        try (var live = client.open("/");
                var session = live.raw()) {
            session.signalShutdown();

            assertThat(session.readToEnd().utf8()).isEqualTo("1001");
        }
    }

    @Test
    void upgradesByExtendedConnectOnHttp2() {
        var client = TestClient.of((request, respond) -> respond.with(Response.raw(
                        Status.SWITCHING_PROTOCOLS,
                        Headers.of(HeaderName.CONNECTION, "Upgrade", HeaderName.UPGRADE, "x"),
                        Response.text(Status.OK, ""),
                        connection -> connection
                                .output()
                                .write((request.method() + request.upgrades()).getBytes(StandardCharsets.US_ASCII)))))
                .withVersion(HttpVersion.HTTP_2);

        try (var live = client.request("GET", "/").upgrade("x").open()) {
            assertThat(live.status()).isEqualTo(Status.OK);
            assertThat(live.headers()).isEqualTo(Headers.EMPTY);
            assertThat(live.raw().readToEnd().utf8()).isEqualTo("CONNECT[x]");
        }
    }

    @Test
    void reEncodesTheTargetWithoutTheCapability() {
        var client = TestClient.of(
                (request, respond) -> respond.with(Response.text(Status.OK, request.rawPath() + request.rawQuery())));

        assertThat(client.get("/%61%2Fb?%61=%62")).hasBody("/%61%2Fb?%61=%62");
        assertThat(client.without(Capability.RAW_TARGET).get("/%61%2Fb?%61=%62"))
                .hasBody("/a%2Fb?a=b");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Capability.class)
    void declaresWhatItCan(Capability capability) {
        var client = TestClient.of(
                (request, respond) -> respond.with(Response.text(Status.OK, "" + request.supports(capability))));
        boolean possible = capability != Capability.TLS_FACTS && capability != Capability.HTTP_2;

        assertThat(client.get("/")).hasBody("" + possible);
        assertThat(client.without(capability).get("/")).hasBody("false");
    }

    @Test
    void hasNoTrailersAndNoHintsOnHttp10() {
        var client = TestClient.of((request, respond) -> {
                    request.sendEarlyHints(Headers.EMPTY);
                    return respond.with(Response.stream(
                            Status.OK, Headers.EMPTY, out -> out.trailers(Headers.of(HeaderName.of("X"), "1"))));
                })
                .withVersion(HttpVersion.HTTP_1_0);

        var response = client.get("/");

        assertThat(response.informational()).isEmpty();
        assertThat(response.trailers()).isEqualTo(Headers.EMPTY);
    }

    @Test
    void refusesTrailersBeforeTheEndOfTheBody() {
        var client = TestClient.of((request, respond) -> {
            request.trailers();
            return respond.with(Response.text(Status.OK, ""));
        });

        assertThatThrownBy(() -> client.post("/", "x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void cutsABodyThatIsShorterThanItsLength() {
        var client = TestClient.of((request, respond) ->
                respond.with(Response.text(Status.OK, "" + request.body().readAllBytes().length)));
        var request = Request.builder("POST", "/")
                .body(new ByteArrayInputStream(new byte[3]), OptionalLong.of(5))
                .build();

        var response = client.send(request);

        assertThat(response).hasStatus(400).failedWith(ClientDisconnectedException.class);
    }

    @Test
    void answersASlowClientWith408() {
        var client = TestClient.of((_, _) -> {
            throw new ClientTimeoutException("the body did not come");
        });

        var response = client.post("/", "x");

        assertThat(response).hasStatus(408).failedWith(ClientTimeoutException.class);
    }
}
