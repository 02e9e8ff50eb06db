package wai.tck.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import wai.Capability;
import wai.tck.compare.Verdict.Kind;

/// A comparison as a Markdown page: handlers × capabilities × differences.
///
/// A line about one handler says nothing of the others, so that a page can be checked where not all of them run.
public final class PortabilityPage {
    private final Comparison comparison;
    private final StringBuilder page = new StringBuilder();

    private PortabilityPage(Comparison comparison) {
        this.comparison = comparison;
    }

    /// The page of that comparison, with a line feed at its end.
    ///
    /// @param introduction what stands above the tables, with the title
    public static String of(Comparison comparison, String introduction) {
        var writer = new PortabilityPage(comparison);
        writer.page.append(introduction.strip()).append("\n");
        writer.sums();
        writer.capabilities();
        writer.departures();
        writer.rules();
        comparison.recordings().forEach(writer::differences);
        return writer.page.toString();
    }

    private void sums() {
        heading("Result");
        table(List.of("handler", "requests", "the same", "different as declared", "different"));
        for (var recording : comparison.recordings()) {
            var handler = recording.handler();
            row(List.of(
                    "**" + handler + "**",
                    Integer.toString(recording.exchanges().size()),
                    Long.toString(comparison.count(handler, Kind.SAME)),
                    Long.toString(comparison.count(handler, Kind.DECLARED)),
                    Long.toString(comparison.count(handler, Kind.DIFFERENT))));
        }
    }

    private void capabilities() {
        heading("Capabilities");
        paragraph(
                "What a handler can do. Without a capability happens what [the specification](spec.md#capabilities) says, on "
                        + "all of them alike.");
        var columns = new ArrayList<>(List.of("handler"));
        Arrays.stream(Capability.values()).forEach(each -> columns.add("`" + each + "`"));
        table(columns);
        for (var recording : comparison.recordings()) {
            var cells = new ArrayList<>(List.of("**" + recording.handler() + "**"));
            Arrays.stream(Capability.values())
                    .forEach(each -> cells.add(recording.capabilities().contains(each.name()) ? "✓" : "–"));
            row(cells);
        }
    }

    private void departures() {
        heading("Departures");
        paragraph("What somebody in front of a handler, or the server it runs in, does otherwise.");
        for (var recording : comparison.recordings()) {
            if (recording.departures().isEmpty()) {
                paragraph("**" + recording.handler() + "**: none.");
            } else {
                paragraph("**" + recording.handler() + "**:");
                recording.departures().forEach((name, reason) -> page.append("- `" + name + "`: " + reason + "\n"));
            }
        }
    }

    private void rules() {
        heading("Rules of the comparison");
        paragraph("What is not compared, and nothing beside it.");
        table(List.of("rule", "what", "why, or where"));
        for (var rule : Leniency.values()) {
            row(List.of("`" + rule + "`", rule.text(), rule.why()));
        }
    }

    private void differences(Recording recording) {
        heading(recording.handler());
        Map<String, List<String>> byReason = new TreeMap<>();
        for (var each : comparison.verdicts(recording.handler())) {
            if (each.kind() == Kind.DECLARED) {
                var reasons = each.reasons().stream()
                        .map(reason -> "`" + reason + "`")
                        .collect(Collectors.joining(", "));
                byReason.computeIfAbsent(reasons, _ -> new ArrayList<>()).add(each.exchange());
            }
        }
        if (byReason.isEmpty() && comparison.count(recording.handler(), Kind.DIFFERENT) == 0) {
            paragraph("No difference.");
        }
        byReason.forEach((reasons, exchanges) -> page.append("\n")
                .append(exchanges.size())
                .append(" × ")
                .append(reasons)
                .append(": ")
                .append(shown(exchanges))
                .append("\n"));
        for (var each : comparison.verdicts(recording.handler())) {
            if (each.kind() == Kind.DIFFERENT) {
                page.append("\n**Undeclared**: ").append(code(each.exchange())).append("\n\n```diff\n");
                each.difference()
                        .forEach(line -> page.append(line.replace("```", "'''")).append("\n"));
                page.append("```\n");
            }
        }
    }

    /// The first few of a long list.
    private static String shown(List<String> exchanges) {
        int most = 6;
        var shown = exchanges.stream().limit(most).map(PortabilityPage::code).collect(Collectors.joining(", "));
        return exchanges.size() > most ? shown + " …" : shown;
    }

    /// A request target may have any character, also a backquote.
    private static String code(String text) {
        var shortened = text.length() <= 90 ? text : text.substring(0, 60) + "…";
        return "`" + shortened.replace('`', '\'') + "`";
    }

    private void heading(String title) {
        page.append("\n## ").append(title).append("\n");
    }

    private void paragraph(String text) {
        page.append("\n").append(text).append("\n");
    }

    private void table(List<String> columns) {
        page.append("\n");
        row(columns);
        row(columns.stream().map(_ -> "---").toList());
    }

    private void row(List<String> cells) {
        page.append("| ")
                .append(cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ")))
                .append(" |\n");
    }
}
