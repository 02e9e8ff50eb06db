package wai.tck.report;

import java.util.List;
import java.util.stream.Collectors;
import wai.tck.report.CaseOutcome.Kind;

/// What the cases of one rule showed about one handler.
///
/// @param cases the cases; empty when none ran
record MatrixCell(List<CaseOutcome> cases) {
    /// The sum of a cell: what its colour and its sign tell.
    enum State {
        /// Every case passed.
        OK("ok", "✓", "keeps the rule"),
        /// Some passed, the others cannot run or passed in a weaker form.
        PART("part", "◐", "keeps the rule as far as it can be seen there"),
        /// No case can run.
        NOT_SUPPORTED("na", "–", "not supported, and declared so"),
        /// A case failed.
        FAILED("fail", "✗", "breaks the rule"),
        /// There is no result.
        UNKNOWN("none", "", "not run");

        final String style;
        final String sign;
        final String meaning;

        State(String style, String sign, String meaning) {
            this.style = style;
            this.sign = sign;
            this.meaning = meaning;
        }
    }

    static MatrixCell of(HandlerReport report, String rule) {
        return new MatrixCell(
                report.cases().stream().filter(each -> each.rule().equals(rule)).toList());
    }

    State state() {
        if (cases.isEmpty()) {
            return State.UNKNOWN;
        }
        if (count(Kind.FAILED) > 0) {
            return State.FAILED;
        }
        if (count(Kind.NOT_SUPPORTED) == cases.size()) {
            return State.NOT_SUPPORTED;
        }
        return cases.stream().allMatch(each -> each.kind() == Kind.PASSED && !each.isWeaker()) ? State.OK : State.PART;
    }

    /// The cases as a short text, for who points at the cell.
    String tip() {
        return cases.stream()
                .map(each -> sign(each) + " " + each.name()
                        + (each.kind() == Kind.NOT_SUPPORTED ? " (" + each.detail() + ")" : ""))
                .collect(Collectors.joining("\n"));
    }

    long count(Kind kind) {
        return cases.stream().filter(each -> each.kind() == kind).count();
    }

    static String sign(CaseOutcome each) {
        return state(each).sign;
    }

    static State state(CaseOutcome each) {
        return switch (each.kind()) {
            case PASSED -> each.isWeaker() ? State.PART : State.OK;
            case NOT_SUPPORTED -> State.NOT_SUPPORTED;
            case FAILED -> State.FAILED;
        };
    }
}
