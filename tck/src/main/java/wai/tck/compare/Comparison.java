package wai.tck.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wai.tck.compare.Verdict.Kind;

/// Several handlers side by side: which exchanges are the same, which differ as declared, and which differ.
///
/// Every handler is measured by the first in the list, and where it lacks a capability that a request is about, by the
/// first that lacks the same: so what happens instead is the same everywhere, too.
public final class Comparison {
    private final List<Recording> recordings;
    private final Map<String, List<Verdict>> verdicts = new LinkedHashMap<>();

    private Comparison(List<Recording> recordings) {
        this.recordings = recordings;
    }

    /// Compares these recordings.
    ///
    /// @throws IllegalArgumentException when there is none, two have the same name, or they are of different kits
    public static Comparison of(List<Recording> recordings) {
        if (recordings.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to compare");
        }
        var comparison = new Comparison(List.copyOf(recordings));
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
        if (!names(recording).equals(names(recordings.getFirst()))) {
            throw new IllegalArgumentException(
                    "the recordings of " + recordings.getFirst().handler() + " and " + recording.handler()
                            + " are of different kits: record both with the same one");
        }
        var all = new ArrayList<Verdict>();
        for (int i = 0; i < recording.exchanges().size(); i++) {
            all.add(verdict(recording, i));
        }
        if (verdicts.put(recording.handler(), List.copyOf(all)) != null) {
            throw new IllegalArgumentException("there are two handlers of the name " + recording.handler());
        }
    }

    private static List<String> names(Recording recording) {
        return recording.exchanges().stream().map(RecordedExchange::name).toList();
    }

    private Verdict verdict(Recording recording, int index) {
        var exchange = recording.exchanges().get(index);
        var departures = departures(recording, exchange);
        if (!departures.isEmpty()) {
            return new Verdict(exchange.name(), Kind.DECLARED, departures, recording.handler(), List.of());
        }
        var missing = missing(recording, exchange);
        var measure = recordings.stream()
                .filter(other -> departures(other, exchange).isEmpty()
                        && missing(other, exchange).equals(missing))
                .findFirst()
                .orElse(recording);
        return compared(
                exchange,
                missing,
                recording,
                measure,
                measure.exchanges().get(index).lines());
    }

    private static Verdict compared(
            RecordedExchange exchange,
            List<String> missing,
            Recording recording,
            Recording measure,
            List<String> measuredLines) {
        var seen = forAll(exchange.lines());
        var expected = forAll(measuredLines);
        if (seen.equals(expected)) {
            var kind = missing.isEmpty() ? Kind.SAME : Kind.DECLARED;
            return new Verdict(exchange.name(), kind, missing, measure.handler(), List.of());
        }
        var possible = EnumSet.noneOf(Leniency.class);
        Arrays.stream(Leniency.values())
                .filter(rule -> !rule.isForAll() && (rule.holdsFor(recording) || rule.holdsFor(measure)))
                .forEach(possible::add);
        var lenient = changed(seen, possible);
        var wanted = changed(expected, possible);
        if (!lenient.equals(wanted)) {
            return new Verdict(
                    exchange.name(), Kind.DIFFERENT, List.of(), measure.handler(), difference(wanted, lenient));
        }
        var reasons = new ArrayList<>(missing);
        needed(possible, seen, expected).forEach(rule -> reasons.add(rule.name()));
        return new Verdict(exchange.name(), Kind.DECLARED, reasons, measure.handler(), List.of());
    }

    /// The rules without which the two would differ.
    private static Set<Leniency> needed(EnumSet<Leniency> possible, List<String> seen, List<String> expected) {
        var needed = EnumSet.copyOf(possible);
        for (var rule : possible) {
            needed.remove(rule);
            if (!changed(seen, needed).equals(changed(expected, needed))) {
                needed.add(rule);
            }
        }
        return needed;
    }

    private static List<String> forAll(List<String> lines) {
        var rules = EnumSet.allOf(Leniency.class);
        rules.removeIf(rule -> !rule.isForAll());
        return changed(lines, rules);
    }

    private static List<String> changed(List<String> lines, Set<Leniency> rules) {
        var changed = lines;
        for (var rule : rules) {
            changed = rule.apply(changed);
        }
        return changed;
    }

    private static List<String> departures(Recording recording, RecordedExchange exchange) {
        return exchange.dependsOn().stream()
                .filter(recording.departures()::containsKey)
                .toList();
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
