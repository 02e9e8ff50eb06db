package wai.tck;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import wai.Capability;
import wai.tck.report.CaseOutcome;
import wai.tck.report.HandlerReport;

/// What all cases showed about one handler, for people and for programs.
///
/// @param handler its name
/// @param capabilities what it declares to be able to do
/// @param departures what it declares that somebody in front of it does otherwise, with the reasons
/// @param results one per case, in the order of the rules
public record TckReport(
        String handler, Set<Capability> capabilities, Map<Departure, String> departures, List<TckResult> results) {
    /// Copies the collections.
    public TckReport {
        capabilities = Set.copyOf(capabilities);
        departures = Map.copyOf(departures);
        results = List.copyOf(results);
    }

    static TckReport of(String handler, Declared declared, List<TckResult> results) {
        return new TckReport(handler, declared.capabilities(), declared.departures(), results);
    }

    /// The name of a handler whose test has that class: `WarpTckTest` tests `Warp`.
    static String nameOf(Class<?> type) {
        var name = type.getName()
                .substring(
                        type.getPackageName().isEmpty()
                                ? 0
                                : type.getPackageName().length() + 1);
        var bare = name.substring(name.lastIndexOf('$') + 1).replaceFirst("(UnderTest|Tck|Test)+$", "");
        return bare.isEmpty() ? name : bare;
    }

    /// How many cases ended so.
    ///
    /// @param outcome the outcome
    /// @return 0 or more
    public int count(TckResult.Outcome outcome) {
        return (int)
                results.stream().filter(result -> result.outcome() == outcome).count();
    }

    /// Whether no case failed.
    ///
    /// @return true when all passed or were not supported
    public boolean isGreen() {
        return count(TckResult.Outcome.FAILED) == 0;
    }

    /// The sum in one line.
    ///
    /// @return `Warp: 120 passed, 0 failed, 3 not supported in 2.345 s`
    public String summary() {
        return kept().summary();
    }

    /// The report as JSON (RFC 8259): `handler`, `capabilities`, `departures`, the sums, and per case `rule`, `case`,
    /// `outcome`, `detail` and `micros`. `java -jar tck.jar --matrix` puts several of them on one page.
    ///
    /// @return the text, with a line per case
    public String json() {
        return kept().json();
    }

    /// The report as it is kept in files and shown.
    HandlerReport kept() {
        var reasons = new TreeMap<String, String>();
        departures.forEach((departure, reason) -> reasons.put(departure.name(), reason));
        return new HandlerReport(
                handler,
                capabilities.stream()
                        .sorted(Comparator.naturalOrder())
                        .map(Capability::name)
                        .toList(),
                reasons,
                results.stream().map(TckReport::outcome).toList());
    }

    private static CaseOutcome outcome(TckResult result) {
        return new CaseOutcome(
                result.subject().rule().id(),
                result.subject().name(),
                switch (result.outcome()) {
                    case PASSED -> CaseOutcome.Kind.PASSED;
                    case FAILED -> CaseOutcome.Kind.FAILED;
                    case NOT_SUPPORTED -> CaseOutcome.Kind.NOT_SUPPORTED;
                },
                result.detail(),
                result.took());
    }
}
