package wai.tck;

import java.util.ArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Runs the kit without JUnit.
public final class TckRun {
    private TckRun() {}

    /// Starts the handler and runs the chosen cases one after the other. A departure that none of them needs counts as
    /// failed, with one of the cases that pass in spite of it.
    ///
    /// @param handler the handler
    /// @param wanted which cases
    /// @param progress told of each result at once
    /// @return the report
    /// @throws Exception when the handler cannot be started or stopped
    public static TckReport of(HandlerUnderTest handler, Predicate<TckCase> wanted, Consumer<TckResult> progress)
            throws Exception {
        var results = new ArrayList<TckResult>();
        var declared = Declared.by(handler);
        try (var runner = CaseRunner.start(handler);
                var ahead = new Ahead(handler.parallelism())) {
            var begun = TckCases.all().stream()
                    .filter(wanted)
                    .map(each -> ahead.begin(() -> runner.run(each)))
                    .toList();
            for (var each : begun) {
                var result = each.call();
                progress.accept(result);
                results.add(result);
            }
            for (var departure : runner.declared().departures().keySet()) {
                runner.needless(departure)
                        .filter(result -> wanted.test(result.subject()))
                        .ifPresent(result -> {
                            progress.accept(result);
                            results.add(result);
                        });
            }
        }
        return TckReport.of(handler.name(), declared, results);
    }
}
