package wai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What the contract makes impossible to compile.
class CompileTest {
    private static final String RIGHT_APPLICATION = """
            import wai.*;

            final class App {
                static final Application APP = (request, respond) -> {
                    if (request.method().equals("GET")) {
                        return respond.with(Response.text(Status.OK, "hello"));
                    }
                    return respond.with(Response.text(Status.METHOD_NOT_ALLOWED, "GET only"));
                };
            }
            """;

    private static final String RIGHT_SWITCH = """
            import wai.*;

            final class App {
                static String kind(Body body) {
                    return switch (body) {
                        case Bytes bytes -> "bytes";
                        case Body.File file -> "file";
                        case Body.Stream stream -> "stream";
                        case Body.Raw raw -> "raw";
                    };
                }
            }
            """;

    static Stream<Arguments> wrongs() {
        return Stream.of(
                wrong(
                        "a forgotten branch",
                        RIGHT_APPLICATION.replace("return respond.with(Response.text(Status.METHOD", "//"),
                        "compiler.err.prob.found.req"),
                wrong(
                        "an answer without its token",
                        RIGHT_APPLICATION.replace("return respond", "respond"),
                        "compiler.err.prob.found.req"),
                wrong(
                        "a missing kind of body",
                        RIGHT_SWITCH.replace("case Body.Raw raw -> \"raw\";", ""),
                        "compiler.err.not.exhaustive"),
                wrong(
                        "a token of one's own",
                        "final class App { Object token = new wai.ResponseReceived(); }",
                        "compiler.err.report.access"),
                wrong(
                        "an anonymous token",
                        "final class App { Object token = new wai.ResponseReceived() {}; }",
                        "compiler.err.report.access"),
                wrong(
                        "a subclass of the token",
                        "final class App extends wai.ResponseReceived {}",
                        "compiler.err.cant.inherit.from.final"),
                wrong(
                        "a body of one's own",
                        "final class App implements wai.Body {}",
                        "compiler.err.cant.inherit.from.sealed"),
                wrong(
                        "bytes of one's own",
                        "abstract class App extends wai.Bytes {}",
                        "compiler.err.cant.inherit.from.sealed"),
                wrong("a source of tokens that is asked from outside", """
                        final class App extends wai.ResponseReceived.Source {
                            static Object steal(wai.spi.Exchange exchange) { return exchange.token(); }
                        }
                        """, "compiler.err.report.access"),
                wrong(
                        "a value behind a key of another type",
                        "final class App { Object v = wai.Vault.EMPTY.with(wai.Key.<String>named(\"k\"), 1); }",
                        "compiler.err.cant.apply.symbol"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongs")
    void doesNotCompile(String what, String source, String code) {
        var errors = compile(source);

        assertThat(errors).isNotEmpty().first().asString().startsWith(code);
    }

    @Test
    void theSamePieceWithoutTheMistakeCompiles() {
        assertThat(compile(RIGHT_APPLICATION)).isEmpty();
        assertThat(compile(RIGHT_SWITCH)).isEmpty();
    }

    /// The codes of the errors, which have no locale.
    private static List<String> compile(String source) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        var options = List.of(
                "-proc:none",
                "-XDshould-stop.ifNoError=FLOW",
                "--module-path",
                contract(),
                "--add-modules",
                "wai.spec");

        var done = compiler.getTask(
                        new StringWriter(),
                        new Discarding(compiler.getStandardFileManager(diagnostics, Locale.ROOT, null)),
                        diagnostics,
                        options,
                        null,
                        List.of(new Source(source)))
                .call();

        var errors = diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(Diagnostic::getCode)
                .toList();
        assertThat(done).isEqualTo(errors.isEmpty());
        return errors;
    }

    private static String contract() {
        try {
            return Path.of(Body.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Arguments wrong(String what, String source, String code) {
        return Arguments.of(what, source, code);
    }

    /// A source in memory.
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///App.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /// Writes no class files.
    private static final class Discarding extends ForwardingJavaFileManager<JavaFileManager> {
        Discarding(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("discarded:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return OutputStream.nullOutputStream();
                }
            };
        }
    }
}
