package wai.tck;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one case showed about one handler.
public final class TckResult {
    /// How a case ended.
    public enum Outcome {
        /// The handler keeps the rule, as far as the case sees.
        PASSED,
        /// The handler breaks the rule.
        FAILED,
        /// A capability that the case needs is not declared, or a departure is, and there is no fallback.
        NOT_SUPPORTED
    }

    private final TckCase subject;
    private final Outcome outcome;
    private final String detail;
    private final Duration took;
    private final @Nullable Throwable failure;

    private TckResult(TckCase subject, Outcome outcome, String detail, Duration took, @Nullable Throwable failure) {
        this.subject = requireNonNull(subject, "subject");
        this.outcome = outcome;
        this.detail = detail;
        this.took = took;
        this.failure = failure;
    }

    static TckResult passed(TckCase subject, Duration took) {
        return new TckResult(subject, Outcome.PASSED, "", took, null);
    }

    /// A fallback passed.
    static TckResult passedInstead(TckCase subject, Duration took, TckCase wanted, String missing) {
        return new TckResult(
                subject, Outcome.PASSED, "instead of \"" + wanted.name() + "\", which needs " + missing, took, null);
    }

    static TckResult failed(TckCase subject, Duration took, Throwable failure) {
        var seen = failure instanceof CaseFailure ? String.valueOf(failure.getMessage()) : failure.toString();
        return new TckResult(subject, Outcome.FAILED, seen, took, failure);
    }

    static TckResult notSupported(TckCase subject, String missing) {
        return new TckResult(subject, Outcome.NOT_SUPPORTED, "not supported: needs " + missing, Duration.ZERO, null);
    }

    /// The case that ran; a fallback where one took its place.
    ///
    /// @return the case
    public TckCase subject() {
        return subject;
    }

    /// How it ended.
    ///
    /// @return the outcome
    public Outcome outcome() {
        return outcome;
    }

    /// What was seen, or what is missing; several lines for a failure.
    ///
    /// @return the text; empty when the case itself passed, and what it took the place of when it is a fallback
    public String detail() {
        return detail;
    }

    /// How long the case ran.
    ///
    /// @return the time; zero when it did not run
    public Duration took() {
        return took;
    }

    /// What the case threw.
    ///
    /// @return the exception; empty unless it failed
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
