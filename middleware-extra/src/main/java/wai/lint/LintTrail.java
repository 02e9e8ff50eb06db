package wai.lint;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import wai.spi.ContractViolation;
import wai.spi.Rule;

/// What the layers of one exchange know together.
///
/// Whatever is wrong is seen by the innermost layer first, on its way out; the first to report a problem is the one to
/// blame, and the layers around it keep silent.
final class LintTrail {
    private final Lint lint;
    private final Set<Place> reported = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ContractViolation thrown;
    private volatile @Nullable String refusedSecondResponse;
    private volatile boolean begun;
    private volatile boolean over;

    LintTrail(Lint lint) {
        this.lint = lint;
    }

    /// Reports a problem, unless a layer further inside did; throws when the rule is a MUST and the lint is one that
    /// throws.
    ///
    /// @param origin where it began; null when not known
    void report(String layer, LintProblem problem, @Nullable Throwable origin) {
        if (!reported.add(new Place(problem.rule(), problem.subject()))) {
            return;
        }
        if (lint.isThrowing() && problem.rule().level() == Rule.Level.MUST) {
            var violation = new ContractViolation(
                    problem.rule(), problem.seen() + ", in " + layer + "; fix: " + problem.fix(), origin);
            if (thrown == null) {
                thrown = violation;
            }
            throw violation;
        }
        lint.report(new Lint.Finding(problem.rule(), layer, problem.seen(), problem.fix()));
    }

    /// The handler refused a second response that no layer could recognize as one: a first one had failed, and only the
    /// handler knew how far it had come. The exception passes outer layers first, so the last caller is to blame.
    void refusedSecondResponse(String layer) {
        refusedSecondResponse = layer;
    }

    /// Throws what was thrown before and then caught by somebody.
    void throwAgain() {
        var violation = thrown;
        if (violation != null) {
            throw violation;
        }
    }

    void begin() {
        begun = true;
    }

    /// The response was refused or failed: perhaps nothing of it was sent, so another one may follow.
    void failed() {
        begun = false;
    }

    /// Whether the final response was handed to the handler.
    boolean isBegun() {
        return begun;
    }

    void end() {
        over = true;
        var layer = refusedSecondResponse;
        if (layer != null && reported.add(new Place(Rule.APP_ONE_RESPONSE, ""))) {
            var problem = LintCall.SECOND_RESPONSE;
            lint.report(new Lint.Finding(problem.rule(), layer, problem.seen(), problem.fix()));
        }
    }

    boolean isOver() {
        return over;
    }

    private record Place(Rule rule, String subject) {}
}
