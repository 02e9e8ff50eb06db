package wai.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.spi.ContractViolation;
import wai.spi.Rule;

/// Every rule of the registry: linted, or with a reason why it cannot be.
class LintRulesTest {
    private static final String WIRE = "Only a client sees what the handler does: the test kit looks.";

    /// The rules that cannot be seen from inside an application.
    private static final Map<Rule.Section, String> NOT_SEEN_BY_SECTION = Map.of(
            Rule.Section.RESPONSE,
            WIRE,
            Rule.Section.STREAM,
            WIRE,
            Rule.Section.REQUEST,
            "What the client really sent is not known inside: the test kit compares.",
            Rule.Section.RAW,
            WIRE,
            Rule.Section.FILE,
            WIRE,
            Rule.Section.WIRE,
            "An application sees no bytes of HTTP: the test kit sends and reads them.",
            Rule.Section.ISOLATION,
            "One exchange does not see the others.",
            Rule.Section.LIFECYCLE,
            "An application does not see its server start and stop: the test kit does it.");

    private static final Map<Rule, String> NOT_SEEN = Map.of(
            Rule.MID_IDENTITY, "A middleware may change what it likes; whether it should is not known.",
            Rule.MID_ORDER, "A law of Middleware.then, proved by its tests in wai-spec.",
            Rule.MID_BODIES, "Whether a middleware understood the body that it replaced is not known.",
            Rule.STR_CLOSE, "BodySink.close() is final and empty.");

    static List<LintCase> cases() {
        return LintCases.all();
    }

    static Stream<LintCase> casesOfMustRules() {
        return cases().stream().filter(lintCase -> lintCase.rule().level() == Rule.Level.MUST);
    }

    static Stream<LintCase> casesOfOtherRules() {
        return cases().stream().filter(lintCase -> lintCase.rule().level() != Rule.Level.MUST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void passesWhatIsGood(LintCase lintCase) throws Exception {
        var findings = new ArrayList<Lint.Finding>();

        lintCase.good().on(new LintStage(Lint.collecting(findings::add)));

        assertThat(findings).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void findsWhatIsBadAndNothingElse(LintCase lintCase) throws Exception {
        var findings = new ArrayList<Lint.Finding>();

        lintCase.bad().on(new LintStage(Lint.collecting(findings::add)));

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(lintCase.rule());
            assertThat(finding.layer()).isEqualTo(lintCase.layer());
            assertThat(finding.seen()).contains(lintCase.seen());
            assertThat(finding.fix()).contains(lintCase.fix());
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("casesOfMustRules")
    void throwsWhereAMustIsBroken(LintCase lintCase) throws Exception {
        var findings = new ArrayList<Lint.Finding>();
        var stage = new LintStage(new Lint(findings::add, true));

        lintCase.bad().on(stage);

        assertThat(stage.thrown()).singleElement().satisfies(thrown -> assertThat(thrown)
                .isInstanceOfSatisfying(ContractViolation.class, violation -> {
                    assertThat(violation.rule()).isEqualTo(lintCase.rule());
                    assertThat(violation).hasMessageContaining("in " + lintCase.layer() + "; fix: ");
                }));
        assertThat(findings).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("casesOfOtherRules")
    void tellsButDoesNotThrowWhereAShouldIsBroken(LintCase lintCase) throws Exception {
        var findings = new ArrayList<Lint.Finding>();
        var stage = new LintStage(new Lint(findings::add, true));

        lintCase.bad().on(stage);

        assertThat(stage.thrown()).noneMatch(ContractViolation.class::isInstance);
        assertThat(findings).extracting(Lint.Finding::rule).containsExactly(lintCase.rule());
    }

    @Test
    void everyRuleIsLintedOrHasAReason() {
        var linted = cases().stream().map(LintCase::rule).collect(Collectors.toSet());
        var reasons = new EnumMap<Rule, String>(NOT_SEEN);
        for (var rule : Rule.values()) {
            var reason = NOT_SEEN_BY_SECTION.get(rule.section());
            if (reason != null && !linted.contains(rule)) {
                reasons.putIfAbsent(rule, reason);
            }
        }

        assertThat(reasons.keySet()).doesNotContainAnyElementsOf(linted);
        assertThat(Stream.concat(linted.stream(), reasons.keySet().stream())).containsExactlyInAnyOrder(Rule.values());
    }
}
