package wai.warp.server;

import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.StatusException;
import wai.spi.ContractViolation;
import wai.warp.settings.Failure.Phase;

/// Tells whose failure it is that an application threw.
final class FailurePhases {
    /// Causes can be many, or go round in a circle.
    private static final int DEEPEST_CAUSE = 16;

    private FailurePhases() {}

    /// The phase that a failure belongs to.
    ///
    /// @param thrown by the application
    /// @param unreadable what made the request body unreadable, if anything did
    static Phase of(Throwable thrown, @Nullable Exception unreadable) {
        if (thrown instanceof ContractViolation) {
            return Phase.CONTRACT;
        }
        if (unreadable != null || (thrown instanceof StatusException failure && failure.isOfTheClient())) {
            return Phase.REQUEST;
        }
        return isOfTheClient(thrown) ? Phase.RESPONSE : Phase.APPLICATION;
    }

    /// Whether the client's leaving is behind it, however the application wrapped that.
    private static boolean isOfTheClient(Throwable thrown) {
        int depth = 0;
        for (var cause = thrown; cause != null && depth < DEEPEST_CAUSE; cause = cause.getCause()) {
            if (cause instanceof ClientDisconnectedException) {
                return true;
            }
            depth++;
        }
        return false;
    }
}
