package wai.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    /// A handler that the program finds by name.
    public static final class Found extends GoodHandler {
        /// For the program.
        public Found() {
            super(Scene.PATIENCE);
        }
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);

    @TempDir
    private Path folder;

    @Test
    void runsTheChosenCasesAndWritesTheReport() throws Exception {
        var json = folder.resolve("report.json");

        int status = Main.run(out, "--only", "WAI-APP", "--json", json.toString(), Found.class.getName());

        assertThat(status).isEqualTo(Main.GREEN);
        assertThat(printed())
                .contains("ok    WAI-APP-01 refuses a second response and sends only the first\n")
                .contains("MainTest$Found: 8 passed, 0 failed, 0 not supported in ");
        assertThat(Files.readString(json)).contains("\"rule\": \"WAI-APP-04\"").doesNotContain("WAI-RSP");
    }

    @Test
    void printsHelpCasesAndCoverage() throws Exception {
        assertThat(Main.run(out, "--help")).isEqualTo(Main.GREEN);
        assertThat(Main.run(out, "--list")).isEqualTo(Main.GREEN);
        assertThat(Main.run(out, "--coverage")).isEqualTo(Main.GREEN);

        assertThat(printed()).contains("usage: ", "WAI-RSP-03 sends Content-Length for a body in memory", "rule   ");
    }

    @Test
    void refusesWrongUsage() throws Exception {
        assertThat(Main.run(out)).isEqualTo(Main.MISUSED);
        assertThat(Main.run(out, "--json")).isEqualTo(Main.MISUSED);
        assertThat(Main.run(out, "--jsno", "x")).isEqualTo(Main.MISUSED);
        assertThat(Main.run(out, "java.lang.String")).isEqualTo(Main.MISUSED);

        assertThat(printed())
                .contains("no CLASS given", "--json needs a value", "unexpected \"--jsno\"", "java.lang.String is no ");
    }

    private String printed() {
        return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }
}
