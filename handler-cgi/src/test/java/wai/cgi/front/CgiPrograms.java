package wai.cgi.front;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import wai.Application;
import wai.cgi.Cgi;

/// Makes scripts that start a Java program as CGI, with an AOT cache that makes the start fast.
///
/// A web server may run them as another user, so everything lies in one folder that anybody may read.
///
/// The module `transport` is not packed: a process for each request has no connection to wait for, and loads nothing of
/// it.
public final class CgiPrograms {
    private final Path folder;
    private final Path jar;
    private final Path cache;
    private final Class<?> main;

    private CgiPrograms(Path folder, Class<?> main) {
        this.folder = folder;
        this.jar = folder.resolve("program.jar");
        this.cache = folder.resolve("program.aot");
        this.main = main;
    }

    /// Packs a main class of these tests and trains its cache by one request.
    ///
    /// @param folder where all of it is made
    /// @param more classes beside which lies what the program needs as well
    /// @param training the arguments of the program for that request
    public static CgiPrograms of(Path folder, Class<?> main, List<Class<?>> more, String... training)
            throws IOException, InterruptedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var programs = new CgiPrograms(folder, main);
        programs.pack(more);
        programs.train(training);
        return programs;
    }

    /// A script of that name that runs the program.
    public Path script(String name, String... arguments) throws IOException {
        var script = folder.resolve(name);
        var command = String.join(" ", command("-XX:AOTCache=" + cache, arguments));
        Files.writeString(script, "#!/bin/sh\nexec " + command + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> command(String option, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:CompileThresholdScaling=10",
                "-XX:-UsePerfData",
                "-XX:+UseSerialGC",
                "-Xlog:disable", // what the JVM says of its cache would be in the response
                option,
                "-cp",
                jar.toString(),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void train(String... arguments) throws IOException, InterruptedException {
        var log = folder.resolve("training.log");
        var builder = new ProcessBuilder(command("-XX:AOTCacheOutput=" + cache, arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "REQUEST_METHOD", "GET",
                        "REQUEST_URI", "/facts",
                        "SERVER_PROTOCOL", "HTTP/1.1",
                        "HTTP_HOST", "localhost"));
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("the training run of " + main + " failed:\n" + Files.readString(log));
        }
    }

    private void pack(List<Class<?>> more) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (var type : List.of(Application.class, Cgi.class, main)) {
                add(out, type);
            }
            for (var type : more) {
                add(out, type);
            }
        }
    }

    /// The classes beside which a class lies: in a folder or a jar, as the build pleases.
    private static void add(JarOutputStream out, Class<?> type) throws IOException {
        Path place;
        try {
            place = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        if (Files.isDirectory(place)) {
            try (var files = Files.walk(place)) {
                for (var file : files.filter(CgiPrograms::isClass).toList()) {
                    put(out, place.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
            return;
        }
        try (var packed = new JarFile(place.toFile())) {
            for (var entry : packed.stream()
                    .filter(each -> isClass(Path.of(each.getName())))
                    .toList()) {
                try (var in = packed.getInputStream(entry)) {
                    put(out, entry.getName(), in.readAllBytes());
                }
            }
        }
    }

    private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(bytes);
        out.closeEntry();
    }

    private static boolean isClass(Path file) {
        var name = file.getFileName();
        return name != null
                && name.toString().endsWith(".class")
                && !name.toString().equals("module-info.class");
    }
}
