package wai.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Middleware;
import wai.tck.compare.Recording;
import wai.tck.report.HandlerReport;

class MainTest {
    /// A handler that the program finds by name.
    public static final class Found extends GoodHandler {
        /// For the program.
        public Found() {
            super(Scene.PATIENCE);
        }
    }

    /// A handler that cannot start.
    public static final class Unable extends GoodHandler {
        /// For the program.
        public Unable() {
            super(Scene.PATIENCE);
        }

        @Override
        public Backend start(Application application) {
            throw new IllegalStateException("the port is taken");
        }
    }

    /// A handler that adds a field to every response.
    public static final class Odd extends GoodHandler {
        /// For the program.
        public Odd() {
            super(Scene.PATIENCE);
        }

        @Override
        public Backend start(Application application) throws java.io.IOException {
            return super.start(Middleware.onResponse(response -> response.adding(wai.HeaderName.of("X-Odd"), "1"))
                    .wrap(application));
        }
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @Test
    void runsTheChosenCasesAndWritesTheReports() throws Exception {
        int status = run(
                "--only",
                "WAI-APP",
                "--json",
                file("r.json"),
                "--junit",
                file("r.xml"),
                "--html",
                file("new/r.html"),
                Found.class.getName());

        int cases = (int) TckCases.all().stream()
                .filter(each -> each.rule().id().startsWith("WAI-APP"))
                .count();
        assertThat(status).isEqualTo(Main.GREEN);
        assertThat(printed(out))
                .contains("What an application does (WAI-APP)            " + ".".repeat(cases) + "\n")
                .contains("\nFound: " + cases + " passed, 0 failed, 0 not supported in ");
        assertThat(HandlerReport.read(folder.resolve("r.json")).cases()).hasSize(cases);
        assertThat(Files.readString(folder.resolve("r.xml")))
                .contains("<testsuite name=\"Found\" tests=\"" + cases + "\"");
        assertThat(Files.readString(folder.resolve("new/r.html"))).contains("<span class=\"name\">Found</span>");
    }

    @Test
    void namesEveryCaseWhenVerbose() {
        assertThat(run("--verbose", "--only", "WAI-APP-01", Found.class.getName()))
                .isEqualTo(Main.GREEN);

        assertThat(printed(out)).contains("ok    WAI-APP-01 refuses a second response and sends only the first\n");
    }

    @Test
    void printsHelpCasesAndCoverage() {
        assertThat(run("--help")).isEqualTo(Main.GREEN);
        assertThat(run("--list")).isEqualTo(Main.GREEN);
        assertThat(run("--coverage")).isEqualTo(Main.GREEN);

        assertThat(printed(out)).contains("usage: ", "WAI-RSP-03 sends Content-Length for a body in memory", "rule   ");
        assertThat(printed(err)).isEmpty();
    }

    @Test
    void helpNamesEveryOption() {
        run("--help");

        for (var option : CommandLine.Option.values()) {
            assertThat(printed(out)).contains(option.word);
        }
    }

    @Test
    void putsResultsOnOnePage() {
        run("--only", "WAI-APP", "--json", file("one.json"), Found.class.getName());
        run("--only", "WAI-RSP-02", "--json", file("two.json"), Odd.class.getName());

        int status = run("--matrix", file("matrix.html"), file("one.json"), file("two.json"));

        assertThat(status).isEqualTo(Main.GREEN);
        assertThat(folder.resolve("matrix.html"))
                .content()
                .contains("<span class=\"name\">Found</span>", "<span class=\"name\">Odd</span>");
    }

    @Test
    void comparesHandlersAndRecordings() throws Exception {
        int same = run("--differential", "--record", folder.toString(), Found.class.getName());
        int different =
                run("--differential", "--page", file("page.md"), file("Found.recording.json"), Odd.class.getName());

        assertThat(same).isEqualTo(Main.GREEN);
        assertThat(different).isEqualTo(Main.RED);
        assertThat(Recording.read(folder.resolve("Found.recording.json")).exchanges())
                .hasSizeGreaterThan(300);
        assertThat(printed(out)).contains("GET /echo, measured by Found\n    + field X-Odd: 1\n");
        assertThat(folder.resolve("page.md")).content().contains("| **Odd** | ", "+ field X-Odd: 1");
    }

    @Test
    void findsHandlersOnAClassPathOfTheirOwn() throws Exception {
        var source = Files.writeString(folder.resolve("Elsewhere.java"), """
                public class Elsewhere implements wai.tck.HandlerUnderTest {
                    public wai.tck.Backend start(wai.Application application) { throw new RuntimeException("it was found"); }
                    public java.util.Set<wai.Capability> capabilities() { return java.util.Set.of(); }
                }
                """);
        var classes = HandlerUnderTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()
                + java.io.File.pathSeparator
                + Application.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath();
        var javac = ToolProvider.findFirst("javac").orElseThrow();
        assertThat(javac.run(System.out, System.err, "-proc:none", "-cp", classes, source.toString()))
                .isZero();

        assertThat(run("Elsewhere")).isEqualTo(Main.MISUSED);
        assertThat(run("--class-path", folder.toString(), "Elsewhere")).isEqualTo(Main.UNABLE);
        assertThat(printed(err)).contains("there is no class Elsewhere on the class path", "it was found");
    }

    @Test
    void saysWhatCouldNotBeDone() {
        assertThat(run(Unable.class.getName())).isEqualTo(Main.UNABLE);
        assertThat(run("--matrix", file("m.html"), file("missing.json"))).isEqualTo(Main.UNABLE);

        assertThat(printed(err)).contains("the port is taken", "there is no file ", "missing.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misuse")
    void refusesWrongUsage(List<String> arguments, String why) {
        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(Main.MISUSED);

        assertThat(printed(err)).contains(why, "--help tells more");
        assertThat(printed(out)).isEmpty();
    }

    static List<Arguments> misuse() {
        return List.of(
                Arguments.of(List.of(), "expected one CLASS, found []"),
                Arguments.of(List.of("A", "B"), "expected one CLASS, found [A, B]"),
                Arguments.of(List.of("--json"), "--json needs a value: a file to write"),
                Arguments.of(List.of("--jsno", "x"), "unknown option --jsno"),
                Arguments.of(List.of("--json", "a", "--json", "b", "A"), "--json stands there twice"),
                Arguments.of(List.of("--matrix", "m.html"), "expected at least one RESULT"),
                Arguments.of(
                        List.of("--matrix", "m.html", "--only", "WAI", "r"), "different tasks: [--matrix, --only]"),
                Arguments.of(List.of("--matrix", "m.html", "--class-path", ".", "r"), "--class-path does not go with"),
                Arguments.of(List.of("--list", "--coverage"), "options of different tasks: [--list, --coverage]"),
                Arguments.of(List.of("--list", "A"), "expected nothing, found [A]"),
                Arguments.of(List.of("--only", "RSP", "A"), "no case has a rule that begins with RSP"),
                Arguments.of(List.of("java.lang.String"), "java.lang.String is no wai.tck.HandlerUnderTest"),
                Arguments.of(List.of("no.Such"), "there is no class no.Such on the class path"),
                Arguments.of(List.of("--class-path", "/no/such.jar", "A"), "there is no /no/such.jar"),
                Arguments.of(List.of("--class-path", "/no/such/*", "A"), "there is no folder /no/such"));
    }

    private int run(String... arguments) {
        return Main.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static String printed(ByteArrayOutputStream bytes) {
        return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }
}
