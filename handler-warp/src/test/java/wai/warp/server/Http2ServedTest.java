package wai.warp.server;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.http2.ClientFrames.END_STREAM;
import static wai.warp.http2.ClientFrames.data;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.headers;
import static wai.warp.http2.ClientFrames.post;
import static wai.warp.http2.ClientFrames.reset;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.SAYS_HI;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Hooks;
import wai.warp.settings.Served;
import wai.warp.settings.Timeouts;

/// What the hook for an access log and Flight Recorder are told of HTTP/2: the same as of HTTP/1, for each stream.
class Http2ServedTest {
    private static final long PATIENCE_SECONDS = 20; // a safety net, nothing depends on it

    private final LinkedBlockingQueue<Served> log = new LinkedBlockingQueue<>();

    private Http2Conversation with(Application application) {
        return Http2Conversation.with(
                settings -> settings.withHooks(Hooks.defaults().withOnServed(log::add)), application);
    }

    private Served next() throws InterruptedException {
        var served = log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(served).as("a request that was served").isNotNull();
        return served;
    }

    private String line() throws InterruptedException {
        var served = next();
        return served.request() + " "
                + served.status().map(status -> "" + status.code()).orElse("-") + " " + served.bodyBytes() + " "
                + served.ending();
    }

    // ------------------------------------------------------------------------------------------ the hook

    @Test
    void tellsRequestStatusAndSize() throws Exception {
        try (var talk = with(SAYS_HI)) {
            talk.send(headers(1, END_STREAM, ":method: GET", ":scheme: http", ":path: /a?b", ":authority: a"));

            assertThat(line()).isEqualTo("GET /a?b HTTP/2 200 2 COMPLETE");
        }
    }

    @Test
    void isCalledForEachStream() throws Exception {
        try (var talk = with(SAYS_HI)) {
            talk.send(get(1), get(3), get(5));

            assertThat(List.of(line(), line(), line())).containsOnly("GET / HTTP/2 200 2 COMPLETE");
            assertThat(log).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
    void countsNoBodyWhereThereIsNone(String method, int code) throws Exception {
        try (var talk = with((_, respond) -> respond.with(HI.withStatus(Status.of(code))))) {
            talk.send(headers(1, END_STREAM, ":method: " + method, ":scheme: http", ":path: /", ":authority: a"));

            assertThat(line()).isEqualTo(method + " / HTTP/2 " + code + " 0 COMPLETE");
        }
    }

    @Test
    void countsTheBytesOfAStream() throws Exception {
        try (var talk = with((_, respond) ->
                respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> out.write(new byte[60_000]))))) {
            talk.send(get(1));

            assertThat(line()).isEqualTo("GET / HTTP/2 200 60000 COMPLETE");
        }
    }

