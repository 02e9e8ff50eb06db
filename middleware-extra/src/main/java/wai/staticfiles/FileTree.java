package wai.staticfiles;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;

/// Where static files come from. Implement it for a store of your own.
///
/// Paths are decoded segments. [StaticFiles] has looked at them: none is empty, `.` or `..`, or has a slash, a
/// backslash or a control character in it.
public interface FileTree {
    /// What is at a path.
    ///
    /// @param path the segments; none for the root
    /// @return the file or folder; empty when there is nothing, or nothing that may be shown
    /// @throws IOException when that cannot be found out
    Optional<Entry> find(List<String> path) throws IOException;

    /// What is in a folder, for a listing.
    ///
    /// @param path the segments of a folder
    /// @return its entries in any order; empty when the tree cannot tell
    /// @throws IOException when the folder cannot be read
    List<Child> children(List<String> path) throws IOException;

    /// The files of a folder of the file system. Symbolic links are followed as long as they stay inside.
    ///
    /// @param root the folder
    /// @return the tree
    static FileTree folder(Path root) {
        return folder(root, SymbolicLinks.INSIDE);
    }

    /// The files of a folder of the file system.
    ///
    /// @param root the folder; may itself be a link
    /// @param links which symbolic links are followed
    /// @return the tree
    static FileTree folder(Path root, SymbolicLinks links) {
        return new FolderTree(root, links);
    }

    /// The files of a folder of the class path, be it in jars or not. There is no listing of them.
    ///
    /// {@snippet file="wai/staticfiles/StaticFilesGuide.java" region="resources"}
    ///
    /// @param finder finds a resource by its absolute name; `getResource` of a class in the same module as the files
    /// @param folder the absolute name of the folder
    /// @return the tree
    static FileTree resources(Function<String, @Nullable URL> finder, String folder) {
        return new ResourceTree(finder, folder);
    }

    /// Files in memory.
    ///
    /// @param files contents by paths like `css/style.css`
    /// @return the tree
    /// @throws IllegalArgumentException when a path is none
    static FileTree embedded(Map<String, Bytes> files) {
        return new EmbeddedTree(files);
    }

    /// Something that was found.
    sealed interface Entry permits Folder, DiskFile, Content {}

    /// A folder.
    record Folder() implements Entry {}

    /// A file of the file system, which the handler sends with ranges and conditions.
    ///
    /// @param path where it is, with all links resolved; of [#folder], one that follows no link below the root when it
    ///     is opened, unless all links are followed
    /// @param modified when it was changed
    record DiskFile(Path path, Instant modified) implements Entry {
        /// Checks that both are there.
        public DiskFile {
            requireNonNull(path, "path");
            requireNonNull(modified, "modified");
        }
    }

    /// A file that is not in the file system. It is sent with ranges, and with conditions where there is a tag or time.
    ///
    /// @param body its bytes, or a stream of them
    /// @param size how many bytes
    /// @param etag a strong entity tag, with its quotation marks; null for none
    /// @param modified when it was changed; null when nobody knows
    record Content(
            Body body,
            long size,
            @Nullable String etag,
            @Nullable Instant modified) implements Entry {
        /// Checks that the body is bytes or a stream.
        ///
        /// @throws IllegalArgumentException when the body is something else, or the size negative
        public Content {
            if (!(body instanceof Bytes || body instanceof Body.Stream) || size < 0) {
                throw new IllegalArgumentException(
                        "content " + body + " of " + size + " bytes: expected bytes or a stream, and 0 bytes or more");
            }
        }
    }

    /// A line of a listing.
    ///
    /// @param name one segment
    /// @param isFolder whether it is a folder
    /// @param size in bytes; 0 for a folder
    /// @param modified when it was changed; null when nobody knows
    record Child(
            String name,
            boolean isFolder,
            long size,
            @Nullable Instant modified) {
        /// Checks that there is a name.
        public Child {
            requireNonNull(name, "name");
        }
    }
}
