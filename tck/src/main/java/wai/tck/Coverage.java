package wai.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import wai.spi.Rule;
import wai.tck.report.Legend;

/// Which rule has which cases, and why some have none.
///
/// A MUST without a case needs a reason here; the kit's own test fails otherwise, and also when a reason has become
/// superfluous.
public final class Coverage {
    private static final String RESPONSES_OF_APPLICATIONS =
            "about what applications build, not about handlers: the lint middleware reports it";

    private static final Map<Rule, String> REASONS = Map.ofEntries(
            Map.entry(
                    Rule.APP_DISCONNECT_PASSES,
                    "about the code of applications; a handler cannot tell an exception that was held back"),
            Map.entry(Rule.MID_LENGTH, "about the code of each middleware that replaces bodies: its own tests show it"),
            Map.entry(
                    Rule.MID_REQUEST_BODY,
                    "about the code of each middleware that reads bodies: the lint middleware reports it"),
            Map.entry(Rule.FLD_CONTENT_TYPE, RESPONSES_OF_APPLICATIONS),
            Map.entry(Rule.FLD_SINGLE, RESPONSES_OF_APPLICATIONS),
            Map.entry(Rule.FLD_ETAG, RESPONSES_OF_APPLICATIONS),
            Map.entry(Rule.FLD_REQUIRED, RESPONSES_OF_APPLICATIONS),
            Map.entry(Rule.FLD_DATES, RESPONSES_OF_APPLICATIONS),
            Map.entry(Rule.FLD_BODILESS, RESPONSES_OF_APPLICATIONS),
            Map.entry(Rule.FLD_VARY, RESPONSES_OF_APPLICATIONS),
            Map.entry(Rule.FLD_COOKIE, RESPONSES_OF_APPLICATIONS));

    private final Map<Rule, List<TckCase>> cases = new EnumMap<>(Rule.class);

    private Coverage() {}

    /// The coverage of all rules by all cases of the kit.
    ///
    /// @return the coverage
    public static Coverage ofTheKit() {
        var coverage = new Coverage();
        TckCases.all().forEach(coverage::add);
        return coverage;
    }

    /// What pages say of rules without a case, and of departures.
    static Legend legend() {
        return new Legend(
                REASONS.entrySet().stream()
                        .collect(Collectors.toMap(each -> each.getKey().id(), Map.Entry::getValue)),
                Arrays.stream(Departure.values()).collect(Collectors.toMap(Departure::name, Departure::text)));
    }

    /// The cases of a rule, fallbacks included.
    ///
    /// @param rule the rule
    /// @return the cases; empty when there are none
    public List<TckCase> cases(Rule rule) {
        return List.copyOf(cases.getOrDefault(rule, List.of()));
    }

    /// The MUST rules that have neither a case nor a written reason.
    ///
    /// @return the rules; empty when the kit is complete
    public List<Rule> gaps() {
        return rules(rule -> rule.level() == Rule.Level.MUST && cases(rule).isEmpty() && !REASONS.containsKey(rule));
    }

    /// The rules with a case and a reason why there is none.
    ///
    /// @return the rules; empty when the reasons are up to date
    public List<Rule> superfluousReasons() {
        return rules(rule -> !cases(rule).isEmpty() && REASONS.containsKey(rule));
    }

    /// The table of all rules: number, level, number of cases, reason.
    ///
    /// @return a text of one line per rule
    public String table() {
        var table = new StringBuilder("rule        level   cases\n");
        for (var rule : Rule.values()) {
            var reason = REASONS.getOrDefault(rule, cases(rule).isEmpty() ? "NO CASE AND NO REASON" : "");
            table.append("%-11s %-7s %5d  %s"
                            .formatted(rule.id(), rule.level(), cases(rule).size(), reason)
                            .stripTrailing())
                    .append('\n');
        }
        return table.toString();
    }

    private void add(TckCase each) {
        cases.computeIfAbsent(each.rule(), _ -> new ArrayList<>()).add(each);
        each.fallback().ifPresent(this::add);
    }

    private static List<Rule> rules(java.util.function.Predicate<Rule> condition) {
        return Arrays.stream(Rule.values()).filter(condition).toList();
    }
}
