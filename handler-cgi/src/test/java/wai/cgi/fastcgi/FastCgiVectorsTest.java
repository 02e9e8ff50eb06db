package wai.cgi.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.cgi.fastcgi.FastCgiVectors.Vector;

/// Every vector in every cut.
class FastCgiVectorsTest {
    private static final FastCgiLimits LIMITS = new FastCgiLimits(10, 3, 1024, 20);

    static List<Vector> vectors() {
        return FastCgiVectors.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void everyCutGivesTheSameEvents(Vector vector) {
        assertThat(Transcript.everySplit(LIMITS, Records.bytes(vector.input()))).isEqualTo(vector.expected());
    }

    @Test
    void everyFaultHasAVector() {
        assertThat(vectors())
                .extracting(vector -> vector.expected().getLast())
                .containsAll(Arrays.stream(FastCgiFault.Kind.values())
                        .map(kind -> "fault " + kind)
                        .toList());
    }
}
