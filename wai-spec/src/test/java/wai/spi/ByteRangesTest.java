package wai.spi;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.FilePart;

class ByteRangesTest {
    @ParameterizedTest(name = "[{0}] of {1} bytes is [{2}]")
    @CsvSource(
            delimiter = '|',
            value = {
                // RFC 9110 §14.1.2
                "bytes=0-499 | 10000 | 0-499",
                "bytes=500-999 | 10000 | 500-999",
                "bytes=-500 | 10000 | 9500-9999",
                "bytes=9500- | 10000 | 9500-9999",
                "bytes=0-0,-1 | 10000 | 0-0 9999-9999",
                "bytes=0-0 , -1 | 10000 | 0-0 9999-9999",
                "bytes=, 0-999, 4500-5499, -1000 | 10000 | 0-999 4500-5499 9000-9999",
                "bytes=500-600,601-999 | 10000 | 500-999",
                "bytes=500-700,601-999 | 10000 | 500-999",
                // clipped
                "bytes=10-20 | 16 | 10-15",
                "bytes=-17 | 16 | 0-15",
                "bytes=0-99999999999999999999999 | 16 | 0-15",
                "bytes=-99999999999999999999999 | 16 | 0-15",
                "bytes=0-9223372036854775807 | 9223372036854775807 | 0-9223372036854775806",
                // not to be satisfied
                "bytes=16- | 16 | ''",
                "bytes=17-20 | 16 | ''",
                "bytes=-0 | 16 | ''",
                "bytes=99999999999999999999999- | 16 | ''",
                "bytes=0- | 0 | ''",
                "bytes=-5 | 0 | ''",
                "bytes=16-,20-30,-0 | 16 | ''",
                "bytes=16-,3-4 | 16 | 3-4",
                // order and joining
                "bytes=8-9,0-1 | 16 | 8-9 0-1",
                "bytes=8-9,0-1,9-12 | 16 | 8-12 0-1",
                "bytes=12-13,4-5,0-1,5-12 | 16 | 4-13 0-1",
                "bytes=4-5,4-5,4-5 | 16 | 4-5",
                "bytes=0-15,3-4 | 16 | 0-15",
                // spelling
                "BYTES=1-2 | 16 | 1-2",
                "bytes=1-2,,, \t3-4 | 16 | 1-4",
                "bytes=00001-0002 | 16 | 1-2",
            })
    void readsRangesAsSlices(String value, long size, String expected) {
        var slices = slices(value, size);

        assertThat(shown(slices)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=-",
                "bytes=1",
                "bytes=a-b",
                "bytes=1-b",
                "bytes=2-1",
                "bytes=1-2-3",
                "bytes=1-2;3-4",
                "bytes=1 - 2",
                "bytes=+1-2",
                "bytes=--1",
                "bytes=0x1-2",
                "bytes:1-2",
                "bytes =1-2",
                "bytes=1-2, x",
                "bytes=1-2,4-3",
                "bytes=\u0661-2",
                "seconds=1-2",
                "byte=1-2",
                " bytes=1-2",
                "bytes= 1-2",
                "bytes=\t1-2",
                "1-2"
            })
    void ignoresWhatIsMalformedOrOfAnotherUnit(String value) {
        assertThat(ByteRanges.parse(value)).isNull();
    }

    @Test
    void servesAsManyRangesAsTheLimitAndNotOneMore() {
        var most = many(ByteRanges.MAX_RANGES);

        var slices = slices(most, 10_000);

        assertThat(slices).hasSize(ByteRanges.MAX_RANGES);
        assertThat(ByteRanges.parse(most + ",")).isNotNull();
        assertThat(ByteRanges.parse(many(ByteRanges.MAX_RANGES + 1))).isNull();
    }

    @Test
    void coversExactlyTheBytesAskedForByDisjointSlices() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);

        for (int round = 0; round < 20_000; round++) {
            int size = random.nextInt(0, 40);
            var asked = new BitSet();
            var value = IntStream.range(0, random.nextInt(1, 8))
                    .mapToObj(_ -> oneRange(random, size, asked))
                    .collect(joining(",", "bytes=", ""));

            var slices = slices(value, size);

            var covered = new BitSet();
            for (var part : slices) {
                int from = (int) part.offset();
                int to = (int) (part.offset() + part.length());
                assertThat(part.length())
                        .as("seed %d: %s of %d", seed, value, size)
                        .isPositive();
                assertThat(covered.get(Math.max(0, from - 1), to + 1).isEmpty())
                        .as("seed %d: %s of %d: apart from each other", seed, value, size)
                        .isTrue();
                covered.set(from, to);
            }
            assertThat(covered).as("seed %d: %s of %d", seed, value, size).isEqualTo(asked);
        }
    }

    private static String oneRange(SplittableRandom random, int size, BitSet asked) {
        int first = random.nextInt(0, 50);
        int last = first + random.nextInt(0, 10);
        return switch (random.nextInt(3)) {
            case 0 -> {
                asked.set(Math.min(first, size), size);
                yield first + "-";
            }
            case 1 -> {
                asked.set(Math.max(0, size - first), size);
                yield "-" + first;
            }
            default -> {
                asked.set(Math.min(first, size), Math.min(last + 1, size));
                yield first + "-" + last;
            }
        };
    }

    private static String many(int count) {
        return IntStream.range(0, count).mapToObj(i -> 2 * i + "-" + 2 * i).collect(joining(",", "bytes=", ""));
    }

    private static List<FilePart> slices(String value, long size) {
        return requireNonNull(ByteRanges.parse(value), value).within(size);
    }

    private static String shown(List<FilePart> parts) {
        return parts.stream()
                .map(part -> part.offset() + "-" + (part.offset() + part.length() - 1))
                .collect(joining(" "));
    }
}