    @ParameterizedTest(name = "{0} bytes")
    @CsvSource({"0", "10", "60000"})
    void countsTheBytesOfAFile(int size, @TempDir Path folder) throws Exception {
        var file = Files.write(folder.resolve("file"), new byte[size]);
        try (var talk = with((_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file)))) {
            talk.send(get(1));

            assertThat(line()).isEqualTo("GET / HTTP/2 200 " + size + " COMPLETE");
        }
    }

    @Test
    void tellsTheTimesToTheFirstAndTheLastByte() throws Exception {
        var talking = new CompletableFuture<Http2Conversation>();
        Application slow = (_, respond) -> {
            var talk = talking.join();
            talk.talk.passUnseen(ofMillis(30));
            return respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                talk.talk.passUnseen(ofMillis(4));
                out.write(1);
                out.flush();
                talk.talk.passUnseen(ofMillis(500));
                out.write(2);
            }));
        };

        try (var talk = with(slow)) {
            talking.complete(talk);
            talk.send(get(1));

            assertThat(next().times()).isEqualTo(new Served.Times(ofMillis(34), ofMillis(534)));
        }
    }

    @Test
    void tellsTheResponseThatStoodInForAFailedApplication() throws Exception {
        try (var talk = with((_, _) -> {
            throw new IllegalStateException("broken");
        })) {
            talk.send(get(1));

            assertThat(line()).isEqualTo("GET / HTTP/2 500 26 COMPLETE");
        }
    }

    @Test
    void tellsAResponseThatWasCutAndHowMuchOfItWasHandedOver() throws Exception {
        try (var talk = with((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.write(new byte[10]);
            out.flush();
            throw new IllegalStateException("broken");
        })))) {
            talk.send(get(1));

            assertThat(line()).isEqualTo("GET / HTTP/2 200 10 CUT");
        }
    }

    @Test
    void tellsTheStreamThatWasResetBeforeTheResponse() throws Exception {
        try (var talk = with((request, respond) -> {
            request.body().readAllBytes();
            return respond.with(HI);
        })) {
            talk.send(post(1), data(1, 0, "abc"), reset(1));

            assertThat(line()).isEqualTo("POST / HTTP/2 - 0 CUT");
        }
    }

    @Test
    void tellsTheRefusalOfASlowBody() throws Exception {
        var settings = Timeouts.defaults().withBody(ofSeconds(5));
        try (var talk = Http2Conversation.with(
                defaults -> defaults.withTimeouts(settings)
                        .withHooks(Hooks.defaults().withOnServed(log::add)),
                (request, respond) -> {
                    request.body().readAllBytes();
                    return respond.with(HI);
                })) {
            talk.send(post(1)).awaitDeadline(ofSeconds(5)).pass(ofSeconds(5));

            assertThat(line()).startsWith("POST / HTTP/2 408 ");
        }
    }

    @Test
    void isNotCalledForWhatIsNoRequest() throws Exception {
        try (var talk = with(SAYS_HI)) {
            talk.send(headers(1, END_STREAM, ":method: GET")).await("RST_STREAM 1 PROTOCOL_ERROR");
            talk.send(get(3));

            assertThat(line()).isEqualTo("GET / HTTP/2 200 2 COMPLETE");
            assertThat(log).isEmpty();
        }
    }

    @Test
    void aHookThatThrowsDoesNoHarm() {
        try (var talk = Http2Conversation.with(
                settings -> settings.withHooks(Hooks.defaults().withOnServed(_ -> {
                    throw new IllegalStateException("the log is full");
                })),
                SAYS_HI)) {
            talk.send(get(1)).await("DATA 1 hi END");

            assertThat(talk.send(get(3)).await("DATA 3")).endsWith("DATA 3 hi END");
        }
    }

    // ------------------------------------------------------------------------------------------ Flight Recorder

    private static List<RecordedEvent> record(
            String name, Application application, Path folder, Consumer<Http2Conversation> script) throws IOException {
        try (var recording = new Recording()) {
            recording.enable(name).withoutThreshold();
            recording.start();
            try (var talk = Http2Conversation.with(
                    settings -> settings.withTimeouts(Timeouts.defaults().withBody(ofSeconds(5))), application)) {
                script.accept(talk);
                talk.client.end();
                talk.talk.awaitEnd();
            }
            recording.stop();
            var file = folder.resolve("recording.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(name)) // others are recorded by default
                    .toList();
        }
    }

    @Test
    void recordsEachStream(@TempDir Path folder) throws IOException {
        var events = record("wai.Request", SAYS_HI, folder, talk -> talk.send(get(1), get(3)));

        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.getString("method")).isEqualTo("GET");
            assertThat(event.getString("path")).isEqualTo("/");
            assertThat(event.getInt("status")).isEqualTo(200);
            assertThat(event.getLong("bodyBytes")).isEqualTo(2);
            assertThat(event.getBoolean("complete")).isTrue();
        });
    }

    @Test
    void recordsTheConnection(@TempDir Path folder) throws IOException {
        var events = record("wai.Connection", SAYS_HI, folder, talk -> talk.send(get(1), get(3)));

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getString("remoteAddress")).isEqualTo("client/<unresolved>:1234");
            assertThat(event.getLong("requests")).isEqualTo(2);
            assertThat(event.getBoolean("raw")).isFalse();
        });
    }

    @Test
    void recordsADeadlineThatFiredOnAStream(@TempDir Path folder) throws IOException {
        var events = record(
                "wai.DeadlineFired",
                (request, respond) -> {
                    request.body().readAllBytes();
                    return respond.with(HI);
                },
                folder,
                talk -> {
                    talk.send(post(1)).awaitDeadline(ofSeconds(5)).pass(ofSeconds(5));
                    talk.await("HEADERS 1 :status=408");
                });

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getString("kind")).isEqualTo("BODY");
            assertThat(event.getString("method")).isEqualTo("POST");
            assertThat(event.getString("path")).isEqualTo("/");
        });
    }

    @Test
    void recordsAViolation(@TempDir Path folder) throws IOException {
        var events = record(
                "wai.ContractViolation",
                (_, respond) -> {
                    respond.with(HI);
                    return respond.with(HI);
                },
                folder,
                talk -> talk.send(get(1)).await("DATA 1 hi END"));

        assertThat(events).singleElement().satisfies(event -> assertThat(event.getString("rule"))
                .isEqualTo("WAI-APP-01"));
    }
}
