package wai.tck.compare;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import wai.tck.compare.Verdict.Kind;

/// Several handlers side by side: which exchanges are the same, which differ as declared, and which differ.
///
/// Every handler is measured by the first in the list, and where it lacks a capability that a request is about, by the
/// first that lacks the same: so what happens instead is the same everywhere, too.
public final class Comparison {
    private final List<Recording> recordings;
    private final Set<Leniency> rules;
    private final Set<Exemption> exemptions;
    private final Map<String, Map<String, RecordedExchange>> exchanges = new HashMap<>();
    private final Map<String, List<Verdict>> verdicts = new LinkedHashMap<>();

    private Comparison(List<Recording> recordings, Set<Leniency> rules, Set<Exemption> exemptions) {
        this.recordings = recordings;
        this.rules = rules;
        this.exemptions = exemptions;
        for (var recording : recordings) {
            var byName = new HashMap<String, RecordedExchange>();
            recording.exchanges().forEach(each -> byName.put(each.name(), each));
            exchanges.put(recording.handler(), byName);
        }
    }

    /// Compares these recordings. One that has only some of the requests is compared by these.
    ///
    /// @throws IllegalArgumentException when there is none, two have the same name, or one has requests that the first
    ///     does not have, or in another order: it is of another kit
    public static Comparison of(List<Recording> recordings) {
        if (recordings.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to compare");
        }
        var comparison =
                new Comparison(List.copyOf(recordings), EnumSet.allOf(Leniency.class), EnumSet.allOf(Exemption.class));
        recordings.forEach(comparison::add);
        return comparison;
    }

    /// The recordings, the measure first.
    List<Recording> recordings() {
        return recordings;
    }

    /// The verdicts about a handler, one per exchange.
    List<Verdict> verdicts(String handler) {
        return verdicts.getOrDefault(handler, List.of());
    }

    long count(String handler, Kind kind) {
        return verdicts(handler).stream().filter(each -> each.kind() == kind).count();
    }

    /// How many exchanges of all handlers differ and nobody said so.
    public long undeclared() {
        return verdicts.keySet().stream()
                .mapToLong(handler -> count(handler, Kind.DIFFERENT))
                .sum();
    }

    /// The exchanges of a handler that differ and nobody said so, by name.
    public List<String> differences(String handler) {
        return verdicts(handler).stream()
                .filter(each -> each.kind() == Kind.DIFFERENT)
                .map(Verdict::exchange)
                .toList();
    }

    /// The rules of the comparison that hold for one of these handlers, and without which nothing more would differ, by
    /// name; without those whose need depends on a race.
    public List<String> needlessRules() {
        var needless = new ArrayList<String>();
        for (var rule : rules) {
            var others = EnumSet.copyOf(rules);
            others.remove(rule);
            if (rule.holdsAmong(recordings)
                    && !new Comparison(recordings, others, exemptions).differsMoreThan(this, rule::mayExplain)) {
                needless.add(rule.name());
            }
        }
        for (var exemption : exemptions) {
            var others = EnumSet.copyOf(exemptions);
            others.remove(exemption);
            if (exemption.holdsAmong(recordings)
                    && !exemption.isRace()
                    && !new Comparison(recordings, rules, others).differsMoreThan(this, exemption::explains)) {
                needless.add(exemption.name());
            }
        }
        return List.copyOf(needless);
    }

