package wai.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import wai.Capability;

/// Writes the specification page from the registry of rules and the list of capabilities.
final class SpecPage {
    /// How to write the page anew; stands in the page and in the message of the test that finds it stale.
    static final String COMMAND = "./verify -pl wai-spec -Dspec.write=true";

    private SpecPage() {}

    /// The whole page, with a line feed at its end.
    static String markdown() {
        var page = new StringBuilder(introduction());
        for (var section : Rule.Section.values()) {
            page.append("- [%s](#%s)\n".formatted(section.title(), anchor(section.title())));
        }
        page.append("- [Capabilities](#capabilities)\n");
        for (var section : Rule.Section.values()) {
            page.append("\n## ").append(section.title()).append("\n\n");
            table(page, List.of("Rule", "Level", "What", "Why"), rules(section));
        }
        page.append("\n## Capabilities\n\n");
        page.append("What not every handler can do, and what happens on one that cannot.\n\n");
        table(page, List.of("Capability", "What", "Elsewhere"), capabilities());
        return page.toString();
    }

    private static String introduction() {
        return """
            <!-- Generated from wai.spi.Rule and wai.Capability. Do not edit; to write it anew: %s -->

            # The rules of the contract

            WAI for Java is one contract between an application, the middleware around it and the handler that runs both. The
            Javadoc of package `wai` says what the types are; this page says what everybody has to keep, in numbered rules.

            - A **number** never changes and is never used again. Exceptions (`ContractViolation`), the lint and the cases of
              the test kit name it; `docs/spec.md#wai-app-01` links to it.
            - **MUST**, **SHOULD** and **MAY** are those of RFC 2119. A MUST has a case in the test kit or a written reason why it
              has none. What can be checked at run time is checked by `wai.spi.Exchange`, on every handler alike.
            - Rules that depend on a **capability** say so. A handler declares its capabilities; the kit tests what is declared.

            There are %d rules: %s.

            """.formatted(COMMAND, Rule.values().length, levels());
    }

    private static String levels() {
        var levels = new ArrayList<String>();
        for (var level : Rule.Level.values()) {
            long count = Arrays.stream(Rule.values())
                    .filter(rule -> rule.level() == level)
                    .count();
            if (count > 0) {
                levels.add(count + " " + level);
            }
        }
        return String.join(", ", levels);
    }

    private static List<List<String>> rules(Rule.Section section) {
        return Arrays.stream(Rule.values())
                .filter(rule -> rule.section() == section)
                .map(rule -> List.of(
                        "<a id=\"%s\"></a>%s".formatted(rule.anchor(), rule.id()),
                        rule.level().toString(),
                        rule.text(),
                        rule.intent()))
                .toList();
    }

    private static List<List<String>> capabilities() {
        return Arrays.stream(Capability.values())
                .map(capability -> List.of("`" + capability + "`", capability.text(), capability.fallback()))
                .toList();
    }

    private static void table(StringBuilder page, List<String> columns, List<List<String>> rows) {
        row(page, columns);
        row(page, columns.stream().map(_ -> "---").toList());
        rows.forEach(cells -> row(page, cells));
    }

    private static void row(StringBuilder page, List<String> cells) {
        page.append('|');
        cells.forEach(cell -> page.append(' ').append(cell.replace("|", "\\|")).append(" |"));
        page.append('\n');
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replace(' ', '-');
    }
}
