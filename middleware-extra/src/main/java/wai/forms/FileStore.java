package wai.forms;

import java.io.IOException;
import java.nio.file.Path;

/// Where the files of a form go while it is read.
///
/// {@snippet file="wai/forms/FormsGuide.java" region="file-store"}
@FunctionalInterface
public interface FileStore {
    /// Reads the content of a file, and keeps it.
    ///
    /// @param part the file; to be read to its end
    /// @return what was kept; the form closes it
    /// @throws IOException when the client leaves, a limit is passed ([FormException]), or it cannot be kept; what was
    ///     begun is the store's to remove
    StoredFile store(FormPart part) throws IOException;

    /// Keeps files in memory. [FormLimits#totalFileBytes()] is what one request may take of it.
    ///
    /// @return the store
    static FileStore memory() {
        return part -> new MemoryFile(part.content().readAllBytes());
    }

    /// Keeps small files in memory, and others in temporary files that only the owner of the process can read. They
    /// are deleted when the form is closed, and when reading it fails.
    ///
    /// @param folder where temporary files are made
    /// @param memory the largest file that stays in memory, in bytes; 0 or more
    /// @return the store
    /// @throws IllegalArgumentException when the number is negative
    static FileStore temporary(Path folder, int memory) {
        return new TemporaryFiles(folder, memory);
    }
}
