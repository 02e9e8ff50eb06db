package wai.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import wai.Application;
import wai.Capability;

/// The kit as a JUnit test: a handler's test extends this class and supplies a starter and its capabilities.
///
/// ```java
/// final class WarpTckTest extends HandlerTck {
///     protected Backend start(Application application) throws Exception {
///         var server = Warp.start(application);
///         return Backend.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), server);
///     }
///
///     protected Set<Capability> capabilities() {
///         return Set.of(Capability.RAW, Capability.INCREMENTAL_FLUSH);
///     }
/// }
/// ```
///
/// Every case is a test whose name begins with the number of its rule. A case that needs a capability the handler does
/// not declare, or that meets a [Departure] it does declare, runs in a weaker form, or is reported as skipped with the
/// capability or the reason. Works with JUnit 5.13 and later.
public abstract class HandlerTck {
    /// For the tests of handlers.
    protected HandlerTck() {}

    /// Starts the handler with that application. Called once for most cases, and again by those about starting and
    /// stopping, also while another start is running.
    ///
    /// @param application what to run
    /// @return the running application; closed when all its cases have run
    /// @throws Exception when it cannot be started
    protected abstract Backend start(Application application) throws Exception;

    /// What the handler declares to be able to do.
    ///
    /// @return the capabilities
    protected abstract Set<Capability> capabilities();

    /// What a container or web server around the handler does otherwise, each with its reason. Nothing by default.
    ///
    /// @return the departures and their reasons, which skipped cases show
    protected Map<Departure, String> departures() {
        return Map.of();
    }

    /// Those of the departures that are not always to be seen, because they are the outcome of a race inside of who is
    /// in front. None by default. The kit does not ask whether they are needed.
    ///
    /// @return some of [#departures()]
    protected Set<Departure> occasional() {
        return Set.of();
    }

    /// How many cases may run at the same time. One by default; more of them help where each request takes long for
    /// reasons of its own: where it starts a process. They then run ahead of their tests, whichever are chosen.
    ///
    /// @return from 1 on
    protected int parallelism() {
        return 1;
    }

    /// What reports call the handler: the name of the class without `TckTest`, unless overridden.
    ///
    /// @return the name
    protected String name() {
        return TckReport.nameOf(getClass());
    }

    /// The cases of the contract, by chapter; and a recording of what many requests show, for the comparison with other
    /// handlers.
    ///
    /// Both are left in the folder `tck` of `target` or `build`, or where the system property `wai.tck.results` says.
    ///
    /// @return the tests
    /// @throws Exception when the handler cannot be started
    @TestFactory
    public final Stream<DynamicNode> contract() throws Exception {
        var results = new HandlerResults(name());
        var runner = CaseRunner.start(new HandlerUnderTest() {
            @Override
            public Backend start(Application application) throws Exception {
                return HandlerTck.this.start(application);
            }

            @Override
            public Set<Capability> capabilities() {
                return HandlerTck.this.capabilities();
            }

            @Override
            public Map<Departure, String> departures() {
                return HandlerTck.this.departures();
            }

            @Override
            public Set<Departure> occasional() {
                return HandlerTck.this.occasional();
            }

            @Override
            public int parallelism() {
                return HandlerTck.this.parallelism();
            }
        });
        var ahead = new Ahead(parallelism());
        var chapters = TckCases.byChapter().entrySet().stream()
                .map(chapter -> container(runner, results, ahead, chapter.getKey(), chapter.getValue()))
                .toList() // so all of them may begin
                .stream();
        var recording = Stream.of((DynamicNode) DynamicTest.dynamicTest(
                "shows what " + Probes.all().size() + " requests do, for the comparison with other handlers",
                () -> results.record(runner)));
        return Stream.of(chapters, departures(runner, results, ahead), recording)
                .flatMap(nodes -> nodes)
                .onClose(ahead::close)
                .onClose(() -> close(runner))
                .onClose(() -> ResultFiles.folder().ifPresent(folder -> results.write(runner.declared(), folder)));
    }

    /// One more test for each declared departure: that it is needed.
    private static Stream<DynamicNode> departures(CaseRunner runner, HandlerResults results, Ahead ahead) {
        return runner.declared().departures().entrySet().stream()
                .filter(each -> !runner.declared().occasional().contains(each.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .map(each -> {
                    var needless = ahead.begin(() -> runner.needless(each.getKey()));
                    return (DynamicNode) DynamicTest.dynamicTest(
                            "needs the departure " + each.getKey() + ": " + each.getValue(),
                            () -> needed(needless.call(), results));
                })
                .toList()
                .stream();
    }

    private static void needed(Optional<TckResult> needless, HandlerResults results) throws Throwable {
        if (needless.isPresent()) {
            report(results.add(needless.get()));
        }
    }

    private static DynamicNode container(
            CaseRunner runner, HandlerResults results, Ahead ahead, String chapter, List<TckCase> cases) {
        return DynamicContainer.dynamicContainer(
                chapter,
                cases.stream()
                        .map(each -> {
                            var result = ahead.begin(() -> runner.run(each));
                            return DynamicTest.dynamicTest(
                                    each.chosenFor(runner.declared()).toString(),
                                    () -> report(results.add(result.call())));
                        })
                        .toList());
    }

    private static void report(TckResult result) throws Throwable {
        switch (result.outcome()) {
            case PASSED -> {}
            case NOT_SUPPORTED -> Assumptions.abort(result.detail());
            case FAILED -> throw result.failure().orElseThrow();
        }
    }

    private static void close(CaseRunner runner) {
        try {
            runner.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the handler could not be stopped", e);
        }
    }
}
