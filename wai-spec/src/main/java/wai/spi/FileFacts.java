package wai.spi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a handler must know of a file before it sends it. Immutable; a handler that keeps the facts of a file keeps
/// what was derived from them too.
public final class FileFacts {
    /// In bytes; no usual system takes a longer path, name, or chain of links.
    private static final int LONGEST_PATH = 4095;

    private static final int LONGEST_NAME = 255;
    private static final int MOST_LINKS = 40;

    private final long size;
    private final Instant modified;
    /// Made when first asked for. Threads that race make equal ones.
    private @Nullable DerivedValidators settled;

    /// Facts that a handler knows.
    ///
    /// @param size the length in bytes, 0 or more
    /// @param modified when the content last changed, as precisely as the file system tells; 1970-01-01T00:00:00Z when
    ///     it does not tell
    /// @throws IllegalArgumentException when the size is negative
    public FileFacts(long size, Instant modified) {
        if (size < 0) {
            throw new IllegalArgumentException("file size " + size + ": expected 0 or more");
        }
        this.size = size;
        this.modified = requireNonNull(modified, "modified");
    }

    /// Asks the file system.
    ///
    /// @param path the file; symbolic links are followed
    /// @return the facts; empty when there is no such file, there can be none (a name on the way is a file, too long,
    ///     or a link in a circle), it is no regular file, or it may not be read
    /// @throws IOException when the file system fails
    public static Optional<FileFacts> of(Path path) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile() && Files.isReadable(path)
                    ? Optional.of(new FileFacts(
                            attributes.size(), attributes.lastModifiedTime().toInstant()))
                    : Optional.empty();
        } catch (NoSuchFileException | AccessDeniedException _) {
            return Optional.empty(); // the answer is 404 either way
        } catch (FileSystemException failure) {
            return refused(path, failure);
        }
    }

    /// The length of the file.
    ///
    /// @return bytes, 0 or more
    public long size() {
        return size;
    }

    /// When the content last changed, as precisely as the file system tells.
    ///
    /// @return the moment; 1970-01-01T00:00:00Z when the file system does not tell
    public Instant modified() {
        return modified;
    }

    /// The validators of a file that has rested long enough by now, so that they do not depend on the present.
    DerivedValidators settled() {
        var known = settled;
        if (known == null) {
            settled = known = DerivedValidators.settled(this);
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileFacts that && size == that.size && modified.equals(that.modified);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(size) + modified.hashCode();
    }

    @Override
    public String toString() {
        return "FileFacts[size=" + size + ", modified=" + modified + "]";
    }

    /// No facts when the path cannot lead to a file; throws when that does not explain the failure.
    static Optional<FileFacts> refused(Path path, FileSystemException failure) throws IOException {
        if (leadsNowhere(path.toAbsolutePath())) {
            return Optional.empty();
        }
        throw failure;
    }

    /// Whether a path that the file system refused cannot lead to a file. Java has no exception types for these
    /// reasons, and their texts depend on system and language; so the names on the way are looked at one by one.
    private static boolean leadsNowhere(Path path) throws IOException {
        int links = 0;
        var at = path;
        for (var parent = at.getParent(); parent != null; parent = at.getParent()) {
            if (encodedLength(at) > LONGEST_PATH || encodedLength(at.getFileName()) > LONGEST_NAME) {
                return true;
            }
            try {
                if (!Files.readAttributes(parent, BasicFileAttributes.class).isDirectory()) {
                    return true;
                }
                if (!Files.isSymbolicLink(at)) {
                    return false;
                }
                if (++links > MOST_LINKS) {
                    return true;
                }
                at = at.resolveSibling(Files.readSymbolicLink(at));
            } catch (NoSuchFileException | AccessDeniedException _) {
                return true;
            } catch (FileSystemException _) {
                at = parent; // the reason lies further up
            }
        }
        return false;
    }

    private static int encodedLength(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
