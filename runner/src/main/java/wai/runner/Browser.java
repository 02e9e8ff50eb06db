package wai.runner;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Opens a page for `--open`.
///
/// @param command the desktop's command, which takes the address as its last argument
record Browser(List<String> command) {
    /// What the desktop of this system has.
    static Browser ofSystem() {
        var system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            return new Browser(List.of("rundll32", "url.dll,FileProtocolHandler"));
        }
        return new Browser(List.of(system.startsWith("mac") ? "open" : "xdg-open"));
    }

    /// Opens a page and does not wait for it.
    ///
    /// @param address what to open
    /// @return whether the command could be started
    boolean open(String address) {
        try {
            new ProcessBuilder(
                            Stream.concat(command.stream(), Stream.of(address)).toList())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException _) {
            return false; // there is no such command; the caller says so
        }
    }
}
