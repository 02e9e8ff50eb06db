package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import wai.Middleware;
import wai.Status;
import wai.tck.compare.Comparison;
import wai.tck.compare.RecordedExchange;
import wai.tck.compare.Recording;

class ProbeRunTest {
    private final GoodHandler good = new GoodHandler(Scene.PATIENCE);

    @Test
    void thereAreManyProbesOfDifferentNames() {
        assertThat(Probes.all()).hasSizeGreaterThan(300).extracting(Probe::name).doesNotHaveDuplicates();
    }

    @Test
    void twoRunsOfOneHandlerAreTheSame() throws Exception {
        var first = ProbeRun.of(good);
        var second = renamed(ProbeRun.of(good));

        var comparison = Comparison.of(List.of(first, second));

        assertThat(comparison.undeclared()).as(comparison.text()).isZero();
    }

    @Test
    void writesDownWhatTheClientSaw() throws Exception {
        var lines = ProbeRun.of(good).exchanges().stream()
                .collect(Collectors.toMap(RecordedExchange::name, RecordedExchange::lines, (a, _) -> a));

        assertThat(lines.get("GET /echo?a=1&b=2"))
                .startsWith("status 200")
                .contains("field X-Innermost: passed", "field X-Outermost: passed", "field X-Request-Id: made up")
                .contains("body | query: a = 1", "body | query: b = 2", "body | stack: Outermost, Innermost")
                .endsWith("end whole");
        assertThat(lines.get("GET /informational/103"))
                .startsWith("interim 103", "interim-field Link: </a.css>; rel=preload");
        assertThat(lines.get("GET /stream/100/10?trailers, TE: trailers")).contains("trailer X-Sum: 42");
        assertThat(lines.get("GET /fail/inside")).endsWith("end cut");
        assertThat(lines.get("GET /raw, Connection: Upgrade, Upgrade: probe"))
                .startsWith("status 101")
                .contains("body | HELLO", "end whole");
        assertThat(lines.get("POST /read, Expect: 100-continue, body of 8"))
                .startsWith("interim 100", "status 200")
                .contains("body | declared OptionalLong[8]");
        assertThat(lines.get("POST /ignore, Expect: 100-continue, body of 8")).startsWith("status 200");
    }

    @Test
    void noProbeIsAnsweredByTheHandlerUnlessItIsAboutThat() throws Exception {
        var own = ProbeRun.of(good).exchanges().stream()
                .filter(each -> each.lines().stream().noneMatch(line -> line.startsWith("field X-Outermost: ")))
                .map(RecordedExchange::name)
                .toList();

        assertThat(own)
                .isNotEmpty()
                .allMatch(name -> name.contains("/fail/"))
                .noneMatch(name -> name.contains("/fail/refused"));
    }

    @Test
    void seesAHandlerThatDecodesTwiceDropsAFieldOrChangesAStatus() throws Exception {
        assertThat(differences(Middleware.onRequest(request -> request.withPath(request.path().stream()
                        .map(segment -> segment.replace("%41", "A"))
                        .toList()))))
                .contains("GET /echo/%2541")
                .doesNotContain("GET /echo/%41%7a");
        assertThat(differences(Middleware.onResponse(response -> response.without(wai.HeaderName.SET_COOKIE))))
                .containsExactly("GET /fields/cookies");
        assertThat(differences(Middleware.onResponse(
                        response -> response.status().code() == 299 ? response.withStatus(Status.OK) : response)))
                .containsExactly("GET /status/299");
    }

    private List<String> differences(Middleware fault) throws Exception {
        var broken = BrokenHandler.serving("broken", BrokenHandler.exchanges(GoodExchange::new))
                .and(fault);
        var comparison = Comparison.of(List.of(ProbeRun.of(good), ProbeRun.of(broken)));
        return comparison.differences("BrokenHandler");
    }

    private static Recording renamed(Recording recording) {
        return new Recording("again", recording.capabilities(), recording.departures(), recording.exchanges());
    }
}
