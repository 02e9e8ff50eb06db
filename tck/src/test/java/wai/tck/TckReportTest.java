package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import wai.Capability;
import wai.spi.Rule;

class TckReportTest {
    private static final TckCase SUBJECT =
            TckCase.serving(Rule.RSP_STATUS, "sends \"it\"", (_, respond) -> respond.with(Replies.ok("")), _ -> {});

    private final TckReport report = new TckReport(
            "my.Handler",
            EnumSet.of(Capability.RAW_TARGET, Capability.RAW),
            Map.of(Departure.DATE, "the front sets it"),
            List.of(
                    TckResult.passed(SUBJECT, Duration.ofMillis(1)),
                    TckResult.failed(
                            SUBJECT, Duration.ofNanos(2500), new CaseFailure("a\r\n\t\\b \u00e9 \ud83d\ude00")),
                    TckResult.notSupported(SUBJECT, "RAW")));

    @Test
    void countsAndSums() {
        assertThat(report.isGreen()).isFalse();
        assertThat(report.summary()).isEqualTo("my.Handler: 1 passed, 1 failed, 1 not supported in 0.001 s");
    }

    @Test
    void writesJsonThatEscapesWhatMustBe() {
        assertThat(report.json()).isEqualTo("""
                {"handler": "my.Handler",
                 "capabilities": ["RAW", "RAW_TARGET"],
                 "departures": {"DATE": "the front sets it"},
                 "passed": 1, "failed": 1, "notSupported": 1,
                 "results": [
                  {"rule": "WAI-RSP-01", "case": "sends \\"it\\"", "outcome": "PASSED", "detail": "", "micros": 1000},
                  {"rule": "WAI-RSP-01", "case": "sends \\"it\\"", "outcome": "FAILED", \
                "detail": "a\\r\\n\\u0009\\\\b \u00e9 \\ud83d\\ude00", "micros": 2},
                  {"rule": "WAI-RSP-01", "case": "sends \\"it\\"", "outcome": "NOT_SUPPORTED", \
                "detail": "not supported: needs RAW", "micros": 0}
                ]}
                """);
    }

    @Test
    void callsAHandlerLikeTheClassThatTestsIt() {
        assertThat(TckReport.nameOf(GoodHandlerTest.class)).isEqualTo("GoodHandler");
        assertThat(TckReport.nameOf(MainTest.Found.class)).isEqualTo("Found");
        assertThat(TckReport.nameOf(HandlerTck.class)).isEqualTo("Handler");
        assertThat(TckReport.nameOf(org.junit.jupiter.api.Test.class)).isEqualTo("Test");
    }
}
