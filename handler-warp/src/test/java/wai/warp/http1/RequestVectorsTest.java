package wai.warp.http1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The byte-exact requests of `requests.txt`, in every cut.
class RequestVectorsTest {
    record Vector(String name, String input, List<String> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void reportsWhatTheBytesSay(Vector vector) {
        var transcript = EverySplit.transcript(Http1Limits.DEFAULT, Wire.bytes(vector.input));

        assertThat(transcript).isEqualTo(vector.expected);
    }

    @Test
    void theFileHasManyVectorsWithDifferentNames() throws IOException {
        var vectors = vectors();

        assertThat(vectors).hasSizeGreaterThan(100);
        assertThat(vectors).extracting(Vector::name).doesNotHaveDuplicates();
    }

    /// Reads the file; its first lines describe the format.
    static List<Vector> vectors() throws IOException {
        String text;
        try (var in = Objects.requireNonNull(RequestVectorsTest.class.getResourceAsStream("requests.txt"))) {
            text = new String(in.readAllBytes(), UTF_8);
        }
        var vectors = new ArrayList<Vector>();
        for (var block : text.split("(?m)^== ", -1)) {
            if (!block.contains("\n=> ")) {
                continue;
            }
            int name = block.indexOf('\n');
            int expected = block.indexOf("\n=> ");
            vectors.add(new Vector(
                    block.substring(0, name).strip(),
                    unescaped(block.substring(name + 1, expected)),
                    block.substring(expected + 1)
                            .lines()
                            .filter(line -> line.startsWith("=> "))
                            .map(line -> line.substring(3))
                            .toList()));
        }
        return vectors;
    }

    private static String unescaped(String text) {
        var joined = text.lines().reduce("", String::concat);
        var out = new StringBuilder();
        for (int i = 0; i < joined.length(); i++) {
            char c = joined.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = joined.charAt(++i);
            switch (escaped) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    out.append((char) Integer.parseInt(joined, i + 1, i + 3, 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("escape \\" + escaped + " in " + text);
            }
        }
        return out.toString();
    }
}
