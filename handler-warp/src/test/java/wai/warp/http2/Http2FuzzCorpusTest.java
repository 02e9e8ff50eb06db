package wai.warp.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.warp.http2.hpack.FuzzHpack;

/// What the fuzzer found worth keeping, run as plain tests: a folder of inputs for each target, which
/// `checks/nightly/fuzz` reads.
class Http2FuzzCorpusTest {
    private static final Path CORPUS = Path.of("src/test/resources/wai/warp/http2/corpus");

    @ParameterizedTest
    @ValueSource(strings = {"FuzzFrames", "FuzzHpack"})
    void theCorpusHolds(String target) throws IOException {
        assertThat(inputs(target)).hasSizeGreaterThan(50).allSatisfy(file -> run(target, Files.readAllBytes(file)));
    }

    private static void run(String target, byte[] input) {
        if (target.equals("FuzzFrames")) {
            FuzzFrames.fuzzerTestOneInput(input);
        } else {
            FuzzHpack.fuzzerTestOneInput(input);
        }
    }

    private static List<Path> inputs(String target) throws IOException {
        try (var files = Files.list(CORPUS.resolve(target))) {
            return files.sorted().toList();
        }
    }
}
