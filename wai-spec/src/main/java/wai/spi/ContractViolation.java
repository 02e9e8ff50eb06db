package wai.spi;

import static java.util.Objects.requireNonNull;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Somebody broke a rule of the contract; the message names the rule and what was seen.
///
/// A programming error, never the client's fault. Where the other end of the mistake is known (the first of two
/// responses), it is the [#getCause()], with its own stack trace.
public final class ContractViolation extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    /// The broken rule.
    private final Rule rule;

    /// A violation.
    ///
    /// @param rule the broken rule
    /// @param seen what was seen, for people
    public ContractViolation(Rule rule, String seen) {
        this(rule, seen, null);
    }

    /// A violation whose other end is known.
    ///
    /// @param rule the broken rule
    /// @param seen what was seen, for people
    /// @param origin where it began; null when not known
    public ContractViolation(Rule rule, String seen, @Nullable Throwable origin) {
        super(requireNonNull(rule, "rule").id() + ": " + seen + ". Rule: " + rule.text(), origin);
        this.rule = rule;
    }

    /// The broken rule.
    ///
    /// @return the rule
    public Rule rule() {
        return rule;
    }
}
