package wai.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomIdsTest {
    private static final int SEVERAL_STORES = 1000;

    private final RandomIds ids = new RandomIds();

    @Test
    void areRandomUuids() {
        var all = Stream.generate(ids).limit(SEVERAL_STORES).map(UUID::fromString);

        assertThat(all).allMatch(id -> id.version() == 4 && id.variant() == 2).doesNotHaveDuplicates();
    }

    @Test
    void useAllBitsThatAreRandom() {
        var all =
                Stream.generate(ids).limit(SEVERAL_STORES).map(UUID::fromString).toList();

        long highOnes = all.stream().mapToLong(UUID::getMostSignificantBits).reduce(0, (a, b) -> a | b);
        long highZeros = all.stream().mapToLong(UUID::getMostSignificantBits).reduce(-1, (a, b) -> a & b);
        long lowOnes = all.stream().mapToLong(UUID::getLeastSignificantBits).reduce(0, (a, b) -> a | b);
        long lowZeros = all.stream().mapToLong(UUID::getLeastSignificantBits).reduce(-1, (a, b) -> a & b);

        assertThat(highOnes & ~highZeros).isEqualTo(~0xf000L); // the probability that a bit never changes is 2^-999
        assertThat(lowOnes & ~lowZeros).isEqualTo(~(3L << 62));
    }

    @Test
    void areNeverGivenTwice() throws InterruptedException {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        var threads = new ArrayList<Thread>();

        for (int i = 0; i < 8; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int id = 0; id < SEVERAL_STORES; id++) {
                    seen.add(ids.get());
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertThat(seen).hasSize(8 * SEVERAL_STORES);
    }
}
