package wai.lint;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Response;
import wai.spi.Rule;

/// Everything that can be told of a response before it is sent.
final class LintResponse {
    private LintResponse() {}

    /// The problems of a response, and of its fallback when it is raw.
    ///
    /// @param method the method of the request as the layer got it
    /// @param inside what the layer itself got from inside; null when it got nothing
    /// @param response what the layer gives
    /// @return the problems, framing first
    static List<LintProblem> problems(String method, @Nullable Response inside, Response response) {
        var replaced = inside == null ? List.<LintProblem>of() : LintReplacement.problems(method, inside, response);
        var problems = new ArrayList<>(LintFraming.problems(method, response));
        if (replaced.stream().anyMatch(problem -> problem.subject().equals(LintReplacement.LENGTH))) {
            problems.removeIf(problem -> problem.rule() == Rule.RSP_CONTENT_LENGTH); // the same mistake, better told
        }
        problems.addAll(replaced);
        problems.addAll(LintFields.problems(response));
        if (response.body() instanceof Body.Raw raw) {
            problems.addAll(problems(method, null, raw.fallback()));
        }
        return problems;
    }
}
