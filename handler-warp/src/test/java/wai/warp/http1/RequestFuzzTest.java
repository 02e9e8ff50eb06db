package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// An event or a fault, nothing else, and the same in every cut: mutations of the vectors.
class RequestFuzzTest {
    private static final int ROUNDS = 60_000; // some two seconds
    private static final Http1Limits LIMITS = new Http1Limits(16, 64, 256, 8, 1 << 20, 32, 64);
    private static final String[] DICTIONARY = {
        "\r\n",
        "\n",
        "\r",
        " ",
        "\t",
        ":",
        ",",
        ";",
        "\0",
        "0",
        "-1",
        "chunked",
        "Host: y\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "Expect: 100-continue\r\n",
        "HTTP/1.1",
        "http://",
        "\"",
        "ffffffffffffffff",
        "9223372036854775807",
        "\u00ff",
        "GET / HTTP/1.1\r\n\r\n"
    };

    @Test
    void mutatedRequestsGiveEventsOrFaults() throws IOException {
        var seeds = RequestVectors.all().stream()
                .filter(vector -> !vector.expected().getLast().startsWith("fault")) // one step from the border
                .map(RequestVectors.Vector::input)
                .toList();
        long seed = new Random().nextLong();
        var random = new Random(seed);

        int faults = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var message = Wire.bytes(seeds.get(random.nextInt(seeds.size())));
            for (int i = random.nextInt(3); i >= 0; i--) {
                message = mutated(message, seeds.get(random.nextInt(seeds.size())), random);
            }
            faults += check(message, random, seed) ? 1 : 0;
        }

        assertThat(faults).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
    }

    /// Whether the message ended in a fault.
    private static boolean check(byte[] message, Random random, long seed) {
        var text = new String(message, StandardCharsets.ISO_8859_1);
        int cut = random.nextInt(message.length + 1);
        try {
            var whole = Wire.transcript(LIMITS, message);
            var halves = Wire.transcript(
                    LIMITS, Arrays.copyOf(message, cut), Arrays.copyOfRange(message, cut, message.length));
            assertThat(halves).as("seed %d, cut %d of %s", seed, cut, text).isEqualTo(whole);
            return whole.getLast().startsWith("fault");
        } catch (RuntimeException e) {
            return fail("seed %d: %s".formatted(seed, text), e);
        }
    }

    private static byte[] mutated(byte[] message, String other, Random random) {
        var text = new StringBuilder(new String(message, StandardCharsets.ISO_8859_1));
        int at = random.nextInt(text.length() + 1);
        int behind = Math.min(text.length(), at + random.nextInt(8));
        switch (random.nextInt(6)) {
            case 0 -> text.insert(at, DICTIONARY[random.nextInt(DICTIONARY.length)]);
            case 1 -> text.delete(at, behind);
            case 2 -> text.replace(at, behind, DICTIONARY[random.nextInt(DICTIONARY.length)]);
            case 3 -> text.insert(at, text.substring(at, behind).repeat(random.nextInt(1, 40)));
            case 4 -> text.insert(at, (char) random.nextInt(256));
            default -> text.append(other);
        }
        return Wire.bytes(text.toString());
    }
}
