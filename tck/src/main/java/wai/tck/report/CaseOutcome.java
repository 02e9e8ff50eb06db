package wai.tck.report;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// How one case ended.
///
/// @param rule number of the rule: `WAI-RSP-03`
/// @param name what the handler does when it is right
/// @param kind how it ended
/// @param detail what was seen, what is missing, or what the case took the place of; empty when it simply passed
/// @param took how long it ran
public record CaseOutcome(String rule, String name, Kind kind, String detail, Duration took) {
    /// How a case ended, the best first.
    public enum Kind {
        /// The handler keeps the rule.
        PASSED,
        /// The handler cannot do what the case needs, or is not to be seen there, and says so.
        NOT_SUPPORTED,
        /// The handler breaks the rule.
        FAILED
    }

    /// Checks that nothing is null.
    public CaseOutcome {
        requireNonNull(rule, "rule");
        requireNonNull(name, "name");
        requireNonNull(kind, "kind");
        requireNonNull(detail, "detail");
        requireNonNull(took, "took");
    }

    /// Whether a fallback passed where the case itself cannot run.
    public boolean isWeaker() {
        return kind == Kind.PASSED && !detail.isEmpty();
    }
}
