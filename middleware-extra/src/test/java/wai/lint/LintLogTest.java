package wai.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import wai.spi.Rule;

class LintLogTest {
    private final RecordingLogger logger = new RecordingLogger();
    private final LintLog log = new LintLog(logger);

    @Test
    void logsAFindingOnce() {
        log.accept(finding(Rule.FLD_ETAG, "shop", "ETag: a"));
        log.accept(finding(Rule.FLD_ETAG, "shop", "ETag: a"));

        assertThat(logger.lines)
                .containsExactly("INFO WAI-FLD-03 in shop: ETag: a. Fix: quote it. Rule: " + Rule.FLD_ETAG.text());
    }

    @Test
    void logsTheSameOfAnotherLayer() {
        log.accept(finding(Rule.FLD_ETAG, "shop", "ETag: a"));
        log.accept(finding(Rule.FLD_ETAG, "gzip", "ETag: a"));

        assertThat(logger.lines).hasSize(2);
    }

    @Test
    void warnsOfABrokenMust() {
        log.accept(finding(Rule.RSP_CONTENT_LENGTH, "shop", "Content-Length is 6"));

        assertThat(logger.lines).singleElement().asString().startsWith("WARNING WAI-RSP-04 in shop");
    }

    @Test
    void stopsAfterTenFindingsOfOneRuleInOneLayer() {
        for (int i = 0; i < 1000; i++) {
            log.accept(finding(Rule.FLD_ETAG, "shop", "ETag: " + i));
        }
        log.accept(finding(Rule.FLD_DATES, "shop", "Date: today"));

        assertThat(logger.lines).hasSize(LintLog.MOST_PER_PLACE + 1);
    }

    private static Lint.Finding finding(Rule rule, String layer, String seen) {
        return new Lint.Finding(rule, layer, seen, "quote it");
    }

    private static final class RecordingLogger implements System.Logger {
        private final List<String> lines = new ArrayList<>();

        @Override
        public String getName() {
            return "recording";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            lines.add(level + " " + message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            lines.add(level + " " + format);
        }
    }
}
