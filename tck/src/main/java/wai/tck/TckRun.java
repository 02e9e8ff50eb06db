package wai.tck;

import java.util.ArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Runs the kit without JUnit.
public final class TckRun {
    private TckRun() {}

    /// Starts the handler once and runs the chosen cases one after the other.
    ///
    /// @param handler the handler
    /// @param wanted which cases
    /// @param progress told of each result at once
    /// @return the report
    /// @throws Exception when the handler cannot be started or stopped
    public static TckReport of(HandlerUnderTest handler, Predicate<TckCase> wanted, Consumer<TckResult> progress)
            throws Exception {
        var results = new ArrayList<TckResult>();
        try (var runner = CaseRunner.start(handler)) {
            for (var each : TckCases.all()) {
                if (wanted.test(each)) {
                    var result = runner.run(each);
                    progress.accept(result);
                    results.add(result);
                }
            }
        }
        return new TckReport(handler.getClass().getName(), results);
    }
}
