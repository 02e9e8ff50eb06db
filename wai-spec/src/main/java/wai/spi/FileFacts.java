package wai.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/// What a handler must know of a file before it sends it.
///
/// @param size its length in bytes
/// @param modified when its content last changed, as precisely as the file system tells
public record FileFacts(long size, Instant modified) {
    /// Asks the file system.
    ///
    /// @param path the file; symbolic links are followed
    /// @return the facts; empty when there is no such file, it is no regular file, or it may not be read
    /// @throws IOException when the file system fails
    public static Optional<FileFacts> of(Path path) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile() && Files.isReadable(path)
                    ? Optional.of(new FileFacts(
                            attributes.size(), attributes.lastModifiedTime().toInstant()))
                    : Optional.empty();
        } catch (NoSuchFileException | java.nio.file.AccessDeniedException _) {
            return Optional.empty(); // the answer is 404 either way
        }
    }
}
