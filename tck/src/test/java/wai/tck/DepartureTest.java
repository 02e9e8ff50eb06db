package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import wai.Middleware;
import wai.spi.Rule;
import wai.tck.TckResult.Outcome;

/// Departures change cases, show their reasons, and must be needed.
class DepartureTest {
    private static final String REASON = "the test says so";

    @Test
    void showsTheReasonWhereAWeakerCaseRuns() throws Exception {
        var handler = losingEmptyQueries("is honest about it").declaring(Map.of(Departure.METHODS, REASON));

        try (var runner = CaseRunner.start(handler, BrokenHandler.PATIENCE)) {
            var result = runner.run(caseOf(Departure.METHODS));

            assertThat(result.outcome()).isEqualTo(Outcome.PASSED);
            assertThat(result.subject().name()).isEqualTo("gives the common methods as they were sent");
            assertThat(result.detail())
                    .isEqualTo("instead of \"gives the method as it was sent, also an unknown one\", which needs "
                            + "a handler without METHODS (the test says so)");
        }
    }

    @Test
    void showsTheReasonWhereNothingRuns() throws Exception {
        var handler = losingEmptyQueries("is honest about it").declaring(Map.of(Departure.EMPTY_QUERY, REASON));

        try (var runner = CaseRunner.start(handler, BrokenHandler.PATIENCE)) {
            var result = runner.run(caseOf(Departure.EMPTY_QUERY));

            assertThat(result.outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
            assertThat(result.detail())
                    .isEqualTo("not supported: needs a handler without EMPTY_QUERY (the test says so)");
        }
    }

    @Test
    void findsDeparturesThatAreNotNeeded() throws Exception {
        var handler = losingEmptyQueries("says too much")
                .declaring(Map.of(Departure.EMPTY_QUERY, REASON, Departure.METHODS, REASON));

        var report =
                TckRun.of(handler, each -> each.rule() == Rule.REQ_METHOD || each.rule() == Rule.REQ_TARGET, _ -> {});

        assertThat(report.results())
                .filteredOn(result -> result.outcome() == Outcome.FAILED)
                .singleElement()
                .satisfies(result -> assertThat(result.detail()).contains("METHODS", REASON, "needless"));
    }

    @Test
    void everyDepartureWeakensACase() {
        var departures = TckCases.all().stream()
                .flatMap(each -> Stream.concat(Stream.of(each), each.fallback().stream()))
                .flatMap(each -> each.dependsOn().stream())
                .collect(Collectors.toSet());

        assertThat(Departure.values()).allMatch(departures::contains);
    }

    @Test
    void refusesADepartureWithoutAReason() {
        var handler = losingEmptyQueries("keeps it secret").declaring(Map.of(Departure.EMPTY_QUERY, " "));

        assertThatThrownBy(() -> CaseRunner.start(handler))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("EMPTY_QUERY without a reason");
    }

    @Test
    void everyTextIsASentence() {
        assertThat(Departure.values())
                .extracting(Departure::text, Departure::kept)
                .allSatisfy(texts -> assertThat(texts.toList())
                        .allMatch(text -> text.toString().matches("[A-Z1].*\\.")));
        assertThat(Arrays.stream(Departure.values()).collect(Collectors.toMap(Departure::text, Function.identity())))
                .hasSameSizeAs(Departure.values());
    }

    private static BrokenHandler losingEmptyQueries(String name) {
        return BrokenHandler.around(
                name,
                Middleware.onRequest(request -> request.rawQuery().equals("?")
                        ? request.toBuilder().target(request.rawPath()).build()
                        : request),
                Rule.REQ_TARGET);
    }

    private static TckCase caseOf(Departure departure) {
        return TckCases.all().stream()
                .filter(each -> each.dependsOn().contains(departure))
                .findFirst()
                .orElseThrow();
    }
}
