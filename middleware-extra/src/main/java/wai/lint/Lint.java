package wai.lint;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import wai.Application;
import wai.Key;
import wai.Middleware;
import wai.spi.Rule;

/// Checks applications and middleware at run time against the rules of the contract, and says which layer broke one.
///
/// A lint watches borders. Everything that comes out of a layer (the response, the token, the bytes of a stream) is
/// checked there, and what was in order further inside is blamed on the layer that it left last:
///
/// {@snippet file="wai/middleware/Guide.java" region="linted"}
///
/// A correct application behaves the same with lint around it, byte for byte. Lint costs copies of small objects and a
/// checksum of streamed bodies: it belongs into tests and development. It stores no body, and no finding shows the
/// value of a field that carries a secret. A lint may serve any number of applications and threads.
public final class Lint {
    private static final String LOGGER = "wai.lint";

    private final Consumer<Finding> findings;
    private final boolean throwing;
    private final Key<LintCall> enclosing = Key.named("lint");

    /// @param findings takes what is not thrown
    /// @param throwing whether the finding of a MUST rule is thrown
    Lint(Consumer<Finding> findings, boolean throwing) {
        this.findings = requireNonNull(findings, "findings");
        this.throwing = throwing;
    }

    /// A lint for tests: whoever breaks a MUST rule gets a `ContractViolation`, so that the handler answers 500 or cuts
    /// the response.
    ///
    /// Catching the violation does not help: it is thrown again when the application returns. Findings of SHOULD rules
    /// are logged as by [#logging()].
    ///
    /// @return the lint
    public static Lint throwing() {
        return new Lint(new LintLog(System.getLogger(LOGGER)), true);
    }

    /// A lint for development: findings go to the [System.Logger] `wai.lint`, MUST rules as warnings and SHOULD rules
    /// as information.
    ///
    /// Each finding is logged once. Of a rule that one layer breaks in many ways the first ten are logged.
    ///
    /// @return the lint
    public static Lint logging() {
        return new Lint(new LintLog(System.getLogger(LOGGER)), false);
    }

    /// A lint that hands its findings to the caller and changes nothing.
    ///
    /// @param findings takes each finding, once per exchange; called by the thread that broke the rule, so by several
    ///     at a time
    /// @return the lint
    public static Lint collecting(Consumer<Finding> findings) {
        return new Lint(findings, false);
    }

    /// Watches what comes out of an application.
    ///
    /// @param layer what to call the application in findings
    /// @param application the application
    /// @return the watched application
    public Application named(String layer, Application application) {
        return new LintLayer(this, layer, application);
    }

    /// Watches a middleware from both sides, so that only what the middleware itself does is blamed on it.
    ///
    /// What already comes wrong from inside is blamed on the layer inside, which is `inside` and this name unless it is
    /// watched under a name of its own.
    ///
    /// @param layer what to call the middleware in findings
    /// @param middleware the middleware
    /// @return the watched middleware
    public Middleware around(String layer, Middleware middleware) {
        requireNonNull(middleware, "middleware");
        return application -> named(layer, middleware.wrap(named("inside " + layer, application)));
    }

    /// Under this key a layer finds the call of the layer around it.
    Key<LintCall> enclosing() {
        return enclosing;
    }

    boolean isThrowing() {
        return throwing;
    }

    void report(Finding finding) {
        findings.accept(finding);
    }

    /// One broken rule.
    ///
    /// @param rule the rule
    /// @param layer who broke it: the name that was given to the layer
    /// @param seen what was seen; without values of fields that carry secrets
    /// @param fix what to do about it
    public record Finding(Rule rule, String layer, String seen, String fix) {
        /// Checks that nothing is null.
        public Finding {
            requireNonNull(rule, "rule");
            requireNonNull(layer, "layer");
            requireNonNull(seen, "seen");
            requireNonNull(fix, "fix");
        }

        /// All in one line: `WAI-FLD-03 in shop: ETag abc … Fix: …`.
        @Override
        public String toString() {
            return rule.id() + " in " + layer + ": " + seen + ". Fix: " + fix + ". Rule: " + rule.text();
        }
    }
}
