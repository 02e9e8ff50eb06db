package wai.tck;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kit as a program: runs the cases against a [HandlerUnderTest] that it finds by name.
public final class Main {
    static final int GREEN = 0;
    static final int RED = 1;
    static final int MISUSED = 2;

    private static final String HELP = """
            usage: java -cp … wai.tck.Main [option …] CLASS
            Runs the cases of the WAI contract against CLASS, a wai.tck.HandlerUnderTest with a public
            constructor without parameters. Exit status: 0 all green, 1 a case failed, 2 wrong usage.

              --only PREFIX   only the cases whose rule begins so: WAI-RSP, WAI-REQ-11
              --json FILE     write the report there
              --list          print the cases and end
              --coverage      print which rule has how many cases and end
              --help          print this and end
            """;

    private final PrintStream out;
    private String only = "";
    private @Nullable Path json;
    private @Nullable String handler;

    private Main(PrintStream out) {
        this.out = out;
    }

    /// Runs the kit and ends the process.
    ///
    /// @param arguments see `--help`
    /// @throws Exception when the handler cannot be started or stopped
    public static void main(String[] arguments) throws Exception {
        System.exit(run(System.out, arguments));
    }

    /// Runs the kit.
    static int run(PrintStream out, String... arguments) throws Exception {
        return new Main(out).run(new ArrayDeque<>(List.of(arguments)));
    }

    private int run(Deque<String> arguments) throws Exception {
        while (!arguments.isEmpty()) {
            var argument = arguments.removeFirst();
            switch (argument) {
                case "--help" -> {
                    out.print(HELP);
                    return GREEN;
                }
                case "--list" -> {
                    TckCases.all().forEach(out::println);
                    return GREEN;
                }
                case "--coverage" -> {
                    out.print(Coverage.ofTheKit().table());
                    return GREEN;
                }
                case "--only", "--json" -> {
                    if (arguments.isEmpty()) {
                        return misused(argument + " needs a value");
                    }
                    set(argument, arguments.removeFirst());
                }
                default -> {
                    if (argument.startsWith("-") || handler != null) {
                        return misused("unexpected \"" + argument + "\"");
                    }
                    handler = argument;
                }
            }
        }
        return handler == null ? misused("no CLASS given") : test(handler);
    }

    private void set(String option, String value) {
        switch (option) {
            case "--only" -> only = value;
            case "--json" -> json = Path.of(value);
            default -> throw new IllegalStateException(option);
        }
    }

    private int test(String name) throws Exception {
        HandlerUnderTest subject;
        try {
            subject = Class.forName(name)
                    .asSubclass(HandlerUnderTest.class)
                    .getConstructor()
                    .newInstance();
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (ReflectiveOperationException | ClassCastException e) {
            return misused(name + " is no wai.tck.HandlerUnderTest with a public constructor: " + e);
        }
        var report = TckRun.of(subject, each -> each.rule().id().startsWith(only), this::print);
        out.println(report.summary());
        if (json != null) {
            Files.writeString(json, report.json());
        }
        return report.isGreen() ? GREEN : RED;
    }

    private void print(TckResult result) {
        switch (result.outcome()) {
            case PASSED -> out.println("ok    " + result.subject());
            case NOT_SUPPORTED -> out.println("-     " + result.subject() + ": " + result.detail());
            case FAILED ->
                out.println("FAIL  " + result.subject() + "\n"
                        + result.detail().indent(6).stripTrailing());
        }
    }

    private int misused(String why) {
        out.println(why);
        out.print(HELP);
        return MISUSED;
    }
}
