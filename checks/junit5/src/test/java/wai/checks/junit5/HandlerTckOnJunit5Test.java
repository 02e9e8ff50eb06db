package wai.checks.junit5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Middleware;
import wai.tck.Backend;
import wai.tck.HandlerTck;
import wai.warp.Warp;
import wai.warp.settings.Hooks;
import wai.warp.settings.WarpSettings;

/// The JUnit base class of the kit works with JUnit 5 as it does with JUnit 6: green, skipped, and red.
class HandlerTckOnJunit5Test {
    /// A good handler.
    static class Honest extends HandlerTck {
        @Override
        protected Backend start(Application application) throws IOException {
            var settings = WarpSettings.defaults()
                    .withHost("127.0.0.1")
                    .withPort(0)
                    .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose
            var server = Warp.start(settings, application);
            return Backend.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), server);
        }

        @Override
        protected Set<Capability> capabilities() {
            return EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2));
        }
    }

    /// A handler that can more than it says.
    static final class Modest extends Honest {
        @Override
        protected Set<Capability> capabilities() {
            return EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2, Capability.RAW));
        }
    }

    /// A handler that loses cookies.
    static final class Forgetful extends Honest {
        @Override
        protected Backend start(Application application) throws IOException {
            return super.start(Middleware.onResponse(response -> response.without(HeaderName.SET_COOKIE))
                    .wrap(application));
        }
    }

    @Test
    void isJunit5() {
        assertThat(Test.class.getPackage().getImplementationVersion()).startsWith("5.");
    }

    @Test
    void aGoodHandlerIsGreen() {
        var summary = run(Honest.class);

        assertThat(summary.getTestsFoundCount()).isGreaterThan(100);
        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsAbortedCount()).as("the case of TLS").isEqualTo(1);
        assertThat(summary.getTestsSucceededCount()).isEqualTo(summary.getTestsFoundCount() - 1);
    }

    @Test
    void casesOfWhatIsNotDeclaredAreSkipped() {
        var summary = run(Modest.class);

        assertThat(summary.getTestsAbortedCount()).isPositive();
        assertThat(summary.getFailures())
                .extracting(failure -> failure.getTestIdentifier().getDisplayName())
                .contains("WAI-REQ-21 supports what it declares, and nothing else");
    }

    @Test
    void aBrokenHandlerIsRedOnItsRule() {
        var summary = run(Forgetful.class);

        assertThat(summary.getFailures())
                .extracting(
                        failure -> failure.getTestIdentifier().getDisplayName().split(" ", 2)[0])
                .contains("WAI-RSP-02")
                .doesNotContain("WAI-RSP-01", "WAI-REQ-05");
    }

    private static TestExecutionSummary run(Class<?> tests) {
        var listener = new SummaryGeneratingListener();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .build();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }
}
