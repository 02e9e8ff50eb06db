package wai.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import wai.tck.compare.Recording;

/// What the JUnit base class sees of one handler, until it is written to files.
final class HandlerResults {
    private final String handler;
    private final Queue<TckResult> results = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Recording recording;

    HandlerResults(String handler) {
        this.handler = handler;
    }

    TckResult add(TckResult result) {
        results.add(result);
        return result;
    }

    void record(CaseRunner runner) throws Exception {
        recording = runner.record(handler);
    }

    /// Writes the files, unless only a part of the tests ran.
    void write(Declared declared, Path folder) {
        var recorded = recording;
        if (recorded == null || results.size() < TckCases.all().size()) {
            return;
        }
        var sorted = results.stream()
                .sorted(Comparator.comparing(result -> result.subject().rule()))
                .toList();
        try {
            TckReport.of(handler, declared, sorted).kept().write(ResultFiles.results(folder, handler));
            recorded.write(ResultFiles.recording(folder, handler));
        } catch (IOException e) {
            throw new UncheckedIOException("the results of " + handler + " could not be written", e);
        }
    }
}
