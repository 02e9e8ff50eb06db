package wai.runner;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Compiles one Java file, and the files beside it that it uses, without writing a class file.
///
/// The code sees what this JVM sees: its modules by their exports, its class path, and the entries of `--class-path`.
final class MemoryCompiler {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");

    /// What a compilation made.
    ///
    /// @param loader loads the classes
    /// @param names the binary names of the classes that stand in the file itself, in its order
    record Compiled(ClassLoader loader, List<String> names) {}

    private final List<Path> classPath;
    private final ClassLoader parent;

    /// A compiler.
    ///
    /// @param classPath folders and jars of `--class-path`
    /// @param parent loads them, and everything of this JVM
    MemoryCompiler(List<Path> classPath, ClassLoader parent) {
        this.classPath = classPath;
        this.parent = parent;
    }

    /// Compiles a file.
    ///
    /// @param file a readable file in UTF-8
    /// @return the classes
    /// @throws Failure of [Exit#PROGRAM] with the compiler's errors
    Compiled compile(Path file) throws Failure {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new Failure(
                    Exit.PROGRAM,
                    "this Java has no compiler: " + System.getProperty("java.home")
                            + " is no JDK; set JAVA_HOME to one");
        }
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        try (var standard = compiler.getStandardFileManager(diagnostics, Locale.ROOT, StandardCharsets.UTF_8);
                var files = new MemoryFiles(standard, file)) {
            var sources = standard.getJavaFileObjects(file);
            var task = compiler.getTask(null, files, diagnostics, options(file), null, sources);
            if (!task.call()) {
                throw CompileErrors.failure(file, diagnostics.getDiagnostics());
            }
            return new Compiled(files.loader(parent), List.copyOf(files.ownClasses));
        } catch (IOException e) {
            throw new Failure(Exit.PROGRAM, file + " cannot be compiled: " + e.getMessage(), e);
        }
    }

    private List<String> options(Path file) throws IOException {
        var options = new ArrayList<>(List.of("-proc:none", "-g", "-parameters", "-nowarn", "-Xlint:none"));
        options.addAll(List.of("-sourcepath", sourceRoot(file).toString()));
        options.addAll(List.of("-classpath", joined(Stream.concat(classPath.stream(), classPathOfThisJvm()))));
        var modules = joined(modulesOfThisJvm());
        if (!modules.isEmpty()) {
            options.addAll(List.of("--module-path", modules, "--add-modules", "ALL-MODULE-PATH"));
        }
        return options;
    }

    /// The folder below which the file's package begins.
    private static Path sourceRoot(Path file) throws IOException {
        var folder = file.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new IOException(file + " is no file");
        }
        var declared = PACKAGE.matcher(Files.readString(file));
        var inside = declared.find() ? Path.of(declared.group(1).replace('.', '/')) : Path.of("");
        var root = folder;
        if (!inside.toString().isEmpty() && folder.endsWith(inside)) {
            for (int i = 0; i < inside.getNameCount() && root != null; i++) {
                root = root.getParent();
            }
        }
        return root == null ? folder : root;
    }

    /// Not the empty elements: to javac they mean the current folder.
    private static Stream<Path> classPathOfThisJvm() {
        return Stream.of(System.getProperty("java.class.path", "").split(Pattern.quote(File.pathSeparator), -1))
                .filter(element -> !element.isEmpty())
                .map(Path::of);
    }

    private static Stream<Path> modulesOfThisJvm() {
        return ModuleLayer.boot().configuration().modules().stream()
                .flatMap(module -> module.reference().location().stream())
                .filter(location -> "file".equals(location.getScheme()))
                .map(Path::of);
    }

    private static String joined(Stream<Path> paths) {
        return String.join(File.pathSeparator, paths.map(Path::toString).toList());
    }

    /// Keeps the classes, and remembers which of them stand in the file itself and not in one beside it.
    private static final class MemoryFiles extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Path file;
        private final Map<String, MemoryClass> classes = new HashMap<>();
        private final Set<String> ownClasses = new LinkedHashSet<>();

        MemoryFiles(StandardJavaFileManager files, Path file) {
            super(files);
            this.file = file;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String name, JavaFileObject.Kind kind, @Nullable FileObject source) {
            var made = new MemoryClass(name);
            classes.put(name, made);
            if (source != null && isFile(source)) {
                ownClasses.add(name);
            }
            return made;
        }

        ClassLoader loader(ClassLoader parent) {
            var bytes = new HashMap<String, byte[]>();
            classes.forEach((name, made) -> bytes.put(name, made.bytes.toByteArray()));
            return new MemoryClassLoader(parent, Map.copyOf(bytes));
        }

        private boolean isFile(FileObject source) {
            try {
                return Files.isSameFile(Path.of(source.toUri()), file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class MemoryClass extends SimpleJavaFileObject {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        MemoryClass(String name) {
            super(URI.create("memory:/" + name.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    private static final class MemoryClassLoader extends ClassLoader {
        private final Map<String, byte[]> classes;

        MemoryClassLoader(ClassLoader parent, Map<String, byte[]> classes) {
            super("program", parent);
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            var bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