    private boolean differsMoreThan(Comparison whole, Predicate<Verdict> candidates) {
        for (var recording : recordings) {
            for (int i = 0; i < recording.exchanges().size(); i++) {
                var known = whole.verdicts(recording.handler()).get(i);
                if (known.kind() != Kind.DIFFERENT
                        && candidates.test(known)
                        && verdict(recording, recording.exchanges().get(i)).kind() == Kind.DIFFERENT) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The result for a terminal: a line per handler, and what differs.
    public String text() {
        var text = new StringBuilder();
        for (var recording : recordings) {
            var handler = recording.handler();
            text.append("%s: %d requests, %d the same, %d as declared, %d different%n"
                    .formatted(
                            handler,
                            recording.exchanges().size(),
                            count(handler, Kind.SAME),
                            count(handler, Kind.DECLARED),
                            count(handler, Kind.DIFFERENT)));
            for (var each : verdicts(handler)) {
                if (each.kind() == Kind.DIFFERENT) {
                    text.append("  ")
                            .append(each.exchange())
                            .append(", measured by ")
                            .append(each.measure());
                    text.append(System.lineSeparator());
                    each.difference()
                            .forEach(line -> text.append("    ").append(line).append(System.lineSeparator()));
                }
            }
        }
        return text.toString();
    }

    private void add(Recording recording) {
        var known = names(recordings.getFirst());
        var names = names(recording);
        var common = new ArrayList<>(known);
        common.retainAll(Set.copyOf(names));
        if (!common.equals(names)) {
            throw new IllegalArgumentException(
                    "the recordings of " + recordings.getFirst().handler() + " and " + recording.handler()
                            + " are of different kits: record both with the same one");
        }
        var all = recording.exchanges().stream()
                .map(exchange -> verdict(recording, exchange))
                .toList();
        if (verdicts.put(recording.handler(), all) != null) {
            throw new IllegalArgumentException("there are two handlers of the name " + recording.handler());
        }
    }

    private static List<String> names(Recording recording) {
        return recording.exchanges().stream().map(RecordedExchange::name).toList();
    }

    private Verdict verdict(Recording recording, RecordedExchange exchange) {
        var exempt = exemption(recording, exchange);
        if (exempt.isPresent()) {
            return new Verdict(
                    exchange.name(), Kind.DECLARED, List.of(exempt.get().name()), recording.handler(), List.of());
        }
        var missing = missing(recording, exchange);
        for (var measure : recordings) {
            var other = exchange(measure, exchange.name());
            if (other != null
                    && missing(measure, exchange).equals(missing)
                    && exemption(measure, other).isEmpty()) {
                return compared(recording, exchange, measure, other, missing);
            }
        }
        throw new IllegalStateException(exchange.name() + " has no measure: it could be measured by itself");
    }

    private @Nullable RecordedExchange exchange(Recording recording, String name) {
        return exchanges.getOrDefault(recording.handler(), Map.of()).get(name);
    }

    private Optional<Exemption> exemption(Recording recording, RecordedExchange exchange) {
        return Exemption.of(recording, exchange).filter(exemptions::contains);
    }

    private Verdict compared(
            Recording recording,
            RecordedExchange exchange,
            Recording measure,
            RecordedExchange measured,
            List<String> missing) {
        var expected = forAll(measured.lines());
        var seen = isCutByAnError(expected, exchange.lines()) ? expected : forAll(exchange.lines());
        if (seen.equals(expected)) {
            var kind = missing.isEmpty() ? Kind.SAME : Kind.DECLARED;
            return new Verdict(exchange.name(), kind, missing, measure.handler(), List.of());
        }
        var possible = EnumSet.noneOf(Leniency.class);
        rules.stream()
                .filter(rule ->
                        !rule.isForAll() && declared(rule, recording, measure).isPresent())
                .forEach(possible::add);
        var lenient = changed(seen, possible);
        var wanted = changed(expected, possible);
        if (!lenient.equals(wanted)) {
            return new Verdict(
                    exchange.name(), Kind.DIFFERENT, List.of(), measure.handler(), difference(wanted, lenient));
        }
        var reasons = new TreeSet<>(missing);
        needed(possible, seen, expected)
                .forEach(rule -> reasons.add(declared(rule, recording, measure).orElseThrow()));
        return new Verdict(exchange.name(), Kind.DECLARED, List.copyOf(reasons), measure.handler(), List.of());
    }

    /// Whether somebody answered an error in place of a response that is to be cut.
    private boolean isCutByAnError(List<String> expected, List<String> seen) {
        return rules.contains(Leniency.CUT)
                && Lines.isCut(expected)
                && Lines.isOwnError(seen)
                && seen.stream().anyMatch(line -> line.startsWith("status 5"));
    }

    /// What one of the two declares, or does not have, so that the rule holds.
    private static Optional<String> declared(Leniency rule, Recording recording, Recording measure) {
        return rule.declaredBy(recording).or(() -> rule.declaredBy(measure));
    }

    /// The rules without which the two would differ.
    private static Set<Leniency> needed(Set<Leniency> possible, List<String> seen, List<String> expected) {
        var needed = EnumSet.copyOf(possible);
        for (var rule : possible) {
            needed.remove(rule);
            if (!changed(seen, needed).equals(changed(expected, needed))) {
                needed.add(rule);
            }
        }
        return needed;
    }

    private List<String> forAll(List<String> lines) {
        var always = EnumSet.copyOf(rules);
        always.removeIf(rule -> !rule.isForAll());
        return changed(lines, always);
    }

    private static List<String> changed(List<String> lines, Set<Leniency> rules) {
        var changed = lines;
        for (var rule : rules) {
            changed = rule.apply(changed);
        }
        return changed;
    }

    private static List<String> missing(Recording recording, RecordedExchange exchange) {
        return exchange.needs().stream()
                .filter(need -> !recording.capabilities().contains(need))
                .toList();
    }

    /// What stands on one side only; or the lines that changed places.
    private static List<String> difference(List<String> expected, List<String> seen) {
        var gone = new ArrayList<>(expected);
        seen.forEach(gone::remove);
        var come = new ArrayList<>(seen);
        expected.forEach(come::remove);
        if (gone.isEmpty() && come.isEmpty()) {
            return List.of("the same lines in another order", "- " + expected, "+ " + seen);
        }
        var lines = new ArrayList<String>();
        gone.forEach(line -> lines.add("- " + line));
        come.forEach(line -> lines.add("+ " + line));
        return lines;
    }
}
