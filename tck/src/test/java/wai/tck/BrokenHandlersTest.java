package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.spi.Rule;
import wai.tck.TckResult.Outcome;

/// The kit turns red on what is broken, and only there.
@Execution(ExecutionMode.CONCURRENT)
class BrokenHandlersTest {
    /// Rules that no handler on the kernel of the specification can break, with the reason.
    private static final Map<Rule, String> UNBREAKABLE = Map.of(
            Rule.APP_LATE_RESPONSE, "broken together with WAI-APP-01",
            Rule.STR_CLOSE, "BodySink.close is final",
            Rule.MID_IDENTITY, "a handler does not see middleware",
            Rule.RAW_HEADERS, "broken by the head of its own");

    /// The cases that failed on a broken handler.
    private static final Set<String> RED = ConcurrentHashMap.newKeySet();

    static List<BrokenHandler> handlers() {
        return Stream.of(
                        ResponseFaults.all(),
                        StreamFaults.all(),
                        RequestFaults.all(),
                        FieldFaults.all(),
                        HttpFaults.all(),
                        LifecycleFaults.all(),
                        RawAndFileFaults.all())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("handlers")
    void turnsRedOnTheBrokenRule(BrokenHandler handler) throws Exception {
        var red = new TreeMap<Rule, String>(Comparator.naturalOrder());

        try (var runner = CaseRunner.start(handler, BrokenHandler.PATIENCE)) {
            for (var each : TckCases.all()) {
                if (!handler.isJudgedBy(each.rule())) {
                    continue;
                }
                var result = runner.run(each);
                if (result.outcome() == Outcome.FAILED) {
                    RED.add(result.subject().toString());
                    red.merge(
                            result.subject().rule(), result.subject() + ": " + result.detail(), (a, b) -> a + "\n" + b);
                }
            }
        }

        assertThat(red.keySet()).as("%s", red).isEqualTo(EnumSet.copyOf(handler.broken()));
    }

    @Test
    void knowsAFaultForEveryRuleThatAHandlerCanBreak() {
        var broken = EnumSet.noneOf(Rule.class);
        handlers().forEach(handler -> broken.addAll(handler.broken()));

        var unproven = Coverage.ofTheKit();

        assertThat(Rule.values())
                .filteredOn(rule -> !unproven.cases(rule).isEmpty())
                .filteredOn(rule -> !UNBREAKABLE.containsKey(rule))
                .allMatch(Set.copyOf(broken)::contains);
    }
}
