package wai.tck;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import wai.tck.TckResult.Outcome;

/// Tells a person at a terminal how a run goes: a sign per case while it runs, and in the end what needs attention.
final class ConsoleReport implements Consumer<TckResult> {
    private static final int SIGNS_PER_LINE = 60;
    private static final int TITLE_WIDTH = 44;

    private final PrintStream out;
    private final boolean verbose;
    private final List<TckResult> failed = new ArrayList<>();
    private final Map<String, Integer> notSupported = new LinkedHashMap<>();
    private String chapter = "";
    private int signs;

    ConsoleReport(PrintStream out, boolean verbose) {
        this.out = out;
        this.verbose = verbose;
    }

    @Override
    public void accept(TckResult result) {
        if (result.outcome() == Outcome.FAILED) {
            failed.add(result);
        }
        if (result.outcome() == Outcome.NOT_SUPPORTED) {
            notSupported.merge(result.detail(), 1, Integer::sum);
        }
        if (verbose) {
            line(result);
        } else {
            sign(result);
        }
    }

    /// Ends the report with the sum.
    void end(TckReport report) {
        if (signs > 0) {
            out.println();
        }
        failed.forEach(result -> out.println(
                "\nFAIL  " + result.subject() + "\n" + result.detail().indent(6).stripTrailing()));
        if (!verbose && !notSupported.isEmpty()) {
            out.println();
            notSupported.forEach((detail, count) -> out.printf("%4d  %s%n", count, detail));
        }
        out.println();
        out.println(report.summary());
    }

    private void sign(TckResult result) {
        var next = result.subject().chapter();
        if (!next.equals(chapter)) {
            out.printf("%s%-" + TITLE_WIDTH + "s  ", chapter.isEmpty() ? "" : "%n".formatted(), next);
            chapter = next;
            signs = 0;
        } else if (signs % SIGNS_PER_LINE == 0) {
            out.printf("%n%" + (TITLE_WIDTH + 2) + "s", "");
        }
        signs++;
        out.print(
                switch (result.outcome()) {
                    case PASSED -> '.';
                    case NOT_SUPPORTED -> '-';
                    case FAILED -> 'F';
                });
        out.flush();
    }

    private void line(TckResult result) {
        switch (result.outcome()) {
            case PASSED ->
                out.println("ok    " + result.subject() + (result.detail().isEmpty() ? "" : ": " + result.detail()));
            case NOT_SUPPORTED -> out.println("-     " + result.subject() + ": " + result.detail());
            case FAILED -> out.println("FAIL  " + result.subject());
        }
    }
}
