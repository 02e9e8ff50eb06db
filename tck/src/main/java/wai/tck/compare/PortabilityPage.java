package wai.tck.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import wai.Capability;
import wai.tck.compare.Verdict.Kind;

/// A comparison as a Markdown page: handlers × capabilities × differences.
///
/// A line about one handler says nothing of the others, so that a page can be checked where not all of them run.
public final class PortabilityPage {
    private static final int MOST_EXAMPLES = 3;

    private final Comparison comparison;
    private final Map<String, String> departures;
    private final StringBuilder page = new StringBuilder();

    private PortabilityPage(Comparison comparison, Map<String, String> departures) {
        this.comparison = comparison;
        this.departures = departures;
    }

    /// The page of that comparison, with a line feed at its end.
    ///
    /// @param introduction what stands above the tables, with the title
    /// @param departures what departures mean, by name
    public static String of(Comparison comparison, String introduction, Map<String, String> departures) {
        var writer = new PortabilityPage(comparison, departures);
        writer.page.append(introduction.strip()).append("\n");
        writer.sums();
        writer.capabilities();
        comparison.recordings().forEach(writer::handler);
        writer.rules();
        return writer.page.toString();
    }

    private void sums() {
        heading("Result");
        table(List.of("handler", "requests", "the same", "different as declared", "different"));
        for (var recording : comparison.recordings()) {
            var handler = recording.handler();
            row(List.of(
                    "[" + handler + "](#" + anchor(handler) + ")",
                    Integer.toString(recording.exchanges().size()),
                    Long.toString(comparison.count(handler, Kind.SAME)),
                    Long.toString(comparison.count(handler, Kind.DECLARED)),
                    Long.toString(comparison.count(handler, Kind.DIFFERENT))));
        }
    }

    private void capabilities() {
        heading("Capabilities");
        paragraph("What a handler can do, over HTTP/1.1 without TLS unless it says otherwise. Without a capability"
                + " happens what [the specification](spec.md#capabilities) says, on all of them alike.");
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

    /// What one handler declares, in how many requests it shows, and in which for example.
    private void handler(Recording recording) {
        heading(recording.handler());
        var verdicts = comparison.verdicts(recording.handler());
        var missing = Arrays.stream(Capability.values())
                .map(Capability::name)
                .filter(recording::admits)
                .filter(name -> !exchangesBecauseOf(name, verdicts).isEmpty())
                .toList();
        if (recording.departures().isEmpty() && missing.isEmpty()) {
            paragraph("Nothing is declared.");
        } else {
            table(List.of("declared", "why", "requests", "for example"));
            recording.departures().forEach((name, reason) -> declared(name, reason, verdicts));
            missing.forEach(name -> declared(name, "the capability is missing", verdicts));
        }
        var measures = verdicts.stream()
                .filter(each -> each.kind() == Kind.DECLARED)
                .flatMap(each -> each.reasons().stream())
                .distinct()
                .filter(reason -> !recording.departures().containsKey(reason) && !missing.contains(reason))
                .sorted()
                .map(reason -> "`" + reason + "`")
                .collect(Collectors.joining(", "));
        if (!measures.isEmpty()) {
            paragraph("Declared by a handler that it is measured by, where a capability is missing: " + measures + ".");
        }
        for (var each : verdicts) {
            if (each.kind() == Kind.DIFFERENT) {
                page.append("\n**Undeclared**: ").append(code(each.exchange())).append("\n\n```diff\n");
                each.difference()
                        .forEach(line -> page.append(line.replace("```", "'''")).append("\n"));
                page.append("```\n");
            }
        }
    }

    private void declared(String name, String why, List<Verdict> verdicts) {
        var exchanges = exchangesBecauseOf(name, verdicts);
        row(List.of(
                "`" + name + "`",
                why,
                exchanges.isEmpty() ? "–" : Integer.toString(exchanges.size()),
                shown(exchanges)));
    }

    private static List<String> exchangesBecauseOf(String reason, List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(each -> each.kind() == Kind.DECLARED && each.reasons().contains(reason))
                .map(Verdict::exchange)
                .toList();
    }

    private void rules() {
        heading("Rules of the comparison");
        paragraph(
                "What is not compared, and nothing beside it. The build fails when one is not needed by those for whom"
                        + " it holds.");
        table(List.of("rule", "what", "why, or where"));
        for (var rule : Leniency.values()) {
            if (rule.isForAll()) {
                row(List.of("`" + rule + "`", rule.text(), rule.why()));
            }
        }
        for (var rule : Leniency.values()) {
            if (!rule.isForAll()) {
                row(List.of("`" + rule + "`", rule.text(), rule.why()));
            }
        }
        for (var exemption : Exemption.values()) {
            row(List.of("`" + exemption + "`", exemption.text(), exemption.who()));
        }
        heading("What departures mean");
        table(List.of("departure", "meaning"));
        departures.forEach((name, meaning) -> row(List.of("`" + name + "`", meaning)));
    }

    /// The first few of a long list.
    private static String shown(List<String> exchanges) {
        var shown = exchanges.stream()
                .limit(MOST_EXAMPLES)
                .map(PortabilityPage::code)
                .collect(Collectors.joining(", "));
        return exchanges.size() > MOST_EXAMPLES ? shown + " …" : shown;
    }

    /// A request target may have any character, also a backquote.
    private static String code(String text) {
        var shortened = text.length() <= 90 ? text : text.substring(0, 60) + "…";
        return "`" + shortened.replace('`', '\'') + "`";
    }

    /// What a heading is called in links: lower case, without punctuation, hyphens for blanks.
    private static String anchor(String heading) {
        return heading.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^\\w -]", "")
                .replace(' ', '-');
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
