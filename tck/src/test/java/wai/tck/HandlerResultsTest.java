package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.tck.compare.Recording;
import wai.tck.report.HandlerReport;

class HandlerResultsTest {
    private final HandlerResults results = new HandlerResults("my/Handler");
    private final GoodHandler handler = new GoodHandler(Scene.PATIENCE);

    @TempDir
    private Path folder;

    @Test
    void areWrittenInTheOrderOfTheRulesWhenEverythingRan() throws Exception {
        addAll(TckCases.all().reversed());
        try (var runner = CaseRunner.start(handler)) {
            results.record(runner);
        }

        results.write(Declared.by(handler), folder);

        var report = HandlerReport.read(folder.resolve("my_Handler.json"));
        assertThat(report.handler()).isEqualTo("my/Handler");
        assertThat(report.cases()).hasSize(TckCases.all().size());
        assertThat(report.cases().getFirst().rule()).isEqualTo("WAI-APP-01");
        assertThat(Recording.read(folder.resolve("my_Handler.recording.json")).exchanges())
                .hasSize(Probes.all().size());
    }

    @Test
    void areNotWrittenWhenOnlyAPartRan() throws Exception {
        addAll(TckCases.all());

        results.write(Declared.by(handler), folder);

        assertThat(folder).isEmptyDirectory();
    }

    private void addAll(List<TckCase> cases) {
        cases.forEach(each -> results.add(TckResult.passed(each, Duration.ZERO)));
    }
}
