package wai.examples;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Middleware;
import wai.lint.Lint;
import wai.lint.Lint.Finding;
import wai.spi.Rule;
import wai.tck.Backend;
import wai.tck.HandlerUnderTest;
import wai.tck.TckResult;
import wai.tck.TckResult.Outcome;
import wai.tck.TckRun;
import wai.warp.Warp;
import wai.warp.settings.Hooks;
import wai.warp.settings.WarpSettings;

/// Lint around the applications of the whole kit: disturbs none, and finds what they break on purpose and nothing else.
class LintedWarpTckTest {
    /// The kit's field that says to which run of a case a request belongs.
    private static final HeaderName RUN = HeaderName.of("Wai-Tck-Run");

    /// The rules that applications of the kit break on purpose, as far as an application can.
    private static final Set<Rule> BROKEN_ON_PURPOSE = EnumSet.of(
            Rule.APP_ONE_RESPONSE,
            Rule.APP_RETURNS_TOKEN,
            Rule.APP_FOREIGN_TOKEN,
            Rule.APP_LATE_RESPONSE,
            Rule.REQ_LATE_READ,
            Rule.REQ_LATE_INFORMATIONAL,
            Rule.RSP_CONTENT_LENGTH,
            Rule.RSP_TRANSFER_ENCODING,
            Rule.RSP_FINAL_STATUS,
            Rule.STR_LATE_USE,
            Rule.STR_TOO_MANY_BYTES,
            Rule.STR_TOO_FEW_BYTES,
            Rule.STR_TRAILER_FIELDS);

    /// Of these the ones that a handler mends, so that the client gets a whole response without lint.
    private static final Set<Rule> MENDED =
            EnumSet.of(Rule.RSP_CONTENT_LENGTH, Rule.RSP_TRANSFER_ENCODING, Rule.STR_TRAILER_FIELDS);

    private final Logger logger = Logger.getLogger("wai.lint");

    @AfterEach
    void logsAgain() {
        logger.setLevel(null);
    }

    @Test
    void findsWhatTheCasesBreakOnPurposeAndDisturbsNone() throws Exception {
        var lint = new CollectingLint();

        var report = TckRun.of(new LintedWarp(lint), _ -> true, lint);

        assertThat(report.results()).isNotEmpty().allSatisfy(result -> assertThat(result.outcome())
                .as(result.subject() + " " + result.detail())
                .isNotEqualTo(Outcome.FAILED));
        var musts = lint.findings(Rule.Level.MUST);
        musts.forEach((intended, found) -> assertThat(found).containsExactly(intended));
        assertThat(musts.keySet()).isEqualTo(BROKEN_ON_PURPOSE);
        // the applications of the kit are terse: fields that good manners ask for are missing everywhere
        lint.findings(Rule.Level.SHOULD).forEach((intended, found) -> assertThat(found)
                .as("found in cases of " + intended)
                .allMatch(rule -> rule.section() == Rule.Section.FIELDS
                        || (intended == Rule.REQ_CUT_BODY && rule == Rule.APP_DISCONNECT_PASSES)));
    }

    @Test
    void throwsOnlyWhereAHandlerWouldMend() throws Exception {
        Middleware lint = application -> Lint.throwing().named("case", application);

        logger.setLevel(Level.OFF); // SHOULD rules, which the other test is about
        var report = TckRun.of(new LintedWarp(lint), _ -> true, _ -> {});

        var red = report.results().stream()
                .filter(result -> result.outcome() == Outcome.FAILED)
                .map(result -> result.subject().rule())
                .collect(toSet());
        assertThat(red).isEqualTo(MENDED);
    }

    /// A lint whose layers are the runs of the cases, and which is told of the cases behind them.
    private static final class CollectingLint implements Middleware, Consumer<TckResult> {
        private final Queue<Finding> findings = new ConcurrentLinkedQueue<>();
        private final Lint lint = Lint.collecting(findings::add);
        private final Set<String> runsSinceTheLastResult = ConcurrentHashMap.newKeySet();
        private final Map<String, Rule> intended = new HashMap<>();

        @Override
        public Application wrap(Application application) {
            return (request, respond) -> {
                var run = request.headers().first(RUN, "");
                runsSinceTheLastResult.add(run);
                return lint.named(run, application).handle(request, respond);
            };
        }

        @Override
        public void accept(TckResult result) {
            runsSinceTheLastResult.forEach(
                    run -> intended.putIfAbsent(run, result.subject().rule()));
            runsSinceTheLastResult.clear();
        }

        /// What was found, by the rules that the cases are about; complete when the run has ended.
        Map<Rule, Set<Rule>> findings(Rule.Level level) {
            return List.copyOf(findings).stream()
                    .filter(finding -> finding.rule().level() == level)
                    .collect(groupingBy(finding -> intended.get(finding.layer()), mapping(Finding::rule, toSet())));
        }
    }

    private record LintedWarp(Middleware lint) implements HandlerUnderTest {
        @Override
        public Backend start(Application application) throws IOException {
            var settings = WarpSettings.defaults()
                    .withHost("127.0.0.1")
                    .withPort(0)
                    .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose
            var server = Warp.start(settings, lint.wrap(application));
            return Backend.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), server);
        }

        @Override
        public Set<Capability> capabilities() {
            return EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2));
        }
    }
}
