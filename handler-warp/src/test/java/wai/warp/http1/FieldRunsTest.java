package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Headers;

/// Runs of lines that were read before are taken at once, and nobody can tell.
class FieldRunsTest {
    private static final String RUN = "Host: known.example\r\nAccept: text/html\r\n";

    private final FieldMemo memo = new FieldMemo();
    private final FieldRuns runs = memo.runs();

    // ------------------------------------------------------------------------------------------ the table

    @Test
    void keepsARunThatWasReadTwice() throws Http1Fault {
        int place = keep(RUN);

        assertThat(runs.at(place)).isNull();
        assertThat(keep(RUN)).isEqualTo(place);
        assertThat(fields(place))
                .isEqualTo(Headers.of(HeaderName.HOST, "known.example", HeaderName.ACCEPT, "text/html"));
    }

    @Test
    void keepsNoRunInWhosePlaceAnotherCameEachTime() throws Http1Fault {
        int place = keep(RUN);
        var other = another(place);

        keep(other);
        keep(RUN);
        keep(other);

        assertThat(runs.at(place)).isNull();
    }

    @Test
    void forgetsARunForAnotherThatWasReadTwice() throws Http1Fault {
        int place = keep(RUN);
        keep(RUN);
        var other = another(place);

        keep(other);
        keep(other);

        assertThat(fields(place).first(HeaderName.HOST))
                .isNotEmpty()
                .isNotEqualTo(java.util.Optional.of("known.example"));
    }

    /// Another run that belongs to the same place.
    private String another(int place) throws Http1Fault {
        for (int i = 0; ; i++) {
            var run = "Host: other-" + i + ".example\r\n";
            if (new FieldMemo().runs().keep(Wire.bytes(run), 0, run.length(), memo) == place) {
                return run;
            }
        }
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {8, 1024})
    void keepsARunOfTheLeastAndOfTheGreatestLength(int size) throws Http1Fault {
        int place = keep(runOf(size));
        keep(runOf(size));

        assertThat(runs.at(place)).isNotNull();
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {7, 1025})
    void keepsNoneThatIsShorterOrLonger(int size) throws Http1Fault {
        assertThat(keep(runOf(size))).isNegative();
    }

    private static String runOf(int size) {
        var run = new StringBuilder();
        while (size - run.length() > 200) {
            run.append("Via: ").append("v".repeat(93)).append("\r\n");
        }
        return run + "Te:" + "x".repeat(size - run.length() - 5) + "\r\n";
    }

    private int keep(String run) throws Http1Fault {
        return runs.keep(Wire.bytes(run), 0, run.length(), memo);
    }

    private Headers fields(int place) {
        return java.util.Objects.requireNonNull(runs.at(place)).fields();
    }

    // ------------------------------------------------------------------------------------------ a connection

    @Test
    void takesTheRunsThatTheLastHeadHad() throws Http1Fault {
        var expected = new ExpectedRuns(memo);
        var head = Wire.bytes(RUN + "Cookie: a=b\r\n" + RUN);
        for (int i = 0; i < 2; i++) {
            read(expected, head);
        }

        var first = expected.find(head, 0, head.length);
        expected.taken();
        expected.line(head, 0, RUN.length(), false);
        var second = expected.find(head, RUN.length() + 13, head.length);

        assertThat(first).isNotNull().isSameAs(second);
    }

    @Test
    void takesNoRunThatIsCut() throws Http1Fault {
        var expected = new ExpectedRuns(memo);
        var head = Wire.bytes(RUN);
        for (int i = 0; i < 2; i++) {
            read(expected, head);
        }

        assertThat(expected.find(head, 0, head.length - 1)).isNull();
        assertThat(expected.find(head, 0, head.length)).isNotNull();
    }

    /// Reads a head line by line: `Cookie` is not kept.
    private void read(ExpectedRuns expected, byte[] head) throws Http1Fault {
        for (int at = 0, end; at < head.length; at = end + 2) {
            end = Octets.endOfText(head, at, head.length);
            expected.line(
                    head, 0, at, FieldLine.parse(head, at, end, Headers.builder(), memo, Http1Fault.Kind.BAD_FIELD));
        }
        expected.end(head, 0, head.length);
    }

    // ------------------------------------------------------------------------------------------ nobody can tell

    private static final List<String> LINES = List.of(
            "Host: known.example",
            "Accept: text/html,*/*",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
            "Accept-Language: en",
            "Cookie: session=0123456789abcdef",
            "X-Own: value",
            "Connection: keep-alive",
            "Content-Length: 0",
            "Sec-Fetch-Mode: navigate",
            "Te: trailers");
    private static final List<String> EDITS =
            List.of(" ", "\t", "\r", "\n", "\r\n", "\r\n ", "\0", ":", "x", "\u00e4", "\u007f");

    /// Heads of a few shapes come again and again, some of them with a change, through one memo. Each must be reported
    /// as by an engine that has read nothing else.
    @RepeatedTest(30)
    void reportsEveryHeadAsAnEngineThatKnowsNothing() {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        var limits = new Http1Limits(9, 99, random.nextInt(100, 400), random.nextInt(3, 12), 9, 99, 99);
        var shapes = new ArrayList<List<String>>();
        for (int i = 0; i < 3; i++) {
            shapes.add(shape(random));
        }

        @Nullable Wire connection = null;
        for (int i = 0; i < 200; i++) {
            var head = Wire.bytes(head(shapes.get(random.nextInt(shapes.size())), random));
            var alone = Wire.transcript(limits, head);
            connection = connection == null ? new Wire(limits, memo) : connection;
            int before = connection.lines().size();
            int cut = random.nextBoolean() ? head.length : random.nextInt(head.length);
            connection.feed(java.util.Arrays.copyOf(head, cut));
            connection.feed(java.util.Arrays.copyOfRange(head, cut, head.length));

            boolean goesOn = connection.goesOn();
            var seen = goesOn ? List.copyOf(connection.lines()) : connection.close();
            assertThat(seen.subList(before, seen.size()))
                    .as(
                            "seed %d, head %d: %s",
                            seed, i, Wire.escaped(new String(head, java.nio.charset.StandardCharsets.ISO_8859_1)))
                    .isEqualTo(goesOn ? alone.subList(0, alone.size() - 1) : alone);
            connection = goesOn ? connection : null;
        }
    }

    private static List<String> shape(Random random) {
        var shape = new ArrayList<String>(List.of(LINES.getFirst()));
        while (shape.size() < 9 && random.nextInt(8) > 0) {
            shape.add(LINES.get(1 + random.nextInt(LINES.size() - 1)));
        }
        return shape;
    }

    private static String head(List<String> shape, Random random) {
        var text = new StringBuilder("GET / HTTP/1.1\r\n");
        for (var line : shape) {
            text.append(line).append("\r\n");
        }
        text.append("\r\n");
        if (random.nextInt(5) == 0) {
            int at = random.nextInt(16, text.length() - 1);
            text.replace(at, at + random.nextInt(2), EDITS.get(random.nextInt(EDITS.size())));
        }
        return text.toString();
    }
}
