package wai.tck;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import wai.tck.CommandLine.Option;
import wai.tck.compare.Comparison;
import wai.tck.compare.PortabilityPage;
import wai.tck.compare.Recording;
import wai.tck.report.HandlerReport;
import wai.tck.report.JunitXml;
import wai.tck.report.MatrixPage;

/// The kit as a program: `java -jar tck.jar --help` says what it can do.
public final class Main {
    static final int GREEN = 0;
    static final int RED = 1;
    static final int MISUSED = 2;
    static final int UNABLE = 3;

    private static final String HELP = """
            The test kit of WAI: does a handler keep the contract, and how does it compare with others?

            usage: java -jar tck.jar [option …] CLASS                  run the cases on a handler
                   java -jar tck.jar --matrix FILE RESULT …            put results on one HTML page
                   java -jar tck.jar --differential [option …] HANDLER …
                                             send the same requests to several handlers and compare
                   java -jar tck.jar --list | --coverage | --help

            CLASS    a wai.tck.HandlerUnderTest with a public constructor without parameters
            RESULT   a file of --json, or of the JUnit base class: target/tck/*.json (recordings are passed over)
            HANDLER  a CLASS, or a recording: a file of --record, or target/tck/*.recording.json.
                     The first one is the measure of the others.

              --class-path PATH  where classes are found, as for java -cp: jars, folders, "lib/*"
              --only PREFIX      only the cases whose rule begins so: WAI-RSP, WAI-REQ-11
              --verbose          a line for every case
              --json FILE        write the result there
              --junit FILE       write it as XML for build servers
              --html FILE        write it as a page
              --record FOLDER    keep what the handlers showed, as recordings
              --page FILE        write the comparison as a Markdown page

              --list             print the cases
              --coverage         print which rule has how many cases, or why none
              --help             print this

            exit status: 0 all green, 1 a case failed or a difference is undeclared, 2 wrong usage,
            3 a handler could not be started or a file not be read or written
            """;

    private static final String PAGE = """
            # The same application everywhere

            One application with its middleware, and the same requests to each handler.
            """;

    private final PrintStream out;
    private final PrintStream err;

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Runs the kit and ends the process.
    ///
    /// @param arguments see `--help`
    public static void main(String[] arguments) {
        System.exit(run(System.out, System.err, arguments));
    }

    /// Runs the kit.
    static int run(PrintStream out, PrintStream err, String... arguments) {
        return new Main(out, err).run(arguments);
    }

    private int run(String... arguments) {
        try {
            var line = CommandLine.of(arguments);
            return switch (line.task()) {
                case RUN -> test(line);
                case MATRIX -> matrix(line);
                case DIFFERENTIAL -> compare(line);
                case LIST -> list();
                case COVERAGE -> print(Coverage.ofTheKit().table());
                case HELP -> print(HELP);
            };
        } catch (IllegalArgumentException misuse) {
            err.println("tck: " + misuse.getMessage());
            err.println("java -jar tck.jar --help tells more");
            return MISUSED;
        } catch (NoSuchFileException e) {
            err.println("tck: there is no file " + e.getFile());
            return UNABLE;
        } catch (Exception e) {
            e.printStackTrace(err);
            return UNABLE;
        }
    }

    private int print(String text) {
        out.print(text);
        return GREEN;
    }

    private int list() {
        TckCases.all().forEach(out::println);
        return GREEN;
    }

    private int test(CommandLine line) throws Exception {
        var only = line.value(Option.ONLY, "");
        if (TckCases.all().stream().noneMatch(each -> each.rule().id().startsWith(only))) {
            throw new IllegalArgumentException("no case has a rule that begins with " + only + "; --list shows them");
        }
        try (var loader = new HandlerLoader(line.value(Option.CLASS_PATH, ""))) {
            var console = new ConsoleReport(out, line.has(Option.VERBOSE));
            var handler = loader.load(line.names().getFirst());
            var report = TckRun.of(handler, each -> each.rule().id().startsWith(only), console);
            console.end(report);
            write(line, Option.JSON, report.json());
            write(line, Option.JUNIT, JunitXml.of(report.kept()));
            write(line, Option.HTML, MatrixPage.of(List.of(report.kept()), Coverage.legend()));
            return report.isGreen() ? GREEN : RED;
        }
    }

    private int matrix(CommandLine line) throws IOException {
        var reports = new ArrayList<HandlerReport>();
        for (var name : line.names()) {
            if (!name.endsWith(ResultFiles.RECORDING)) {
                reports.add(HandlerReport.read(Path.of(name)));
            }
        }
        write(line, Option.MATRIX, MatrixPage.of(reports, Coverage.legend()));
        reports.forEach(report -> out.println(report.summary()));
        return reports.stream().anyMatch(report -> report.count(wai.tck.report.CaseOutcome.Kind.FAILED) > 0)
                ? RED
                : GREEN;
    }

    private int compare(CommandLine line) throws Exception {
        var recordings = new ArrayList<Recording>();
        try (var loader = new HandlerLoader(line.value(Option.CLASS_PATH, ""))) {
            for (var name : line.names()) {
                recordings.add(name.endsWith(".json") ? Recording.read(Path.of(name)) : ProbeRun.of(loader.load(name)));
            }
        }
        var comparison = Comparison.of(recordings);
        out.print(comparison.text());
        var folder = line.file(Option.RECORD);
        if (folder.isPresent()) {
            for (var recording : recordings) {
                recording.write(ResultFiles.recording(folder.get(), recording.handler()));
            }
        }
        write(line, Option.PAGE, PortabilityPage.of(comparison, PAGE, Departure.meanings()));
        return comparison.undeclared() == 0 ? GREEN : RED;
    }

    private static void write(CommandLine line, Option option, String content) throws IOException {
        var file = line.file(option);
        if (file.isPresent()) {
            Files.createDirectories(file.get().toAbsolutePath().getParent());
            Files.writeString(file.get(), content);
        }
    }
}
