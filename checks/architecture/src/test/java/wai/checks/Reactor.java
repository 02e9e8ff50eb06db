package wai.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The whole build as the rules see it: every module the parent POM lists, with its compiled main and test classes.
///
/// The methods that hand out classes fail when there are none, so that no rule passes because it saw nothing.
final class Reactor {
    static final String PARENT_POM = read(root().resolve("pom.xml"));
    static final List<SourceModule> MODULES = Pattern.compile("<module>([^<]+)</module>")
            .matcher(PARENT_POM)
            .results()
            .map(match -> match.group(1))
            .map(name -> new SourceModule(name, root().resolve(name)))
            .toList();

    private static final JavaClasses MAIN = classesIn(SourceModule::classes);
    private static final JavaClasses TESTS = classesIn(SourceModule::testClasses);
    private static final Map<String, SourceModule> OWNERS = owners();

    private Reactor() {}

    /// The main classes of all modules.
    static JavaClasses main() {
        assertEveryLibraryHasClasses();
        return MAIN;
    }

    /// The main classes of the libraries: of every module but `runner`, `examples`, `benchmarks` and the checks.
    static Collection<JavaClass> libraries() {
        return main().stream()
                .filter(type -> ownerOf(type).filter(SourceModule::isLibrary).isPresent())
                .toList();
    }

    /// The main classes of one package and those below it.
    static Collection<JavaClass> inside(String packageName) {
        var found = MAIN.stream().filter(type -> isInside(packageName, type)).toList();
        assertThat(found).as("classes in " + packageName).anyMatch(Reactor::isReal);
        return found;
    }

    static boolean isInside(String packageName, JavaClass type) {
        return (type.getPackageName() + ".").startsWith(packageName + ".");
    }

    /// The test classes of all modules.
    static JavaClasses tests() {
        for (var module : MODULES) {
            if (!module.javaFiles("src/test/java").isEmpty()) {
                assertThat(TESTS).as("test classes of " + module).anyMatch(type -> isFrom(module.testClasses(), type));
            }
        }
        assertThat(TESTS).isNotEmpty();
        return TESTS;
    }

    /// The module whose main or test code a class is; empty for the JDK and for libraries of others.
    static Optional<SourceModule> ownerOf(JavaClass type) {
        return Optional.ofNullable(OWNERS.get(type.getBaseComponentType().getName()));
    }

    static Stream<Dependency> dependencies(Collection<JavaClass> types) {
        return types.stream().flatMap(type -> type.getDirectDependenciesFromSelf().stream());
    }

    /// Fields read and written, methods and constructors called, and method references.
    static Stream<JavaAccess<?>> accesses(Collection<JavaClass> types) {
        return types.stream().flatMap(type -> type.getAccessesFromSelf().stream());
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Not the class file of a `package-info.java`.
    private static boolean isReal(JavaClass type) {
        return !type.getSimpleName().equals("package-info");
    }

    private static void assertEveryLibraryHasClasses() {
        assertThat(MODULES).filteredOn(SourceModule::isLibrary).isNotEmpty().allSatisfy(module -> assertThat(MAIN)
                .as("classes of " + module)
                .anyMatch(type -> isReal(type) && isFrom(module.classes(), type)));
    }

    private static Path root() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("verify"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder above this one holds the script verify");
    }

    private static JavaClasses classesIn(Function<SourceModule, Path> folder) {
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("jmh_generated"))
                .importPaths(
                        MODULES.stream().map(folder).filter(Files::isDirectory).toList());
    }

    private static Map<String, SourceModule> owners() {
        var owners = new HashMap<String, SourceModule>();
        for (var module : MODULES) {
            MAIN.stream()
                    .filter(type -> isFrom(module.classes(), type))
                    .forEach(type -> owners.put(type.getName(), module));
            TESTS.stream()
                    .filter(type -> isFrom(module.testClasses(), type))
                    .forEach(type -> owners.put(type.getName(), module));
        }
        return Map.copyOf(owners);
    }

    private static boolean isFrom(Path folder, JavaClass type) {
        return type.getSource()
                .filter(source -> Path.of(source.getUri()).startsWith(folder))
                .isPresent();
    }
}
