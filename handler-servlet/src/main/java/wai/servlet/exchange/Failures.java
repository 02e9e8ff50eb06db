package wai.servlet.exchange;

import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.Request;
import wai.StatusException;
import wai.spi.Exchange.Progress;

/// Says in the log `wai.servlet` what went wrong: applications as errors, with their stacks; clients as debug, in one
/// line.
public final class Failures {
    private static final int DEEPEST_CAUSE = 16;

    private Failures() {}

    /// Reports what an action threw that runs beside the exchanges.
    ///
    /// @param thrown what was thrown
    public static void report(Throwable thrown) {
        Log.LOGGER.log(Level.ERROR, "an action at disconnect or shutdown failed", thrown);
    }

    /// Says once what a container should be set to.
    ///
    /// @param advice a sentence
    public static void advise(String advice) {
        Log.LOGGER.log(Level.WARNING, advice);
    }

    /// The same of the thread on which a container runs requests.
    ///
    /// @param thread of a request
    public static void adviseOn(Thread thread) {
        if (!thread.isVirtual()) {
            advise("Requests run on platform threads: applications block, give the container virtual threads");
        }
    }

    /// Reports what ended an exchange, or a rule that was broken in it.
    static void report(
            Throwable thrown, @Nullable Request request, Progress progress, @Nullable IOException unreadable) {
        boolean client = unreadable != null
                || (thrown instanceof StatusException failure && failure.isOfTheClient())
                || isOfTheClient(thrown);
        var level = client ? Level.DEBUG : Level.ERROR;
        if (Log.LOGGER.isLoggable(level)) {
            var line = "failed: " + (request == null ? "no request" : request + " from " + request.remoteAddress())
                    + ", response " + progress;
            if (client) {
                Log.LOGGER.log(level, line + ": " + thrown.getMessage());
            } else {
                Log.LOGGER.log(level, line, thrown);
            }
        }
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

    /// Looked for when the first line is written, because that initialises the logging of the JVM.
    private static final class Log {
        private static final System.Logger LOGGER = System.getLogger("wai.servlet");
    }
}
