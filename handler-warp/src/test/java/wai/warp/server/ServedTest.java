package wai.warp.server;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.HI_BYTES;
import static wai.warp.server.Conversation.SAYS_HI;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;
import wai.warp.settings.Served;
import wai.warp.settings.Timeouts;

/// What the hook for an access log is told.
class ServedTest {
    private static final Application STREAMS = (_, respond) ->
            respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> out.write(new byte[100_000])));

    private final ConcurrentLinkedQueue<Served> log = new ConcurrentLinkedQueue<>();

    private Conversation with(Application application) {
        return Conversation.with(settings -> settings.withHooks(Hooks.defaults().withOnServed(log::add)), application);
    }

    private List<String> lines() {
        return log.stream()
                .map(served -> served.request() + " "
                        + served.status().map(status -> "" + status.code()).orElse("-") + " " + served.bodyBytes() + " "
                        + served.ending())
                .toList();
    }

    // ------------------------------------------------------------------------------------------ whole responses

    @Test
    void tellsRequestStatusAndSize() {
        try (var talk = with(SAYS_HI)) {
            talk.exchange("GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(lines()).containsExactly("GET /a?b HTTP/1.1 200 2 COMPLETE");
        }
    }

    @Test
    void isCalledForEachOfSeveralPipelinedRequests() {
        try (var talk = with(SAYS_HI)) {
            talk.exchange(GET + GET + GET);

            assertThat(lines()).hasSize(3).containsOnly("GET / HTTP/1.1 200 2 COMPLETE");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
    void countsNoBodyWhereThereIsNone(String method, int code) {
        try (var talk = with((_, respond) -> respond.with(HI.withStatus(Status.of(code))))) {
            talk.exchange(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(lines()).containsExactly(method + " / HTTP/1.1 " + code + " 0 COMPLETE");
        }
    }

    @Test
    void countsTheBytesOfAStreamWithoutItsChunks() {
        try (var talk = with(STREAMS)) {
            talk.exchange(GET);

            assertThat(lines()).containsExactly("GET / HTTP/1.1 200 100000 COMPLETE");
        }
    }

    @ParameterizedTest(name = "{0} bytes")
    @CsvSource({"0", "10", "100000"})
    void countsTheBytesOfAFile(int size, @TempDir Path folder) throws Exception {
        var file = Files.write(folder.resolve("file"), new byte[size]);
        try (var talk = with((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)))) {
            talk.exchange(GET);

            assertThat(lines()).containsExactly("GET / HTTP/1.1 200 " + size + " COMPLETE");
        }
    }

    @Test
    void countsWhatARawApplicationWrote() {
        Application raw = (_, respond) -> respond.with(Response.raw(
                Status.SWITCHING_PROTOCOLS, Headers.of(HeaderName.UPGRADE, "x"), HI, connection -> connection
                        .input()
                        .transferTo(connection.output())));

        try (var talk = with(raw)) {
            talk.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "abc");
            assertThat(log).isEmpty();
            talk.client.end();
            talk.awaitEnd();

            assertThat(lines()).containsExactly("GET / HTTP/1.1 101 3 COMPLETE");
        }
    }

    @Test
    void tellsTheTimesToTheFirstAndTheLastByte() {
        var talking = new AtomicReference<Conversation>();
        Application slow = (_, respond) -> {
            talking.get().passUnseen(ofMillis(30));
            return respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                talking.get().passUnseen(ofMillis(4));
                out.write(1);
                out.flush();
                talking.get().passUnseen(ofMillis(500));
                out.write(2);
            }));
        };

        try (var talk = with(slow)) {
            talking.set(talk);
            talk.exchange("GET / HT");
            talk.passUnseen(ofMillis(7));
            talk.exchange("TP/1.1\r\nHost: a\r\n\r\n");

            assertThat(log).extracting(Served::times).containsExactly(new Served.Times(ofMillis(34), ofMillis(534)));
        }
    }

    // ------------------------------------------------------------------------------------------ failures

    @Test
    void tellsTheResponseThatStoodInForAFailedApplication() {
        try (var talk = with((_, _) -> {
            throw new IllegalStateException("broken");
        })) {
            talk.exchange(GET);

            assertThat(lines()).containsExactly("GET / HTTP/1.1 500 26 COMPLETE");
            assertThat(talk.received()).contains("Content-Length: 26\r\n");
        }
    }

    @Test
    void tellsAResponseThatWasCutAndHowMuchOfItWasHandedOver() {
        Application breaks = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.write(new byte[10]);
            out.flush();
            throw new IllegalStateException("broken");
        }));

        try (var talk = with(breaks)) {
            talk.client.send(GET);
            talk.awaitEnd();

            assertThat(lines()).containsExactly("GET / HTTP/1.1 200 10 CUT");
        }
    }

    @Test
    void tellsTheClientThatLeftBeforeTheResponse() {
        Application reads = (request, respond) -> {
            request.body().readAllBytes();
            return respond.with(HI);
        };

        try (var talk = with(reads)) {
            talk.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            talk.client.reset();
            talk.awaitEnd();

            assertThat(lines()).containsExactly("POST / HTTP/1.1 - 0 CUT");
            assertThat(log).extracting(Served::status).containsExactly(Optional.empty());
        }
    }

    @Test
    void theClientsLeavingIsNoFailureOfTheApplicationHoweverItIsWrapped() {
        Application wraps = (request, respond) -> {
            try {
                return respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    while (true) {
                        out.write(new byte[100_000]);
                    }
                }));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };

        try (var talk = with(wraps)) {
            talk.client.takeNothing();
            talk.client.send(GET);
            talk.client.awaitWriter();
            talk.client.reset();
            talk.awaitEnd();

            assertThat(talk.failures())
                    .singleElement()
                    .extracting(Failure::phase)
                    .isEqualTo(Phase.RESPONSE);
            assertThat(lines()).containsExactly("GET / HTTP/1.1 200 0 CUT");
        }
    }

    @Test
    void tellsTheRefusalOfASlowBody() {
        Application reads = (request, respond) -> {
            request.body().readAllBytes();
            return respond.with(HI);
        };
        var settings = Timeouts.defaults().withBody(ofSeconds(5));

        try (var talk = Conversation.with(
                defaults -> defaults.withTimeouts(settings)
                        .withHooks(Hooks.defaults().withOnServed(log::add)),
                reads)) {
            talk.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            talk.pass(ofSeconds(5));
            talk.client.awaitEnding();
            talk.client.end();
            talk.awaitEnd();

            assertThat(lines()).singleElement().asString().startsWith("POST / HTTP/1.1 408 ");
        }
    }

    @Test
    void isNotCalledForWhatIsNoRequest() {
        try (var talk = with(SAYS_HI)) {
            talk.client.send("bad\r\n\r\n");
            talk.client.end();
            talk.awaitEnd();

            assertThat(log).isEmpty();
            assertThat(talk.failures()).hasSize(1);
        }
    }

    // ------------------------------------------------------------------------------------------ the hook itself

    @Test
    void isCalledBeforeTheNextRequestIsRead() {
        Application counts = (_, respond) -> respond.with(Response.text(Status.OK, "" + log.size()));

        try (var talk = with(counts)) {
            assertThat(talk.exchange(GET)).endsWith("\r\n\r\n0");
            assertThat(talk.exchange(GET)).endsWith("\r\n\r\n1");
        }
    }

    @Test
    void aHookThatThrowsDoesNoHarm() {
        try (var talk = Conversation.with(
                settings -> settings.withHooks(Hooks.defaults().withOnServed(_ -> {
                    throw new IllegalStateException("the log is full");
                })),
                SAYS_HI)) {
            assertThat(talk.exchange(GET, GET)).isEqualTo(HI_BYTES + HI_BYTES);
        }
    }

    @Test
    void theBodyCannotBeReadInTheHook() {
        var thrown = new AtomicReference<Throwable>();
        try (var talk = Conversation.with(
                settings -> settings.withHooks(Hooks.defaults().withOnServed(served -> {
                    try {
                        served.request().body().read();
                    } catch (Exception e) {
                        thrown.set(e);
                    }
                })),
                SAYS_HI)) {
            talk.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");

            assertThat(thrown.get()).hasMessageContaining("WAI-REQ-06");
        }
    }

    @Test
    void isUnsetByDefault() {
        assertThat(Hooks.defaults().onServed()).isEmpty();
        assertThat(Hooks.defaults().withOnServed(log::add).onServed()).isPresent();
    }
}
