package wai.forms;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The content of a file of a form, wherever a [FileStore] put it.
///
/// Implement it for a store of your own; then [FormFile#stored()] is yours.
public interface StoredFile extends Closeable {
    /// How large the file is.
    ///
    /// @return bytes
    long size();

    /// Opens the content; each stream begins at its beginning.
    ///
    /// @return a stream for the caller to close
    /// @throws IOException when it cannot be read
    InputStream open() throws IOException;

    /// Puts the content into a file that stays.
    ///
    /// @param target where to; must not exist
    /// @throws FileAlreadyExistsException when it exists
    /// @throws IOException when it cannot be written
    default void saveTo(Path target) throws IOException {
        try (var content = open()) {
            Files.copy(content, target);
        }
    }

    /// Gives up what the form holds, a temporary file for example; called once, when the form is closed.
    ///
    /// @throws IOException when that fails
    @Override
    void close() throws IOException;
}
