package wai.cgi.responder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import wai.cgi.settings.Failure;

/// What the hook says of a failure, as one line for the log of the web server.
final class ErrorLine {
    /// As many characters as a line in a log should have.
    private static final int LONGEST = 1000;
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]");
    private static final byte[] NONE = {};

    private ErrorLine() {}

    /// Asks the hook, which is as foreign as an application.
    ///
    /// @param broken is told what the hook threw
    /// @return the line with its end, in UTF-8; empty for none
    static byte[] of(Failure failure, Function<Failure, String> hook, Consumer<Throwable> broken) {
        try {
            var line = hook.apply(failure);
            return line.isEmpty() ? NONE : (oneLine(line) + "\n").getBytes(UTF_8);
        } catch (Throwable e) {
            broken.accept(e);
            return NONE;
        }
    }

    /// What was thrown may quote what a client sent, which must not write lines of its own into a log.
    private static String oneLine(String text) {
        var shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return CONTROLS.matcher(shown).replaceAll(" ");
    }
}
