package wai.lint;

import wai.spi.Rule;

/// One rule of the lint: something good that passes silently, and something bad that is found.
///
/// @param rule the rule that the bad one breaks
/// @param name what the bad one does
/// @param good plays by the rules
/// @param bad breaks this rule and no other
/// @param layer who is to blame
/// @param seen a part of what the finding says it saw
/// @param fix a part of the advice
record LintCase(Rule rule, String name, Play good, Play bad, String layer, String seen, String fix) {
    @Override
    public String toString() {
        return rule.id() + " " + name;
    }

    interface Play {
        void on(LintStage stage) throws Exception;
    }
}
