package wai.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import wai.BodySink;
import wai.Headers;

/// The loop that writes, with time in the hands of the test.
class EventWriterTest {
    private static final Duration BEAT = Duration.ofSeconds(15);

    @Test
    void flushesTheHeadEachEventAndAHeartbeatWheneverNoneCame() throws Exception {
        var asked = new ArrayList<Duration>();
        var script = new ArrayList<>(Arrays.asList(Event.of("1"), null, null, Event.of("2"), Event.END, Event.of("3")));
        var sink = new RecordingSink();

        EventWriter.write(
                patience -> {
                    asked.add(patience);
                    return script.removeFirst();
                },
                BEAT,
                sink);

        assertThat(sink.seen)
                .containsExactly(
                        "flush", "data: 1\n\n", "flush", ": \n\n", "flush", ": \n\n", "flush", "data: 2\n\n", "flush");
        assertThat(asked).containsOnly(BEAT).hasSize(5);
    }

    private static final class RecordingSink extends BodySink {
        private final List<String> seen = new ArrayList<>();

        @Override
        public void write(int one) {
            throw new AssertionError("one byte");
        }

        @Override
        public void write(byte[] array, int offset, int length) {
            seen.add(new String(array, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {
            seen.add("flush");
        }

        @Override
        public void trailers(Headers trailers) {
            throw new AssertionError("trailers");
        }
    }
}
