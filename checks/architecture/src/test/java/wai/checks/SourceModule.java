package wai.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One module of the build.
///
/// @param name as the parent POM lists it, `handler-warp`
/// @param folder where its POM is
record SourceModule(String name, Path folder) {
    private static final Set<String> LEAVES = Set.of("runner", "examples", "benchmarks");

    /// May use everything, and nothing uses it.
    boolean isLeaf() {
        return LEAVES.contains(name) || name.startsWith("examples/");
    }

    boolean isCheck() {
        return name.startsWith("checks/");
    }

    /// Depends on the specification, and on what ModuleRulesTest lists beside it.
    boolean isLibrary() {
        return !isLeaf() && !isCheck();
    }

    Path classes() {
        return folder.resolve("target/classes");
    }

    Path testClasses() {
        return folder.resolve("target/test-classes");
    }

    Path sources() {
        return folder.resolve("src/main/java");
    }

    boolean hasDescriptor() {
        return Files.exists(classes().resolve("module-info.class"));
    }

    Set<String> exportedPackages() {
        try (var in = Files.newInputStream(classes().resolve("module-info.class"))) {
            return ModuleDescriptor.read(in).exports().stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Path> javaFiles(String sourceFolder) {
        var start = folder.resolve(sourceFolder);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (var files = Files.walk(start)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
