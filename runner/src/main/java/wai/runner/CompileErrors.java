package wai.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/// Shows compile errors as `file:line:column`, with the line and a caret below the place:
///
/// ```text
/// Shop.java:7:16: error: cannot find symbol
///         return respnd.with(page);
///                ^
///   symbol:   variable respnd
/// ```
final class CompileErrors {
    private static final String NO_MAIN = "compiler.err.implicit.class.does.not.have.main.method";

    private CompileErrors() {}

    /// The failure that shows all errors.
    ///
    /// @param file the file to compile, named as the user named it
    /// @param diagnostics what the compiler said
    static Failure failure(Path file, List<? extends Diagnostic<? extends JavaFileObject>> diagnostics) {
        var errors = diagnostics.stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .toList();
        var count = errors.size() + (errors.size() == 1 ? " error" : " errors");
        var details = errors.stream().map(error -> describe(file, error)).collect(Collectors.joining());
        return new Failure(Exit.PROGRAM, file + " does not compile: " + count, details);
    }

    private static String describe(Path file, Diagnostic<? extends JavaFileObject> error) {
        var message = error.getMessage(Locale.ENGLISH).lines().toList();
        var text = new StringBuilder();
        var source = error.getSource();
        if (source != null) {
            text.append(name(file, source)).append(':');
        }
        if (source != null && error.getLineNumber() != Diagnostic.NOPOS) {
            text.append(error.getLineNumber())
                    .append(':')
                    .append(offset(source, error) + 1)
                    .append(':');
        }
        text.append(text.isEmpty() ? "error: " : " error: ")
                .append(message.getFirst())
                .append('\n');
        if (source != null && error.getLineNumber() != Diagnostic.NOPOS) {
            appendPlace(text, line(source, error.getLineNumber()), offset(source, error));
        }
        message.stream().skip(1).forEach(more -> text.append(more).append('\n'));
        if (NO_MAIN.equals(error.getCode())) {
            text.append("  add: void main() throws Exception { wai.warp.Warp.run(8080, app()); }\n");
        }
        return text.toString();
    }

    private static void appendPlace(StringBuilder text, String line, int offset) {
        text.append(line).append('\n');
        // a tab stays a tab, so that the caret stands below its character whatever the terminal makes of it
        line.chars().limit(offset).forEach(c -> text.append(c == '\t' ? '\t' : ' '));
        text.append("^\n");
    }

    private static String name(Path file, JavaFileObject source) {
        var path = Path.of(source.toUri());
        try {
            if (Files.isSameFile(path, file)) {
                return file.toString();
            }
        } catch (IOException _) {
            // a file that went away is still named below
        }
        var here = Path.of("").toAbsolutePath();
        return (path.startsWith(here) ? here.relativize(path) : path).toString();
    }

    private static String line(JavaFileObject source, long number) {
        return content(source).lines().skip(number - 1).findFirst().orElse("");
    }

    /// How many characters stand before the place in its line; the compiler's own column counts a tab as up to eight.
    private static int offset(JavaFileObject source, Diagnostic<?> error) {
        var content = content(source);
        int position = (int) Math.min(error.getPosition(), content.length());
        int lineFeed = content.lastIndexOf('\n', position - 1);
        return position - lineFeed - 1;
    }

    private static String content(JavaFileObject source) {
        try {
            return source.getCharContent(true).toString();
        } catch (IOException _) {
            return ""; // the message alone must do
        }
    }
}
