package wai.warp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.warp.WireClient.GET;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a start must leave alone: each of these takes the JVM as long as all of ours, at its first use. Nothing is
/// timed; the classes tell.
@Timeout(60) // a safety net, nothing depends on it
class WarpStartTest {
    private static final List<String> COSTLY = List.of(
            "java.lang.runtime.SwitchBootstraps", // a switch over patterns
            "java.lang.runtime.ObjectMethods", // equals, hashCode or toString of a record
            "java.lang.invoke.StringConcatFactory", // "a" + b, unless compiled with -XDstringConcat=inline
            "java.util.stream.Sink", // a stream that runs
            "java.util.Formatter",
            "java.time.format.DateTimeFormatterBuilder",
            "java.lang.System$Logger",
            "jdk.jfr.Event",
            "java.security.SecureRandom");
    private static final String FIRST_CLASSES = "wai.warp.server.FirstClasses";
    /// Not a goal: a start that loads many more has come to need something new.
    private static final int MOST_CLASSES = 180;

    @Test
    void theFirstAnswerNeedsNothingThatIsCostlyAtItsFirstUse(@TempDir Path folder) throws Exception {
        var log = folder.resolve("classes");

        try (var child =
                new ChildJvm(List.of(), List.of("-Xlog:class+load:file=" + log + ":none"), FirstAnswer.class, folder)) {
            int port = Integer.parseInt(child.line());
            assertThat(loaded(log))
                    .as("what the JDK starts when a virtual thread blocks in a selector: not before somebody waits")
                    .doesNotContain("sun.nio.ch.Poller");
            isAnswered(port);

            var loaded = loaded(log);
            assertThat(loaded)
                    .contains("wai.warp.server.Http1Exchange", "java.net.InetSocketAddress")
                    .doesNotContainAnyElementsOf(COSTLY)
                    .noneMatch(name -> name.contains("wai.warp.http2.") || name.contains("wai.warp.server.Http2"));
            assertThat(loaded)
                    .as("lambdas, of which the JVM takes 0.6 ms for each: only the application's own")
                    .filteredOn(name -> name.startsWith("wai.") && name.contains("$$Lambda"))
                    .allMatch(name -> name.startsWith(FirstAnswer.class.getName()));
            assertThat(loaded)
                    .as("our classes, of which each takes 0.2 ms")
                    .filteredOn(name -> name.startsWith("wai."))
                    .hasSizeBetween(100, MOST_CLASSES);
        }
    }

    /// Those that are loaded while sockets are opened; here they are not, so that what is loaded is what is needed.
    @Test
    void theClassesThatAreLoadedAheadAreThoseOfAFirstAnswer(@TempDir Path folder) throws Exception {
        var log = folder.resolve("classes");
        var ahead = namesLoadedAhead();
        writeIdle(folder.resolve(ChildJvm.FIRST));

        try (var child =
                new ChildJvm(List.of(), List.of("-Xlog:class+load:file=" + log + ":none"), FirstAnswer.class, folder)) {
            int port = Integer.parseInt(child.line());
            isAnswered(port);
            var needed = neededAfter(log);
            assertThat(needed)
                    .as("classes of a first answer are in FirstClasses.NAMES")
                    .isSubsetOf(ahead);
            var unneeded = new ArrayList<>(ahead);
            for (int i = 0; i < 100 && !unneeded.isEmpty(); i++) { // what the end of a connection needs may come late
                isAnswered(port);
                unneeded.removeAll(neededAfter(log));
            }
            assertThat(unneeded)
                    .as("classes in FirstClasses.NAMES of no use to a first answer")
                    .isEmpty();
        }
    }

    private static void isAnswered(int port) throws IOException {
        try (var client = WireClient.of(port)) {
            assertThat(client.send(GET).response()).endsWith("\r\n\r\nhi");
        }
    }

    private static List<String> namesLoadedAhead() throws ReflectiveOperationException {
        var names = Class.forName(FIRST_CLASSES).getDeclaredField("NAMES");
        names.setAccessible(true);
        return ((List<?>) requireNonNull(names.get(null)))
                .stream().map(String::valueOf).toList();
    }

    /// Writes that class without its beginning.
    private static void writeIdle(Path folder) throws IOException {
        var path = FIRST_CLASSES.replace('.', '/') + ".class";
        var file = ClassFile.of();
        try (var original = Warp.class.getClassLoader().getResourceAsStream(path)) {
            var idle = file.transformClass(file.parse(requireNonNull(original).readAllBytes()), (builder, element) -> {
                if (element instanceof MethodModel method && method.methodName().equalsString("begin")) {
                    builder.withMethodBody(
                            method.methodName(),
                            method.methodType(),
                            method.flags().flagsMask(),
                            CodeBuilder::return_);
                } else {
                    builder.with(element);
                }
            });
            var target = folder.resolve(path);
            Files.createDirectories(requireNonNull(target.getParent()));
            Files.write(target, idle);
        }
    }

    /// Our classes that were loaded behind the one that loads them ahead.
    private static Set<String> neededAfter(Path log) throws IOException {
        return loaded(log).stream()
                .dropWhile(name -> !name.equals(FIRST_CLASSES))
                .skip(1)
                .filter(name -> name.startsWith("wai.") && !name.contains("$$") && !name.contains("FirstAnswer"))
                .collect(Collectors.toSet());
    }

    /// The names of the classes that were loaded so far, in order; the JVM writes each line at once.
    private static List<String> loaded(Path log) throws IOException {
        try (var lines = Files.lines(log, UTF_8)) {
            return lines.map(line -> line.substring(0, line.indexOf(' '))).toList();
        }
    }
}
