package wai.runner;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import wai.Application;

/// From the program's name on the command line to its application: a Java file, a jar, or a class of the class path.
final class ProgramLoader {
    private static final Attributes.Name WAI_APPLICATION = new Attributes.Name("Wai-Application");

    /// A program that is ready to serve.
    ///
    /// @param application what answers
    /// @param loader the loader of its classes
    record Program(Application application, ClassLoader loader) {}

    private final List<Path> classPath;

    /// A loader.
    ///
    /// @param classPath folders and jars of `--class-path`
    ProgramLoader(List<Path> classPath) {
        this.classPath = List.copyOf(classPath);
    }

    /// Loads a program and makes its application.
    ///
    /// @param name a path that ends in `.java` or `.jar`, or the name of a class
    /// @throws Failure of [Exit#PROGRAM] that says what is missing or wrong
    Program load(String name) throws Failure {
        for (var element : classPath) {
            if (!Files.exists(element)) {
                throw new Failure(Exit.PROGRAM, "--class-path: there is no " + element);
            }
        }
        if (name.endsWith(".java")) {
            return fromSource(existing(name));
        }
        if (name.endsWith(".jar")) {
            return fromJar(existing(name));
        }
        if (!isClassName(name)) {
            throw new Failure(Exit.PROGRAM, name + ": expected a .java file, a .jar file or the name of a class");
        }
        return fromClass(name, name, loader(classPath.stream()));
    }

    private Program fromSource(Path file) throws Failure {
        var compiled = new MemoryCompiler(classPath, loader(classPath.stream())).compile(file);
        var classes = new ArrayList<Class<?>>();
        for (var name : compiled.names()) {
            var type = load(name, file.toString(), compiled.loader());
            if (type.getEnclosingClass() == null) {
                classes.add(type);
            }
        }
        return new Program(new ApplicationFinder(file.toString()).find(classes), compiled.loader());
    }

    private Program fromJar(Path file) throws Failure {
        try (var jar = new JarFile(file.toFile())) {
            var manifest = jar.getManifest();
            var attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
            var named = attributes.getValue(WAI_APPLICATION);
            var main = named == null ? attributes.getValue(Attributes.Name.MAIN_CLASS) : named;
            if (main == null) {
                throw new Failure(
                        Exit.PROGRAM, file + " names no class: expected Wai-Application or Main-Class in its manifest");
            }
            return fromClass(main.strip(), file.toString(), loader(Stream.concat(Stream.of(file), classPath.stream())));
        } catch (IOException e) {
            throw new Failure(Exit.PROGRAM, file + " cannot be read as a jar: " + e.getMessage(), e);
        }
    }

    private static Program fromClass(String className, String program, ClassLoader loader) throws Failure {
        return new Program(new ApplicationFinder(program).find(List.of(load(className, program, loader))), loader);
    }

    /// Loads a class without running its static initializers: those belong to the application's making.
    private static Class<?> load(String className, String program, ClassLoader loader) throws Failure {
        try {
            return Class.forName(className, false, loader);
        } catch (ClassNotFoundException e) {
            var where = className.equals(program)
                    ? "on the class path: name its folder or jar with --class-path"
                    : "in " + program;
            throw new Failure(Exit.PROGRAM, "there is no class " + className + " " + where, e);
        } catch (LinkageError e) {
            throw new Failure(Exit.PROGRAM, program + " cannot be loaded: " + e, e);
        }
    }

    private static Path existing(String name) throws Failure {
        try {
            var path = Path.of(name);
            if (Files.isRegularFile(path) && Files.isReadable(path)) {
                return path;
            }
            var seen = Files.exists(path) ? "it is no readable file" : "there is no such file";
            throw new Failure(Exit.PROGRAM, name + " cannot be read: " + seen);
        } catch (InvalidPathException e) {
            throw new Failure(Exit.PROGRAM, name + " is no path: " + e.getReason(), e);
        }
    }

    private static boolean isClassName(String name) {
        return Stream.of(name.split("\\.", -1))
                .allMatch(part -> !part.isEmpty()
                        && Character.isJavaIdentifierStart(part.charAt(0))
                        && part.chars().allMatch(Character::isJavaIdentifierPart));
    }

    private static ClassLoader loader(Stream<Path> elements) throws Failure {
        var urls = new ArrayList<URL>();
        for (var element : elements.toList()) {
            try {
                urls.add(element.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new Failure(Exit.PROGRAM, element + " cannot be on a class path: " + e.getMessage(), e);
            }
        }
        var parent = ProgramLoader.class.getClassLoader();
        return urls.isEmpty() ? parent : new URLClassLoader(urls.toArray(URL[]::new), parent);
    }
}
