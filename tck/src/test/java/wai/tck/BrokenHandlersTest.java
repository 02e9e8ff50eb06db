package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
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

    private static final String SEGMENTS = "how bytes are cut into segments cannot be forced";
    private static final String VAULT = "a handler does not see what applications put into a vault";

    /// Cases that no handler on the kernel of the specification can fail, or none for certain, with the reason.
    private static final Map<String, String> SAFE = Map.ofEntries(
            Map.entry("WAI-APP-01 refuses null for a response, and then takes one", "the kernel refuses it"),
            Map.entry("WAI-STR-07 goes on after close() on the sink", "BodySink.close is final"),
            Map.entry("WAI-REQ-07 takes a request that comes byte by byte", SEGMENTS),
            Map.entry("WAI-REQ-07 takes a chunked request that comes byte by byte", SEGMENTS),
            Map.entry(
                    "WAI-REQ-14 sends no informational response to a client of HTTP/1.0",
                    "Request looks at the version"),
            Map.entry("WAI-REQ-15 refuses 100, 101 and a final status as informational", "Request looks at the status"),
            Map.entry(
                    "WAI-FIL-03 does not multiply a file by the ranges that are asked for",
                    "the kernel negotiates ranges"),
            Map.entry(
                    "WAI-REQ-13 tells the session and the protocol that TLS agreed on",
                    "needs TLS: EndpointTest has a handler that fails it"),
            Map.entry("WAI-ISO-01 gives every request a vault of its own that is empty", VAULT),
            Map.entry("WAI-ISO-01 hands the vault of a middleware to the application, live parts included", VAULT),
            Map.entry(
                    "WAI-MID-01 sends the same bytes through a middleware that changes nothing",
                    "a handler does not see middleware"));

    /// The cases that failed on a broken handler.
    private static final Set<String> RED = ConcurrentHashMap.newKeySet();

    private static final AtomicInteger tried = new AtomicInteger();

    static List<BrokenHandler> handlers() {
        return Stream.of(
                        ResponseFaults.all(),
                        StreamFaults.all(),
                        RequestFaults.all(),
                        FieldFaults.all(),
                        BodyFaults.all(),
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

        for (var each : failing(handler, TckCases.all(), BrokenHandler.PATIENCE)) {
            boolean expected = handler.broken().contains(each.subject().rule());
            if (expected || failsAlsoWithPatience(handler, each)) {
                RED.add(each.subject().toString());
                red.merge(each.subject().rule(), each.subject() + ": " + each.detail(), (a, b) -> a + "\n" + b);
            }
        }

        tried.incrementAndGet();
        assertThat(red.keySet()).as("%s", red).isEqualTo(EnumSet.copyOf(handler.broken()));
    }

    private static List<TckResult> failing(BrokenHandler handler, List<TckCase> cases, Duration patience)
            throws Exception {
        var failing = new ArrayList<TckResult>();
        try (var runner = CaseRunner.start(handler, patience)) {
            for (var each : cases) {
                if (handler.isJudgedBy(each.rule())) {
                    var result = runner.run(each);
                    if (result.outcome() == Outcome.FAILED) {
                        failing.add(result);
                    }
                }
            }
        }
        return failing;
    }

    /// A machine that stands still for as long as the kit waits here is not a fault of the handler.
    private static boolean failsAlsoWithPatience(BrokenHandler handler, TckResult result) throws Exception {
        return !failing(handler, List.of(result.subject()), Scene.PATIENCE).isEmpty();
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

    @AfterAll
    static void everyCaseCanFail() {
        if (tried.get() < handlers().size()) {
            return; // only some of the handlers were tried
        }
        assertThat(TckCases.all())
                .extracting(TckCase::toString)
                .filteredOn(name -> !RED.contains(name))
                .as("cases that were green on every broken handler")
                .containsExactlyInAnyOrderElementsOf(SAFE.keySet());
    }
}
