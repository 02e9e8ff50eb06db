package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Key;
import wai.Query;
import wai.RawConnection;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.ContractViolation;
import wai.spi.Rule;
import wai.test.IncompleteResponseException;
import wai.test.TestClient;

/// One switch runs the same test in memory and over a real port: tests as users write them, once for both.
@ParameterizedClass(name = "in {0}")
@EnumSource(SameTestTest.Place.class)
final class SameTestTest {
    enum Place {
        MEMORY {
            @Override
            TestClient client(Application application) {
                return TestClient.of(application);
            }
        },
        WARP {
            @Override
            TestClient client(Application application) {
                return TestClient.of(application, WarpStarter.PLAIN);
            }
        },
        WARP_WITH_TLS {
            @Override
            TestClient client(Application application) {
                return TestClient.of(application, WarpStarter.TLS);
            }
        };

        abstract TestClient client(Application application);
    }

    private static final HeaderName SUM = HeaderName.of("X-Sum");

    @Parameter
    Place place = Place.MEMORY;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private @Nullable TestClient open;

    private TestClient client(Application application) {
        var client = place.client(application);
        open = client;
        return client;
    }

    @AfterEach
    void stopsTheServer() {
        if (open != null) {
            open.close();
        }
    }

    @Test
    void gets() {
        var client = client((request, respond) -> respond.with(Response.text(
                Status.OK, "Hello, " + request.query().first("name").orElse("world") + "!")));

        assertThat(client.get("/greet?name=Ada%20L."))
                .hasStatus(200)
                .hasContentType("text/plain")
                .hasHeader("Content-Length", "14")
                .hasBody("Hello, Ada L.!");
        assertThat(client.head("/greet")).hasHeader("Content-Length", "13").hasBody("");
    }

    @Test
    void postsAForm() {
        var client = client((request, respond) -> {
            var form = Query.parse("?" + request.readBody(10_000).utf8());
            return respond.with(Response.text(
                    Status.OK, form.all("to") + " " + form.first("text").orElse("nothing")));
        });

        var response = client.request("POST", "/")
                .form("to", "Ada", "to", "Bob", "text", "1 + 1 = 2 & é")
                .send();

        assertThat(response).hasStatus(200).hasBody("[Ada, Bob] 1 + 1 = 2 & é");
    }

    @Test
    void keepsCookies() {
        var client = client((request, respond) -> {
            var sent = request.headers().all(HeaderName.COOKIE);
            return respond.with(Response.text(Status.OK, sent.toString())
                    .adding(HeaderName.SET_COOKIE, "visit=" + (sent.size() + 1) + "; Path=/")
                    .adding(HeaderName.SET_COOKIE, "admin=1; Path=/admin"));
        });

        assertThat(client.get("/")).hasBody("[]");
        assertThat(client.get("/")).hasBody("[visit=1]");
        assertThat(client.get("/admin/x")).hasBody("[admin=1; visit=2]");
        assertThat(client.cookies()).hasCookie("visit", "2");
    }

    @Test
    void followsRedirects() {
        var client = client((request, respond) -> respond.with(
                        request.rawPath().equals("/old")
                                ? Response.of(
                                        Status.SEE_OTHER, Headers.of(HeaderName.LOCATION, "new?from=old"), Bytes.EMPTY)
                                : Response.text(Status.OK, request.method() + request.rawPath() + request.rawQuery())))
                .followingRedirects();

        assertThat(client.post("/old", "text")).hasStatus(200).hasBody("GET/new?from=old");
    }

