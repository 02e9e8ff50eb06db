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
import org.junit.jupiter.api.TestInstance;
import wai.tck.Departure;
import wai.tck.compare.Comparison;
import wai.tck.compare.PortabilityPage;
import wai.tck.compare.Recording;

/// Compares what the tests of all handlers left in `*/target/tck`: nobody can tell which handler runs an application,
/// but by what it declares. Handlers need not be named here; a handler is in as soon as its test extends `HandlerTck`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PortabilityTest {
    private static final String COMMAND = "checks/portability/run --write";

    /// The measure of all others, and the handler of unit tests.
    private static final List<String> FIRST = List.of("Warp", "Memory");

    /// Whose handlers run where a web server is installed. They come last, so that no other is measured by them.
    private static final String GATEWAYS = "handler-cgi";

    /// Set by the continuous integration: there a handler that did not run is a failure.
    private static final boolean DEMANDED = "demanded".equals(System.getenv("WAI_SERVERS"));

    private static final Path ROOT = root();
    private static final Path PAGE = ROOT.resolve("docs/portability.md");

    private final List<Recording> recordings;

    PortabilityTest() throws IOException {
        recordings = recorded();
    }

    @BeforeAll
    void handlersHaveRun() {
        var names = recordings.stream().map(Recording::handler).toList();
        if (DEMANDED) {
            assertThat(names).containsAll(FIRST);
        }
        // in a build of some modules there may be nothing to compare
        assumeThat(names)
                .as("recordings in */target/tck: run the tests of the handlers first, or %s", COMMAND)
                .containsAll(FIRST);
    }

    @Test
    void nobodyCanTellWhichHandlerItIs() {
        var comparison = Comparison.of(recordings);

        assertThat(comparison.undeclared()).as(comparison.text()).isZero();
    }

    @Test
    void everyRuleOfTheComparisonIsNeeded() throws IOException {
        assumeThat(missing())
                .as("handlers that did not run, and may need a rule")
                .isEmpty();

        assertThat(Comparison.of(recordings).needlessRules()).isEmpty();
    }

    @Test
    void everyHandlerOfThePageRan() throws IOException {
        var missing = missing();
        if (DEMANDED) {
            assertThat(missing)
                    .as("handlers of docs/portability.md that did not run")
                    .isEmpty();
        }

        assumeThat(missing)
                .as("NOT COMPARED on this machine; checks/servers/install brings the web servers")
                .isEmpty();
    }

    /// Of a handler that cannot run on this machine the page says what another machine saw.
    @Test
    void thePageSaysWhatRuns() throws IOException {
        var page = page();
        if (Boolean.getBoolean("portability.write")) {
            assertThat(missing())
                    .as("handlers that did not run here, and would be lost from docs/portability.md")
                    .isEmpty();
            Files.writeString(PAGE, page);
        }

        assertThat(withoutRaces(withoutSectionsOf(missing(), published())))
                .as("docs/portability.md is stale; write it anew: %s", COMMAND)
                .isEqualTo(withoutRaces(page));
    }

    private String page() {
        int requests = recordings.getFirst().exchanges().size();
        return PortabilityPage.of(Comparison.of(recordings), """
            <!-- Generated from what the tests of the handlers recorded. Do not edit; to write it anew: %s -->

            # The same application everywhere

            One application with its stack of middleware, and %d requests to each handler: targets, fields, bodies, files, streams,
            failures. What came back is compared line by line: status, header fields in order, body, trailers, and whether the client
            sees an end. This page is made by running, and the build fails when it is not what runs, or when anything is different
            that nobody declared.

            A difference is *declared* when a departure or a missing capability of the handler says so, with its reason, and a rule
            [below](#rules-of-the-comparison) says how far it goes. Each handler is measured by the first one in the table, and where it
            lacks a capability that a request is about, by the first that lacks it too. `checks/portability/run` runs them all and
            compares; `java -jar tck.jar --differential` does it with any handlers. What an application says of the version and of TLS is
            compared with how its client came.
            """.formatted(COMMAND, requests), Departure.meanings());
    }

    private static String published() throws IOException {
        return Files.exists(PAGE) ? Files.readString(PAGE) : "";
    }

    /// The handlers of the page that did not run here.
    private List<String> missing() throws IOException {
        var missing = new TreeSet<>(handlers(published()));
        recordings.forEach(each -> missing.remove(each.handler()));
        return List.copyOf(missing);
    }

    private static List<Recording> recorded() throws IOException {
        var all = new ArrayList<Recording>();
        for (var module : modules()) {
            var ofModule = new ArrayList<Recording>();
            var folder = ROOT.resolve(module).resolve("target/tck");
            if (Files.isDirectory(folder)) {
                try (var files = Files.newDirectoryStream(folder, "*.recording.json")) {
                    for (var file : files) {
                        ofModule.add(Recording.read(file));
                    }
                }
            }
            ofModule.sort(Comparator.comparing(Recording::handler));
            all.addAll(ofModule);
        }
        all.sort(Comparator.comparingInt(
                each -> FIRST.contains(each.handler()) ? FIRST.indexOf(each.handler()) : FIRST.size()));
        return List.copyOf(all);
    }

    /// All modules of the build but the kit, whose handler is a test of the kit, and the checks.
    private static List<String> modules() throws IOException {
        return Pattern.compile("<module>([^<]+)</module>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(match -> match.group(1))
                .filter(name -> !name.equals("tck") && !name.startsWith("checks/"))
                .sorted(Comparator.comparing(GATEWAYS::equals))
                .toList();
    }

    private static List<String> handlers(String page) {
        return Pattern.compile("(?m)^\\| \\[(.+?)\\]\\(#.*?\\) \\| \\d")
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
            rest = rest.replaceAll("(?m)^\\| \\[" + name + "\\]\\(#.*\n", "")
                    .replaceAll("(?m)^\\| \\*\\*" + name + "\\*\\* \\|.*\n", "")
                    .replaceAll("(?ms)^\n## " + name + "\n.*?(?=^\n## |\\z)", "");
        }
        return rest;
    }

    /// The page without numbers that another run may not repeat: how many requests met what a web server does by
    /// chance, namely whether it buffers a body that comes in pieces, and whether it has sent what it had before it
    /// sees a cut.
    private static String withoutRaces(String page) {
        return page.replaceAll(
                        "(?m)^(\\| `(?:REQUEST_BUFFERED|CUT_STREAM|CUT_LENGTH)` \\| [^|]+ \\|) [^|]+ \\|.*$", "$1")
                .replaceAll("(?m)^(\\| \\[[^|]+ behind [^|]+ \\| \\d+ \\|) \\d+ \\| \\d+ \\|", "$1");
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
