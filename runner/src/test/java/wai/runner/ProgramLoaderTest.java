package wai.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;

class ProgramLoaderTest {
    private static final String EXPECTED =
            "expected a method \"Application app()\", or a class that implements wai.Application"
                    + " and has a constructor without parameters";

    @TempDir
    private Path folder;

    static Stream<Arguments> programs() {
        return Stream.of(
                Arguments.of("a method of a compact source file", """
                        import wai.*;
                        Application app() { return new Answer(); }
                        void main() {}
                        static class Answer implements Application {
                            public ResponseReceived handle(Request request, Respond respond) { throw new Error("me"); }
                        }
                        """),
                Arguments.of("a static method of a class", """
                        class P {
                            static wai.Application app() { return (request, respond) -> { throw new Error("me"); }; }
                        }
                        """),
                Arguments.of("a private method of a class with a private constructor", """
                        final class P {
                            private P() {}
                            private wai.Application app() { return (request, respond) -> { throw new Error("me"); }; }
                        }
                        """),
                Arguments.of("an inherited method", """
                        final class P extends Base {}
                        abstract class Base {
                            wai.Application app() { return (request, respond) -> { throw new Error("me"); }; }
                        }
                        """),
                Arguments.of("a class that implements Application, in a package", """
                        package some.where;
                        import wai.*;
                        record P() implements Application {
                            public ResponseReceived handle(Request request, Respond respond) { throw new Error("me"); }
                        }
                        """),
                Arguments.of("a static method that another class inherits", """
                        class P {
                            static wai.Application app() { return (request, respond) -> { throw new Error("me"); }; }
                        }
                        class Q extends P {}
                        """),
                Arguments.of("a second class, behind an abstract one", """
                        import wai.*;
                        abstract class A implements Application {}
                        class B extends A {
                            public ResponseReceived handle(Request request, Respond respond) { throw new Error("me"); }
                        }
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void findsTheApplicationIn(String name, String source) throws Exception {
        var file = Files.writeString(folder.resolve("P.java"), source);

        var application = load(file.toString());

        assertThat(isMine(application)).isTrue();
    }

    static Stream<Arguments> programsWithoutApplication() {
        return Stream.of(
                Arguments.of("no application", "class P {}", "FILE has no application: " + EXPECTED),
                Arguments.of(
                        "only an abstract one",
                        "abstract class P implements wai.Application {}",
                        "FILE has no application: " + EXPECTED),
                Arguments.of(
                        "app() of another type",
                        "class P { String app() { return \"\"; } }",
                        "FILE: app() returns java.lang.String, expected wai.Application"),
                Arguments.of(
                        "app() answers null",
                        "class P { wai.Application app() { return null; } }",
                        "FILE: app() returned null, expected an application"),
                Arguments.of(
                        "app() throws",
                        "class P {\n wai.Application app() {\n  throw new IllegalStateException(\"no database\"); } }",
                        "FILE failed before it could serve: java.lang.IllegalStateException: no database (P.java:3)"),
                Arguments.of(
                        "a static initializer throws",
                        "class P {\n static int x = 1 / 0;\n wai.Application app() { return null; } }",
                        "FILE failed before it could serve: java.lang.ArithmeticException: / by zero (P.java:2)"),
                Arguments.of(
                        "the constructor wants something",
                        "class P { P(int x) {} wai.Application app() { return null; } }",
                        "FILE: an instance of P cannot be made: " + EXPECTED),
                Arguments.of(
                        "two applications",
                        "class P { static wai.Application app() { return null; } }"
                                + " class Q { static wai.Application app() { return null; } }",
                        "FILE has several applications: P.app() and Q.app(); expected one"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programsWithoutApplication")
    void explains(String name, String source, String sentence) throws Exception {
        var file = Files.writeString(folder.resolve("P.java"), source);

        var failure = failure(file.toString());

        assertThat(failure.sentence()).isEqualTo(sentence.replace("FILE", file.toString()));
        assertThat(failure.exit()).isEqualTo(Exit.PROGRAM);
    }

    @Test
    void explainsAMissingFile() {
        var file = folder.resolve("Hullo.java").toString();

        assertThat(failure(file).sentence()).isEqualTo(file + " cannot be read: there is no such file");
    }

    @Test
    void explainsAFolder() throws Exception {
        var file = Files.createDirectory(folder.resolve("x.java")).toString();

        assertThat(failure(file).sentence()).isEqualTo(file + " cannot be read: it is no readable file");
    }

    @Test
    void explainsANameThatIsNone() {
        assertThat(failure("notes.txt/").sentence())
                .isEqualTo("notes.txt/: expected a .java file, a .jar file or the name of a class");
    }

    @Test
    void explainsAMissingClass() {
        assertThat(failure("no.such.Program").sentence())
                .isEqualTo("there is no class no.such.Program on the class path: name its folder or jar with"
                        + " --class-path");
    }

    @Test
    void explainsAMissingElementOfTheClassPath() {
        var missing = folder.resolve("lib.jar");

        var failure =
                catchThrowableOfType(Failure.class, () -> new ProgramLoader(List.of(missing)).load("some.Program"));

        assertThat(failure.sentence()).isEqualTo("--class-path: there is no " + missing);
    }

    @Test
    void usesFilesBesideTheProgram() throws Exception {
        var shop = Files.createDirectories(folder.resolve("com/shop"));
        Files.writeString(shop.resolve("Prices.java"), """
                package com.shop;
                class Prices {
                    static wai.Application list() { return (request, respond) -> { throw new Error("me"); }; }
                }
                """);
        var file = Files.writeString(shop.resolve("Shop.java"), """
                package com.shop;
                class Shop { wai.Application app() { return Prices.list(); } }
                """);

        var application = load(file.toString());

        assertThat(isMine(application)).isTrue();
    }

    @Test
    void doesNotTakeTheApplicationOfAFileBesideTheProgram() throws Exception {
        Files.writeString(
                folder.resolve("Other.java"), "class Other { static wai.Application app() { return null; } }");
        var file = Files.writeString(folder.resolve("P.java"), "class P { Other other; }");

        assertThat(failure(file.toString()).sentence()).isEqualTo(file + " has no application: " + EXPECTED);
    }

    @Test
    void hidesWhatModulesDoNotExport() throws Exception {
        var file = Files.writeString(folder.resolve("P.java"), "class P { wai.runner.Waiup app() { return null; } }");

        assertThat(failure(file.toString()).details())
                .startsWith(file + ":1:")
                .contains(": error: ", "package wai.runner");
    }

    @Test
    void loadsAClassFromTheClassPath() throws Exception {
        var classes = compiled("shop.Main");

        var program = new ProgramLoader(List.of(classes)).load("shop.Main");

        assertThat(isMine(program.application())).isTrue();
    }

    @Test
    void compilesAgainstTheClassPath() throws Exception {
        var classes = compiled("shop.Main");
        var file = Files.writeString(
                folder.resolve("P.java"), "class P { wai.Application app() { return new shop.Main().app(); } }");

        var program = new ProgramLoader(List.of(classes)).load(file.toString());

        assertThat(isMine(program.application())).isTrue();
    }

    @Test
    void prefersTheJarsApplicationToItsMainClass() throws Exception {
        var jar = jar(compiled("shop.Main"), "Wai-Application", "shop.Main", "Main-Class", "shop.Other");

        assertThat(isMine(load(jar.toString()))).isTrue();
    }

    @Test
    void takesTheMainClassOfAJar() throws Exception {
        var jar = jar(compiled("shop.Main"), "Main-Class", "shop.Main");

        assertThat(isMine(load(jar.toString()))).isTrue();
    }

    @Test
    void explainsAJarThatNamesNoClass() throws Exception {
        var jar = jar(compiled("shop.Main"));

        assertThat(failure(jar.toString()).sentence())
                .isEqualTo(jar + " names no class: expected Wai-Application or Main-Class in its manifest");
    }

    @Test
    void explainsAJarThatNamesAMissingClass() throws Exception {
        var jar = jar(compiled("shop.Main"), "Main-Class", "shop.Mian");

        assertThat(failure(jar.toString()).sentence()).isEqualTo("there is no class shop.Mian in " + jar);
    }

    @Test
    void explainsAFileThatIsNoJar() throws Exception {
        var jar = Files.writeString(folder.resolve("x.jar"), "no zip");

        assertThat(failure(jar.toString()).sentence()).startsWith(jar + " cannot be read as a jar: ");
    }

    private static Application load(String program) throws Failure {
        return new ProgramLoader(List.of()).load(program).application();
    }

    private static Failure failure(String program) {
        return catchThrowableOfType(Failure.class, () -> load(program));
    }

    /// Whether it is the application that throws `Error("me")`.
    private static boolean isMine(Application application) throws Exception {
        try {
            application.handle(wai.Request.builder("GET", "/").build(), _ -> {
                throw new AssertionError("the application answers");
            });
            return false;
        } catch (Error e) {
            return "me".equals(e.getMessage());
        }
    }

    /// A folder with a class of that name in it.
    private Path compiled(String className) throws IOException {
        int dot = className.lastIndexOf('.');
        var source = """
                package %s;
                public class %s {
                    public wai.Application app() { return (request, respond) -> { throw new Error("me"); }; }
                }
                """.formatted(className.substring(0, dot), className.substring(dot + 1));
        var sources = Files.createDirectories(folder.resolve("src"));
        var file = Files.writeString(sources.resolve(className.substring(dot + 1) + ".java"), source);
        var classes = Files.createDirectories(folder.resolve("classes"));
        var spec = Path.of(Application.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        var compiler = ToolProvider.getSystemJavaCompiler();

        int status = compiler.run(
                null, null, null, "-proc:none", "-cp", spec.toString(), "-d", classes.toString(), file.toString());

        assertThat(status).isZero();
        return classes;
    }

    private Path jar(Path classes, String... attributes) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        for (int i = 0; i < attributes.length; i += 2) {
            manifest.getMainAttributes().putValue(attributes[i], attributes[i + 1]);
        }
        var jar = folder.resolve("shop.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar;
    }
}
