package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.warp.http1.RequestVectors.Vector;

/// The byte-exact requests of the folder `vectors`.
class RequestVectorsTest {
    private static final String NEVER_SEEN = "GET /never-seen HTTP/1.1\r\nHost: x\r\n\r\n";

    @ParameterizedTest(name = "{0}")
    @MethodSource("topics")
    void reportsWhatTheBytesSayInEveryCut(String topic) {
        assertThat(RequestVectors.of(topic)).isNotEmpty().allSatisfy(vector -> {
            var transcript = EverySplit.transcript(vector.limits(), Wire.bytes(vector.input()));

            assertThat(transcript).isEqualTo(vector.expected());
        });
    }

    @Test
    void whatFollowsARefusedRequestIsNeverSeen() {
        var refused = RequestVectors.all().stream().filter(Vector::isRefused).toList();

        assertThat(refused).hasSizeGreaterThan(500).allSatisfy(vector -> {
            var transcript = Wire.transcript(vector.limits(), Wire.bytes(vector.input() + NEVER_SEEN));

            assertThat(transcript).isEqualTo(vector.expected());
        });
    }

    @Test
    void whatFollowsTheLastRequestOfAConnectionIsNeverSeen() {
        var closing = RequestVectors.all().stream()
                .filter(vector -> vector.expected().stream().anyMatch(line -> line.endsWith(" close"))
                        && !vector.expected().getLast().startsWith("fault"))
                .toList();

        assertThat(closing).hasSizeGreaterThan(40).allSatisfy(vector -> {
            var transcript = Wire.transcript(vector.limits(), Wire.bytes(vector.input() + NEVER_SEEN));

            assertThat(transcript).isEqualTo(vector.expected());
        });
    }

    @Test
    void whatIsSentPipelinedIsWhatIsSeen() {
        long seed = new Random().nextLong();
        var vectors = new ArrayList<>(RequestVectors.all().stream()
                .filter(vector -> vector.isComplete() && vector.limits().equals(Http1Limits.DEFAULT))
                .filter(vector ->
                        vector.expected().size() > 1 && !vector.input().endsWith("\r"))
                .filter(vector -> !vector.input().startsWith("\r") && !endsWithAnEmptyLine(vector))
                .toList());
        Collections.shuffle(vectors, new Random(seed));
        var sent = new StringBuilder();
        var expected = new ArrayList<String>();
        for (var vector : vectors) {
            sent.append(vector.input());
            expected.addAll(vector.expected().subList(0, vector.expected().size() - 1));
        }
        expected.add("closed");

        var transcript = Wire.transcript(Http1Limits.DEFAULT, Wire.bytes(sent.toString()));

        assertThat(vectors).hasSizeGreaterThan(200);
        assertThat(transcript).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void vectorsAreManyAndHaveDifferentNamesAndBytes() {
        var vectors = RequestVectors.all();

        assertThat(vectors).hasSizeGreaterThan(1_500);
        assertThat(vectors).extracting(Vector::name).doesNotHaveDuplicates();
    }

    static List<String> topics() {
        return RequestVectors.topics();
    }

    /// Whether there is an empty line behind the last request: two of them in a row would be refused.
    private static boolean endsWithAnEmptyLine(Vector vector) {
        return Wire.transcript(vector.limits(), Wire.bytes(vector.input() + "\r\n"))
                .getLast()
                .startsWith("fault");
    }
}
