package wai.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The scripts beside the POM: what they measure differs each time, what they compute does not.
@Timeout(60)
class HarnessTest {
    private static final String SHELL = "#!/bin/sh\n";

    static List<Path> commands() throws IOException {
        try (var files = Files.list(Path.of("").toAbsolutePath())) {
            return files.filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void aCommandIsAWellFormedShellScript(Path command) throws Exception {
        assertThat(Files.readString(command)).startsWith(SHELL);

        assertThat(run("sh", "-n", command.toString())).isEmpty();
    }

    @Test
    void whatTheCommandsShareIsWellFormed() throws Exception {
        assertThat(run("sh", "-n", "harness/prepare.sh")).isEmpty();
    }

    @Test
    void theHarnessPassesItsOwnTests() throws Exception {
        assumeTrue(onPath("python3"), "needs python3");

        assertThat(run("python3", "-B", "harness/selftest.py")).endsWith("\nOK\n");
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// All that it printed.
    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}
