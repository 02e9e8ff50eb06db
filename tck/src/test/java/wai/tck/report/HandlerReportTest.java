package wai.tck.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.tck.report.CaseOutcome.Kind;

class HandlerReportTest {
    static final HandlerReport REPORT = new HandlerReport(
            "my <Handler> & \"Co\"",
            List.of("RAW", "HTTP_2"),
            Map.of("DATE", "the <front> sets it"),
            List.of(
                    new CaseOutcome("WAI-RSP-01", "sends the status", Kind.PASSED, "", Duration.ofMillis(1)),
                    new CaseOutcome(
                            "WAI-RSP-01",
                            "sends \"it\"",
                            Kind.FAILED,
                            "seen <b>\r\n\u0000\u001b</b>\n]]> & more",
                            Duration.ofNanos(2_500_000)),
                    new CaseOutcome("WAI-RSP-02", "keeps order", Kind.PASSED, "instead of \"x\"", Duration.ZERO),
                    new CaseOutcome("WAI-RAW-01", "is raw", Kind.NOT_SUPPORTED, "needs <RAW>", Duration.ZERO)));

    @TempDir
    private Path folder;

    @Test
    void isTheSameBehindAFile() throws Exception {
        var file = folder.resolve("new/folder/report.json");

        REPORT.write(file);

        assertThat(HandlerReport.read(file)).isEqualTo(REPORT);
    }

    @Test
    void mayHaveNoCases() {
        var empty = new HandlerReport("none", List.of(), Map.of(), List.of());

        assertThat(HandlerReport.parse(empty.json())).isEqualTo(empty);
    }

    @Test
    void namesTheFileThatIsNoReport() throws Exception {
        var file = Files.writeString(folder.resolve("other.json"), "{\"handler\": \"x\"}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> HandlerReport.read(file))
                .withMessageContainingAll("other.json", "\"capabilities\" is missing");
    }

    @Test
    void sums() {
        assertThat(REPORT.summary()).isEqualTo("my <Handler> & \"Co\": 2 passed, 1 failed, 1 not supported in 0.003 s");
    }
}
