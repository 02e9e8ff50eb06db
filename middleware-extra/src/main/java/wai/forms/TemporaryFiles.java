package wai.forms;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Keeps small files in memory and others in temporary files.
final class TemporaryFiles implements FileStore {
    private final Path folder;
    private final int memory;

    TemporaryFiles(Path folder, int memory) {
        if (memory < 0) {
            throw new IllegalArgumentException("files of " + memory + " bytes in memory: expected 0 or more");
        }
        this.folder = requireNonNull(folder, "folder");
        this.memory = memory;
    }

    @Override
    public StoredFile store(FormPart part) throws IOException {
        var content = part.content();
        var beginning = content.readNBytes(memory);
        var next = content.readNBytes(1);
        if (next.length == 0) {
            return new MemoryFile(beginning);
        }
        var file = Files.createTempFile(folder, "wai-form-", ".tmp");
        try (var out = Files.newOutputStream(file)) {
            out.write(beginning);
            out.write(next);
            return new TemporaryFile(file, beginning.length + next.length + content.transferTo(out));
        } catch (Throwable t) {
            delete(file, t);
            throw t;
        }
    }

    private static void delete(Path file, Throwable thrown) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            thrown.addSuppressed(e);
        }
    }
}
