package wai.forms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of a form in a temporary file; once it was saved, in the file that stays.
final class TemporaryFile implements StoredFile {
    private final long size;
    private Path path;
    private boolean stays;

    TemporaryFile(Path path, long size) {
        this.path = path;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        return Files.newInputStream(path);
    }

    /// Moves the file the first time, copies it afterwards.
    @Override
    public void saveTo(Path target) throws IOException {
        if (stays) {
            Files.copy(path, target);
            return;
        }
        Files.move(path, target);
        path = target;
        stays = true;
    }

    @Override
    public void close() throws IOException {
        if (!stays) {
            Files.deleteIfExists(path);
        }
    }
}
