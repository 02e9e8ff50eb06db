package wai.cgi.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Events or a fault, nothing else, and the same in every cut: mutations of the vectors. The seed is printed when
/// something is found; `-Dseed=` takes it again.
class FastCgiFuzzTest {
    private static final int ROUNDS = 60_000; // some two seconds
    private static final FastCgiLimits LIMITS = new FastCgiLimits(10, 3, 256, 8);
    private static final byte[] DICTIONARY = {0, 1, 2, 3, 4, 5, 8, 9, 11, 12, 127, (byte) 128, (byte) 255};

    @Test
    void mutatedRecordsGiveEventsOrFaults() {
        var vectors = FastCgiVectors.all().stream()
                .map(vector -> Records.bytes(vector.input()))
                .filter(input -> input.length > 0)
                .toList();
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);

        int faults = 0;
        for (int round = 0; round < ROUNDS; round++) {
            faults += check(mutated(vectors, random), random, seed) ? 1 : 0;
        }

        assertThat(faults).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 20);
    }

    /// Whether the message ended in a fault.
    private static boolean check(byte[] message, Random random, long seed) {
        var hex = HexFormat.of().formatHex(message);
        int cut = random.nextInt(message.length + 1);
        try {
            var whole = Transcript.of(LIMITS, message);
            var halves = Transcript.of(
                    LIMITS, Arrays.copyOf(message, cut), Arrays.copyOfRange(message, cut, message.length));
            assertThat(halves).as("seed %d, cut %d of %s", seed, cut, hex).isEqualTo(whole);
            assertThat(whole.getLast()).as("seed %d, %s", seed, hex).matches("closed|fault [A-Z_]+");
            return whole.getLast().startsWith("fault");
        } catch (RuntimeException e) {
            return fail("seed %d: %s".formatted(seed, hex), e);
        }
    }

    private static byte[] mutated(List<byte[]> vectors, Random random) {
        var message = vectors.get(random.nextInt(vectors.size()));
        if (random.nextBoolean()) {
            message = Records.join(message, vectors.get(random.nextInt(vectors.size())));
        }
        message = message.clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(message.length);
            switch (random.nextInt(4)) {
                case 0 -> message[at] = DICTIONARY[random.nextInt(DICTIONARY.length)];
                case 1 -> message[at] = (byte) random.nextInt(256);
                case 2 -> message[at] ^= (byte) (1 << random.nextInt(8));
                default ->
                    message = at > 0
                            ? Records.join(
                                    Arrays.copyOf(message, at), Arrays.copyOfRange(message, at / 2, message.length))
                            : message;
            }
        }
        return message;
    }
}
