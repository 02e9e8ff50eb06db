package wai.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import wai.Application;

/// One run of `waiup` with what it printed, on a stand-in backend, told to stop as soon as it serves.
///
/// @param exit how it ended
/// @param out what it printed to standard output
/// @param err what it printed to standard error
/// @param backend the backend that it started or not
record CommandLineRun(Exit exit, ByteArrayOutputStream out, ByteArrayOutputStream err, StandIn backend) {
    static CommandLineRun of(String... arguments) {
        return of(new Browser(List.of("/no/browser/here")), arguments);
    }

    static CommandLineRun of(Browser browser, String... arguments) {
        return of(browser, Path.of("/no/folder/here"), arguments);
    }

    /// One whose certificates for development are in a folder.
    static CommandLineRun of(Path certificates, String... arguments) {
        return of(new Browser(List.of("/no/browser/here")), certificates, arguments);
    }

    private static CommandLineRun of(Browser browser, Path certificates, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var backend = new StandIn();
        var waiup = new Waiup(
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                Map.of("warp", backend),
                browser,
                () -> new DevelopmentCertificate(certificates, InstantSource.system()));
        var exit = waiup.run(() -> new CountDownLatch(0), arguments);
        return new CommandLineRun(exit, out, err, backend);
    }

    /// What was printed to standard output until now.
    String output() {
        return out.toString(UTF_8);
    }

    /// What was printed to standard error until now.
    String errors() {
        return err.toString(UTF_8);
    }

    /// The application as the backend got it.
    Application application() {
        return backend.started.join();
    }
}
