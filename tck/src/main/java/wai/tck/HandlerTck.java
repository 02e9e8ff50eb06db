package wai.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
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
/// not declare is reported as skipped, with the capability. Works with JUnit 5.13 and later.
public abstract class HandlerTck {
    /// For the tests of handlers.
    protected HandlerTck() {}

    /// Starts the handler with that application. Called once for all cases.
    ///
    /// @param application what to run
    /// @return the running application; closed when all cases have run
    /// @throws Exception when it cannot be started
    protected abstract Backend start(Application application) throws Exception;

    /// What the handler declares to be able to do.
    ///
    /// @return the capabilities
    protected abstract Set<Capability> capabilities();

    /// The cases of the contract, by chapter.
    ///
    /// @return the tests
    /// @throws Exception when the handler cannot be started
    @TestFactory
    public final Stream<DynamicNode> contract() throws Exception {
        var runner = CaseRunner.start(new HandlerUnderTest() {
            @Override
            public Backend start(Application application) throws Exception {
                return HandlerTck.this.start(application);
            }

            @Override
            public Set<Capability> capabilities() {
                return HandlerTck.this.capabilities();
            }
        });
        var declared = Set.copyOf(capabilities());
        return TckCases.byChapter().entrySet().stream()
                .map(chapter -> (DynamicNode) container(runner, declared, chapter.getKey(), chapter.getValue()))
                .onClose(() -> close(runner));
    }

    private static DynamicContainer container(
            CaseRunner runner, Set<Capability> declared, String chapter, List<TckCase> cases) {
        return DynamicContainer.dynamicContainer(
                chapter,
                cases.stream()
                        .map(each -> DynamicTest.dynamicTest(
                                each.chosenFor(declared).toString(), () -> report(runner.run(each)))));
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
