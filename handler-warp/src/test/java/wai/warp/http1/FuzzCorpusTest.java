package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the fuzzer found worth keeping, run as plain tests: a folder of inputs for each target, which
/// `checks/nightly/fuzz` reads.
class FuzzCorpusTest {
    private static final Path CORPUS = Path.of("src/test/resources/wai/warp/http1/corpus");

    @ParameterizedTest
    @ValueSource(strings = {"FuzzEngine", "FuzzChunks", "FuzzText"})
    void theCorpusHolds(String target) throws IOException {
        assertThat(inputs(target)).hasSizeGreaterThan(50).allSatisfy(file -> run(target, Files.readAllBytes(file)));
    }

    @Test
    void theVectorsHold() {
        assertThat(RequestVectors.all()).isNotEmpty().allSatisfy(vector -> {
            var message = Wire.bytes(vector.input());

            FuzzEngine.fuzzerTestOneInput(Arrays.copyOf(message, message.length + 1));
        });
    }

    private static void run(String target, byte[] input) {
        switch (target) {
            case "FuzzEngine" -> FuzzEngine.fuzzerTestOneInput(input);
            case "FuzzChunks" -> FuzzChunks.fuzzerTestOneInput(input);
            default -> FuzzText.fuzzerTestOneInput(input);
        }
    }

    private static List<Path> inputs(String target) throws IOException {
        try (var files = Files.list(CORPUS.resolve(target))) {
            return files.sorted().toList();
        }
    }
}
