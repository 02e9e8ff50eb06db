package wai.warp;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import wai.Application;
import wai.transport.Transport;

/// A program of the tests in a process of its own, which is asked line by line.
final class ChildJvm implements AutoCloseable {
    /// Has a server run its connections on loops, which make direct system calls.
    static final List<String> LOOPS = List.of(
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED");

    /// The name of a folder of classes that come before all others.
    static final String FIRST = "first";

    private final Process process;
    private final BufferedReader output;
    private final PrintWriter input;

    /// Starts a command that becomes a JVM.
    ///
    /// @param before what stands before `java` on the command line
    /// @param folder where its class path may be made
    ChildJvm(List<String> before, Class<?> program, Path folder) throws IOException {
        this(before, List.of(), program, folder);
    }

    /// Starts a command that becomes a JVM.
    ///
    /// @param before what stands before `java` on the command line
    /// @param options of the JVM
    /// @param folder where its class path may be made; classes in its folder [#FIRST] come before all others
    /// @param arguments of the program
    ChildJvm(List<String> before, List<String> options, Class<?> program, Path folder, String... arguments)
            throws IOException {
        var command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(folder), program.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = process.inputReader(StandardCharsets.UTF_8);
        input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    /// Whether a program can be run here at all.
    static boolean has(String... command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The next line that it prints.
    String line() throws IOException {
        var line = output.readLine();
        if (line == null) {
            throw new IOException("the child has ended");
        }
        return line;
    }

    /// Sends a line and waits for the answer.
    String ask(String line) throws IOException {
        input.println(line);
        return line();
    }

    /// Waits for its end by itself.
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) { // a safety net
            throw new AssertionError("the child does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /// All classes that a server and its tests need, in files that stay open: loading another class later takes no
    /// descriptor.
    private static String classPath(Path folder) throws IOException {
        var jar = folder.resolve("child.jar");
        var path = new StringBuilder()
                .append(folder.resolve(FIRST))
                .append(File.pathSeparator)
                .append(jar);
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            var copied = new HashSet<String>();
            for (var each : List.of(Application.class, Transport.class, Warp.class, ChildJvm.class)) {
                var url = String.valueOf(each.getResource(each.getSimpleName() + ".class"));
                var root = url.substring(0, url.length() - each.getName().length() - ".class".length());
                if (root.startsWith("jar:")) { // of a build that packs before it tests
                    var packed = Path.of(URI.create(root.substring("jar:".length(), root.indexOf('!'))));
                    path.append(File.pathSeparator).append(packed);
                } else {
                    copy(Path.of(URI.create(root)), out, copied);
                }
            }
        }
        return path.toString();
    }

    private static void copy(Path root, JarOutputStream out, Set<String> copied) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = root.relativize(file).toString();
                if (name.endsWith(".class") && copied.add(name)) {
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(file, out);
                    out.closeEntry();
                }
            }
        }
    }
}