    @Test
    void watchesAStreamWhileTheApplicationRuns() {
        var client = client((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("event: 1\n\n");
            out.flush();
            await(goOn);
            out.writeUtf8("event: 2\n\n");
            out.trailers(Headers.of(SUM, "2"));
        })));

        try (var live = client.open("/events")) {
            assertThat(live.awaitText("\n\n")).isEqualTo("event: 1\n\n");
            goOn.countDown();
            assertThat(live.awaitText("\n\n")).isEqualTo("event: 2\n\n");
            assertThat(live.rest()).isComplete().hasBody("event: 1\n\nevent: 2\n\n");
            assertThat(live.rest().trailers()).isEqualTo(Headers.of(SUM, "2"));
        }
    }

    @Test
    void uploadsWhenTheApplicationAsksForIt() {
        var client = client((request, respond) -> {
            if (request.headers().contains(HeaderName.AUTHORIZATION)) {
                var body = request.readBody(100).utf8();
                return respond.with(
                        Response.text(Status.OK, body + request.trailers().all(SUM)));
            }
            return respond.with(Response.text(Status.FORBIDDEN, "who are you?"));
        });

        var upload = client.request("PUT", "/").uploading().expectingContinue();
        try (var live = upload.open()) {
            assertThat(live.upload().awaitContinue()).isFalse();
            assertThat(live.rest()).hasStatus(403).hasBody("who are you?");
        }
        try (var live = upload.header("Authorization", "Bearer x").open()) {
            assertThat(live.upload().awaitContinue()).isTrue();
            live.upload().write("one, ").write("two ").end(Headers.of(SUM, "2"));
            assertThat(live.rest()).hasStatus(200).hasInformational(100).hasBody("one, two [2]");
        }
    }

    @Test
    void talksOverARawConnection() {
        var fallback = Response.text(Status.UPGRADE_REQUIRED, "come back with an upgrade");
        var client = client((request, respond) -> respond.with(
                request.upgrades().contains("echo")
                        ? Response.raw(
                                Status.SWITCHING_PROTOCOLS,
                                Headers.of(HeaderName.CONNECTION, "Upgrade", HeaderName.UPGRADE, "echo"),
                                fallback,
                                SameTestTest::echo)
                        : fallback));

        assertThat(client.get("/")).hasStatus(426).hasBody("come back with an upgrade");
        var request = client.request("GET", "/").upgrade("echo").earlyBytes(Bytes.utf8("early "));
        try (var live = request.open();
                var session = live.raw()) {
            assertThat(live.status()).isEqualTo(Status.SWITCHING_PROTOCOLS);
            assertThat(session.read(6).utf8()).isEqualTo("early ");
            assertThat(session.write("late\n").readUntil("\n")).isEqualTo("late\n");
            session.closeOutput();
            assertThat(session.readToEnd().utf8()).isEqualTo("bye");
        }
    }

    @Test
    void seesEarlyHintsAheadOfTheResponse() {
        var client = client((request, respond) -> {
            request.sendEarlyHints(Headers.of(HeaderName.LINK, "</style.css>; rel=preload"));
            await(goOn);
            return respond.with(Response.text(Status.OK, "page"));
        });

        try (var live = client.open("/")) {
            assertThat(live.nextInformational())
                    .hasValueSatisfying(hint -> assertThat(hint.headers().all(HeaderName.LINK))
                            .containsExactly("</style.css>; rel=preload"));
            goOn.countDown();
            assertThat(live.rest()).hasStatus(200).hasInformational(103).hasBody("page");
        }
    }

    @Test
    void asksForPartsOfAFile(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("ten.txt"), "0123456789");
        var client = client((request, respond) ->
                respond.with(Response.file(Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/plain"), file)));

        var whole = client.get("/");
        assertThat(whole).hasStatus(200).hasHeader("Content-Length", "10").hasBody("0123456789");
        assertThat(client.request("GET", "/").header("Range", "bytes=2-4").send())
                .hasStatus(206)
                .hasHeader("Content-Range", "bytes 2-4/10")
                .hasBody("234");
        assertThat(client.request("GET", "/").header("Range", "bytes=10-").send())
                .hasStatus(416)
                .hasHeader("Content-Range", "bytes */10");
        assertThat(client.request("GET", "/")
                        .header("If-None-Match", whole.header("ETag").orElseThrow())
                        .send())
                .hasStatus(304)
                .hasBody("");
    }

    @Test
    void seesWhatTheTestHasSet() {
        var user = Key.<String>named("user");
        var client = client((request, respond) -> respond.with(Response.text(
                        Status.OK,
                        request.get(user).orElse("nobody") + " " + request.remoteAddress() + " " + request.isSecure())))
                .withMiddleware(application ->
                        (request, respond) -> application.handle(request.with(user, "Ada of the middleware"), respond));

        var response = client.request("GET", "/")
                .remoteAddress(InetSocketAddress.createUnresolved("client.example", 7))
                .secure()
                .send();

        assertThat(response).hasBody("Ada of the middleware client.example/<unresolved>:7 true");
    }

    @Test
    void getsTheExceptionOfTheApplication() {
        var client = client((request, respond) -> {
            throw new FileNotFoundException("no such page");
        });

        assertThatThrownBy(() -> client.get("/"))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("no such page")
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .singleElement()
                        .extracting(Throwable::getMessage)
                        .isEqualTo("GET / was sent here"));
    }

    @Test
    void getsTheExceptionFromTheMiddleOfAStream() {
        var client = client((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.writeUtf8("half");
            out.flush();
            throw new FileNotFoundException("the other half");
        })));

        try (var live = client.open("/")) {
            assertThat(live.awaitText("half")).isEqualTo("half");
            assertThatThrownBy(live::nextChunk)
                    .isInstanceOf(FileNotFoundException.class)
                    .hasMessage("the other half");
        }
        try (var live = client.answeringErrors().open("/")) {
            live.awaitText("half");
            assertThatThrownBy(live::nextChunk).isInstanceOf(IncompleteResponseException.class);
            assertThat(live.awaitFailure()).containsInstanceOf(FileNotFoundException.class);
        }
    }

    @Test
    void answersErrorsAsAServerDoes() {
        var client = client((request, respond) -> {
                    throw new IllegalStateException("a secret");
                })
                .answeringErrors();

        var response = client.get("/");

        assertThat(response).hasStatus(500);
        assertThat(response.text()).doesNotContain("secret");
        assertThat(response.failure()).containsInstanceOf(IllegalStateException.class);
    }

    @Test
    void failsTheTestWhenTheContractIsBroken() {
        assertBreaks(Rule.APP_ONE_RESPONSE, (request, respond) -> {
            respond.with(Response.text(Status.OK, "first"));
            return respond.with(Response.text(Status.OK, "second"));
        });
        assertBreaks(
                Rule.STR_TOO_MANY_BYTES,
                (request, respond) -> respond.with(Response.stream(
                        Status.OK, Headers.of(HeaderName.CONTENT_LENGTH, "3"), out -> out.writeUtf8("four"))));
        assertBreaks(
                Rule.STR_TOO_FEW_BYTES,
                (request, respond) -> respond.with(Response.stream(
                        Status.OK, Headers.of(HeaderName.CONTENT_LENGTH, "3"), out -> out.writeUtf8("2!"))));
    }

    @Test
    void failsTheTestThatGetsTheTokenOfAnotherExchange() {
        var kept = new AtomicReference<@Nullable ResponseReceived>();
        var client = client((request, respond) -> {
            var own = respond.with(Response.text(Status.OK, "done"));
            return kept.compareAndSet(null, own) ? own : Objects.requireNonNull(kept.get());
        });
        assertThat(client.get("/")).hasBody("done");

        assertThatThrownBy(() -> client.get("/"))
                .isInstanceOfSatisfying(ContractViolation.class, violation -> assertThat(violation.rule())
                        .isEqualTo(Rule.APP_FOREIGN_TOKEN));
    }

    @Test
    void failsTheTestAlsoWhenTheApplicationCatchesTheViolation() {
        assertBreaks(Rule.APP_ONE_RESPONSE, (request, respond) -> {
            var received = respond.with(Response.text(Status.OK, "first"));
            try {
                return respond.with(Response.text(Status.OK, "second"));
            } catch (ContractViolation _) {
                return received;
            }
        });
    }

    @Test
    void tellsTheApplicationThatTheClientHasLeft() throws Exception {
        var started = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        var client = client((request, respond) -> {
            request.onDisconnect(told::countDown);
            started.countDown();
            await(told);
            return respond.with(Response.text(Status.OK, "for nobody"));
        });

        try (var live = client.open("/")) {
            await(started);
            live.disconnect();
            await(told);
        }
    }

    private void assertBreaks(Rule rule, Application application) {
        try (var client = client(application)) {
            assertThatThrownBy(() -> client.get("/"))
                    .isInstanceOfSatisfying(ContractViolation.class, violation -> assertThat(violation.rule())
                            .isEqualTo(rule));
        }
    }

    private static void echo(RawConnection connection) throws Exception {
        var buffer = new byte[256];
        for (int count; (count = connection.input().read(buffer, 0, buffer.length)) >= 0; ) {
            connection.output().write(buffer, 0, count);
            connection.output().flush();
        }
        connection.output().write("bye".getBytes(StandardCharsets.US_ASCII));
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("nothing happened for half a minute");
        }
    }
}
