package wai.tck;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the JUnit base class leaves what it saw, for pages about several handlers.
final class ResultFiles {
    /// The system property that names the folder; empty for none.
    static final String FOLDER = "wai.tck.results";

    /// How the names of recordings end.
    static final String RECORDING = ".recording.json";

    private ResultFiles() {}

    /// The folder: what the property says, else `tck` in the folder for built things of Maven or Gradle, if there is
    /// one.
    static Optional<Path> folder() {
        var set = System.getProperty(FOLDER);
        if (set != null) {
            return set.isEmpty() ? Optional.empty() : Optional.of(Path.of(set));
        }
        return Stream.of("target", "build")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .map(built -> built.resolve("tck"));
    }

    /// The file of a handler's results.
    static Path results(Path folder, String handler) {
        return folder.resolve(safe(handler) + ".json");
    }

    /// The file of a handler's recording.
    static Path recording(Path folder, String handler) {
        return folder.resolve(safe(handler) + RECORDING);
    }

    private static String safe(String handler) {
        return handler.replaceAll("[^\\w.,+() -]", "_");
    }
}
