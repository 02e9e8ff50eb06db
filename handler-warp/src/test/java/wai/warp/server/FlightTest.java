package wai.warp.server;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.server.Conversation.GET;
import static wai.warp.server.Conversation.HI;
import static wai.warp.server.Conversation.SAYS_HI;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;

/// The events of Flight Recorder.
class FlightTest {
    private final Recording recording = new Recording();

    @TempDir
    private Path folder;

    @AfterEach
    void closeTheRecording() {
        recording.close();
    }

    private List<RecordedEvent> record(
            String event, UnaryOperator<WarpSettings> change, Application application, Consumer<Conversation> script) {
        recording.enable(event).withThreshold(ZERO);
        recording.start();
        try (var talk = Conversation.with(change, application)) {
            script.accept(talk);
        }
        recording.stop();
        return events(event);
    }

    private List<RecordedEvent> events(String event) {
        try {
            var file = folder.resolve("recording.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(recorded -> recorded.getEventType().getName().equals(event))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ------------------------------------------------------------------------------------------ requests

    @Test
    void recordsARequestWithItsPhases() {
        var talking = new AtomicReference<Conversation>();
        Application slow = (_, respond) -> {
            talking.get().passUnseen(ofMillis(30));
            return respond.with(Response.stream(Status.CREATED, Headers.EMPTY, out -> {
                out.write(1);
                talking.get().passUnseen(ofMillis(500));
                out.write(2);
            }));
        };

        var events = record("wai.Request", settings -> settings, slow, talk -> {
            talking.set(talk);
            talk.exchange("GET /a?secret HT");
            talk.passUnseen(ofMillis(7));
            talk.exchange("TP/1.1\r\nHost: a\r\n\r\n");
        });

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getString("method")).isEqualTo("GET");
            assertThat(event.getString("path")).isEqualTo("/a");
            assertThat(event.getString("remoteAddress")).isEqualTo("client/<unresolved>:1234");
            assertThat(event.getInt("status")).isEqualTo(201);
            assertThat(event.getLong("bodyBytes")).isEqualTo(2);
            assertThat(event.getBoolean("complete")).isTrue();
            assertThat(event.getDuration("headRead")).isEqualTo(ofMillis(7));
            assertThat(event.getDuration("application")).isEqualTo(ofMillis(30));
            assertThat(event.getDuration("response")).isEqualTo(ofMillis(500));
        });
    }

    @Test
    void recordsEachPipelinedRequest() {
        var events = record("wai.Request", settings -> settings, SAYS_HI, talk -> talk.exchange(GET + GET, GET));

        assertThat(events).hasSize(3);
    }

    @Test
    void recordsARequestWhoseResponseWasCut() {
        Application breaks = (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.write(new byte[10]);
            out.flush();
            throw new IllegalStateException("broken");
        }));

        var events = record("wai.Request", settings -> settings, breaks, talk -> {
            talk.client.send(GET);
            talk.awaitEnd();
        });

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getLong("bodyBytes")).isEqualTo(10);
            assertThat(event.getBoolean("complete")).isFalse();
        });
    }

    @Test
    void leavesOutShortRequestsUnlessToldOtherwise() {
        record("wai.Request", settings -> settings, SAYS_HI, talk -> talk.exchange(GET));

        assertThat(FlightRecorder.getFlightRecorder().getEventTypes())
                .filteredOn(type -> type.getName().equals("wai.Request"))
                .singleElement()
                .satisfies(type -> assertThat(type.getSettingDescriptors())
                        .filteredOn(setting -> setting.getName().equals("threshold"))
                        .singleElement()
                        .satisfies(
                                setting -> assertThat(setting.getDefaultValue()).isEqualTo("20 ms")));
    }

    // ------------------------------------------------------------------------------------------ connections

    @Test
    void recordsAConnectionWhenItEnds() {
        var written = new AtomicReference<String>();

        var events = record("wai.Connection", settings -> settings, SAYS_HI, talk -> {
            talk.exchange(GET, GET);
            talk.client.end();
            talk.awaitEnd();
            written.set(talk.client.received());
        });

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getString("remoteAddress")).isEqualTo("client/<unresolved>:1234");
            assertThat(event.getLong("requests")).isEqualTo(2);
            assertThat(event.getLong("bytesRead")).isEqualTo(2L * GET.length());
            assertThat(event.getLong("bytesWritten")).isEqualTo(written.get().length());
            assertThat(event.getBoolean("raw")).isFalse();
        });
    }

    // ------------------------------------------------------------------------------------------ what goes wrong

    @Test
    void recordsADeadlineThatFiredOnARequest() {
        Application reads = (request, respond) -> {
            request.body().readAllBytes();
            return respond.with(HI);
        };

        var events = record(
                "wai.DeadlineFired",
                settings -> settings.withTimeouts(Timeouts.defaults().withBody(ofSeconds(5))),
                reads,
                talk -> {
                    talk.exchange("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
                    talk.pass(ofSeconds(5));
                    talk.client.awaitEnding();
                    talk.client.end();
                    talk.awaitEnd();
                });

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getString("kind")).isEqualTo("BODY");
            assertThat(event.getString("method")).isEqualTo("POST");
            assertThat(event.getString("path")).isEqualTo("/up");
        });
    }

    @Test
    void recordsADeadlineThatFiredBetweenRequests() {
        var events = record("wai.DeadlineFired", settings -> settings, SAYS_HI, talk -> {
            talk.exchange(GET);
            talk.pass(ofSeconds(60));
            talk.awaitEnd();
        });

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getString("kind")).isEqualTo("IDLE");
            assertThat(event.getString("remoteAddress")).isEqualTo("client/<unresolved>:1234");
            assertThat(event.getString("method")).isNull();
        });
    }

    @Test
    void recordsAViolationWithTheStackOfWhoeverBrokeTheRule() {
        Application twice = (_, respond) -> {
            respond.with(HI);
            return respond.with(HI);
        };

        var events = record("wai.ContractViolation", settings -> settings, twice, talk -> talk.exchange(GET));

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getString("rule")).isEqualTo("WAI-APP-01");
            assertThat(event.getString("path")).isEqualTo("/");
            assertThat(event.getStackTrace().getFrames())
                    .anyMatch(frame -> frame.getMethod().getType().getName().equals(FlightTest.class.getName()));
        });
    }

    // ------------------------------------------------------------------------------------------ switched off

    @Test
    void recordsNothingThatIsNotEnabled() {
        recording.disable("wai.Request");
        recording.enable("wai.Connection");
        recording.start();
        try (var talk = Conversation.with(SAYS_HI)) {
            talk.exchange(GET);
        }
        recording.stop();

        assertThat(events("wai.Request")).isEmpty();
        assertThat(events("wai.Connection")).hasSize(1);
    }

    @Test
    void everyEventHasALabelAndADescription() {
        record("wai.Request", settings -> settings, SAYS_HI, talk -> talk.exchange(GET));

        assertThat(FlightRecorder.getFlightRecorder().getEventTypes())
                .filteredOn(type -> type.getName().startsWith("wai."))
                .isNotEmpty()
                .allSatisfy(type -> {
                    assertThat(type.getCategoryNames()).containsExactly("WAI");
                    assertThat(type.getLabel()).isNotBlank();
                    assertThat(type.getDescription()).isNotBlank();
                })
                .extracting(EventType::getName)
                .contains("wai.Request");
    }
}
