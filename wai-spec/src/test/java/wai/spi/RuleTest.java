package wai.spi;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RuleTest {
    @Test
    void numbersAreUniqueAndDenseInEachSectionAndInOrder() {
        var bySection = Arrays.stream(Rule.values()).collect(groupingBy(Rule::section));

        assertThat(bySection).containsOnlyKeys(Rule.Section.values());
        bySection.forEach((section, rules) -> {
            var prefix = rules.getFirst().id().substring(0, "WAI-APP-".length());
            var expected = IntStream.rangeClosed(1, rules.size())
                    .mapToObj(number -> prefix + "%02d".formatted(number))
                    .toList();
            assertThat(rules).as("rules of %s", section).extracting(Rule::id).isEqualTo(expected);
        });
        assertThat(Arrays.stream(Rule.values()).map(Rule::id)).doesNotHaveDuplicates();
    }

    @Test
    void sectionsStandTogetherAndInOrder() {
        var order = new ArrayList<Rule.Section>();
        for (var rule : Rule.values()) {
            if (order.isEmpty() || order.getLast() != rule.section()) {
                order.add(rule.section());
            }
        }

        assertThat(order).isEqualTo(List.of(Rule.Section.values()));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Rule.class)
    void aRuleIsOneSentenceWithAReasonAndANumber(Rule rule) {
        assertThat(rule.id()).matches("WAI-[A-Z]{3}-[0-9]{2}");
        assertThat(rule.name()).startsWith(rule.id().substring(4, 7) + "_");
        assertThat(rule.text()).endsWith(".").doesNotContain("\n").doesNotContain(". ");
        assertThat(rule.intent()).endsWith(".").doesNotContain("\n");
        assertThat(rule.anchor()).matches("wai-[a-z]{3}-[0-9]{2}");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Rule.class)
    void isFoundByItsNumber(Rule rule) {
        assertThat(Rule.withId(rule.id())).contains(rule);
        assertThat(Rule.withId(rule.anchor())).isEmpty();
    }

    @Test
    void anUnknownNumberHasNoRule() {
        assertThat(Rule.withId("WAI-APP-99")).isEmpty();
    }

    @Test
    void aViolationNamesItsRuleWhatWasSeenAndWhereItBegan() {
        var origin = new Throwable("here");

        var violation = new ContractViolation(Rule.STR_CLOSE, "it closed", origin);

        assertThat(violation.rule()).isEqualTo(Rule.STR_CLOSE);
        assertThat(violation)
                .hasMessage("WAI-STR-07: it closed. Rule: close() on a sink does nothing.")
                .hasCause(origin);
        assertThat(new ContractViolation(Rule.STR_CLOSE, "it closed")).hasNoCause();
    }
}
