package wai.lint;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import wai.spi.Rule;

/// Logs each finding once, and of one rule in one layer a bounded number.
final class LintLog implements Consumer<Lint.Finding> {
    /// Findings that show a value differ with every request; ten tell as much as all of them.
    static final int MOST_PER_PLACE = 10;

    private final System.Logger logger;
    private final Map<Place, Set<String>> logged = new ConcurrentHashMap<>();

    LintLog(System.Logger logger) {
        this.logger = logger;
    }

    @Override
    public void accept(Lint.Finding finding) {
        var seen =
                logged.computeIfAbsent(new Place(finding.rule(), finding.layer()), _ -> ConcurrentHashMap.newKeySet());
        if (seen.size() < MOST_PER_PLACE && seen.add(finding.seen())) {
            logger.log(level(finding.rule()), finding::toString);
        }
    }

    private static System.Logger.Level level(Rule rule) {
        return rule.level() == Rule.Level.MUST ? System.Logger.Level.WARNING : System.Logger.Level.INFO;
    }

    private record Place(Rule rule, String layer) {}
}
