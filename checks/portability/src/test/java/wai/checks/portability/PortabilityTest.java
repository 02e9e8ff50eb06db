package wai.checks.portability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import wai.tck.compare.Comparison;
import wai.tck.compare.PortabilityPage;
import wai.tck.compare.Recording;

/// Compares what the tests of all handlers left in `*/target/tck`: nobody can tell which handler runs an application,
/// but by what it declares. Handlers need not be named here; a handler is in as soon as its test extends `HandlerTck`.
class PortabilityTest {
    private static final String COMMAND = "checks/portability/run --write";

    /// The measure, and the handler of unit tests. Only these are held to each other so far; how far the others
    /// differ, by what they have not declared, `checks/portability/run` prints.
    private static final List<String> FIRST = List.of("Warp", "Memory");

    private static final Path ROOT = root();
    private static final Path PAGE = ROOT.resolve("docs/portability.md");

    @BeforeAll
    static void handlersHaveRun() throws IOException {
        // in a build of some modules there may be nothing to compare; a whole build records at least these
        var recorded = recordings().stream().map(Recording::handler).toList();
        if (System.getenv("CI") != null) {
            assertThat(recorded).containsAll(FIRST);
        }
        assumeThat(recorded)
                .as("recordings in */target/tck: run the tests of the handlers first, or %s", COMMAND)
                .containsAll(FIRST);
    }

    @Test
    void nobodyCanTellWhichHandlerItIs() throws IOException {
        var comparison = Comparison.of(recordings());

        assertThat(comparison.undeclared()).as(comparison.text()).isZero();
    }

    @Test
    void everyHandlerIsComparedByHundredsOfRequests() throws IOException {
        assertThat(recordings())
                .allSatisfy(recording -> assertThat(recording.exchanges()).hasSizeGreaterThan(300));
    }

    /// Of a handler that cannot run on this machine the page says what another machine saw.
    @Test
    void thePageSaysWhatRuns() throws IOException {
        var recordings = recordings();
        var page = PortabilityPage.of(
                Comparison.of(recordings),
                introduction(recordings.getFirst().exchanges().size()));
        if (Boolean.getBoolean("portability.write")) {
            Files.writeString(PAGE, page);
        }

        var published = Files.exists(PAGE) ? Files.readString(PAGE) : "";
        var missing = new TreeSet<>(handlers(published));
        missing.removeAll(handlers(page));

        assertThat(withoutSectionsOf(missing, published))
                .as("docs/portability.md is stale; write it anew: %s", COMMAND)
                .isEqualTo(page);
        assertThat(System.getenv("CI") == null ? List.of() : missing)
                .as("handlers of the page that did not run")
                .isEmpty();
    }

    private static String introduction(int requests) {
        return """
            <!-- Generated from what the tests of the handlers recorded. Do not edit; to write it anew: %s -->

            # The same application everywhere

            One application with its stack of middleware, and %d requests to each handler: targets, fields, bodies, files, streams,
            failures. What came back is compared line by line: status, header fields in order, body, trailers, and whether the client
            sees an end. This page is made by running, and the build fails when it is not what runs.

            A difference is *declared* when a rule below, a departure or a missing capability of the handler says so; everything else
            counts as different. Each handler is measured by the first one in the table, and where it lacks a capability that a request
            is about, by the first that lacks it too. `java -jar tck.jar --differential` does the same with any handlers.
            """.formatted(COMMAND, requests);
    }

    private static List<Recording> recordings() throws IOException {
        var recordings = new ArrayList<Recording>();
        for (var module : modules()) {
            var folder = ROOT.resolve(module).resolve("target/tck");
            if (Files.isDirectory(folder)) {
                try (var files = Files.newDirectoryStream(folder, "*.recording.json")) {
                    for (var file : files) {
                        var recording = Recording.read(file);
                        if (FIRST.contains(recording.handler())) {
                            recordings.add(recording);
                        }
                    }
                }
            }
        }
        recordings.sort(Comparator.comparingInt(each -> FIRST.indexOf(each.handler())));
        return recordings;
    }

    /// All modules of the build but the kit, whose handler is a test of the kit, and the checks.
    private static List<String> modules() throws IOException {
        return Pattern.compile("<module>([^<]+)</module>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(match -> match.group(1))
                .filter(name -> !name.equals("tck") && !name.startsWith("checks/"))
                .toList();
    }

    private static List<String> handlers(String page) {
        return Pattern.compile("(?m)^\\| \\*\\*(.+?)\\*\\* \\| \\d")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /// The page without what it says about some handlers.
    private static String withoutSectionsOf(Iterable<String> handlers, String page) {
        var rest = page;
        for (var handler : handlers) {
            var name = Pattern.quote(handler);
            rest = rest.replaceAll("(?m)^\\| \\*\\*" + name + "\\*\\* \\|.*\n", "")
                    .replaceAll("(?m)^\n\\*\\*" + name + "\\*\\*:.*\n(\n?- .*\n)*", "")
                    .replaceAll("(?ms)^\n## " + name + "\n.*?(?=^\n## |\\z)", "");
        }
        return rest;
    }

    private static Path root() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("verify"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder above this one holds the script verify");
    }
}
