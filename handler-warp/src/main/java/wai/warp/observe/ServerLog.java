package wai.warp.observe;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// The one logger of the server, `wai.warp`.
///
/// Only trouble is written: where the server listens, whoever started it knows. A class of its own, so that the logger
/// is looked for when the first line is written: that initialises the logging of the JVM, which takes longer than
/// everything else at the start.
public final class ServerLog {
    private static final Logger LOGGER = System.getLogger("wai.warp");

    private ServerLog() {}

    /// Writes a line.
    ///
    /// @param level its level
    /// @param line the text, not a format
    public static void write(Level level, String line) {
        LOGGER.log(level, line);
    }

    /// Writes a line and a stack trace.
    ///
    /// @param level its level
    /// @param line the text, not a format
    /// @param thrown what was thrown
    public static void write(Level level, String line, Throwable thrown) {
        LOGGER.log(level, line, thrown);
    }
}
