package wai.staticfiles;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.guarded.GuardedFolder;

/// The files of a folder of the file system.
///
/// Every segment on the way is looked at without following links. Where one is a link, the whole path is resolved and
/// compared with the root, so that nothing depends on how names are spelt. The handler gets the resolved path, as one
/// of a [GuardedFolder]: a link that is put there after the look is not followed.
final class FolderTree implements FileTree {
    private final Path root;
    private final SymbolicLinks links;

    FolderTree(Path root, SymbolicLinks links) {
        this.root = requireNonNull(root, "root").toAbsolutePath().normalize();
        this.links = requireNonNull(links, "links");
    }

    @Override
    public Optional<Entry> find(List<String> path) throws IOException {
        var found = located(path);
        if (found == null) {
            return Optional.empty();
        }
        var attributes = found.attributes();
        if (attributes.isDirectory()) {
            return Optional.of(new Folder());
        }
        return attributes.isRegularFile()
                ? Optional.of(
                        new DiskFile(found.path(), attributes.lastModifiedTime().toInstant()))
                : Optional.empty(); // a pipe or a device
    }

    @Override
    public List<Child> children(List<String> path) throws IOException {
        var found = located(path);
        if (found == null) {
            return List.of();
        }
        var children = new ArrayList<Child>();
        try (var names = Files.newDirectoryStream(found.path())) {
            for (var child : names) {
                var name = String.valueOf(child.getFileName());
                var below = new ArrayList<>(path);
                below.add(name);
                var entry = located(below);
                if (entry != null) {
                    children.add(child(name, entry.attributes()));
                }
            }
        } catch (AccessDeniedException | NoSuchFileException _) {
            return List.of(); // not for us, so not for anybody; or another thing by now
        }
        return children;
    }

    private static Child child(String name, BasicFileAttributes attributes) {
        boolean isFolder = attributes.isDirectory();
        return new Child(
                name,
                isFolder,
                isFolder ? 0 : attributes.size(),
                attributes.lastModifiedTime().toInstant());
    }

    /// Whether a path that was found may be used again without another look: it leads through no link that was not
    /// there then, or links are of no account.
    boolean lasts(Path path) {
        return links == SymbolicLinks.FOLLOWED || GuardedFolder.guards(path);
    }

    /// Something that exists and may be shown, or null.
    private @Nullable Located located(List<String> segments) throws IOException {
        try {
            if (segments.isEmpty()) {
                return new Located(root, Files.readAttributes(root, BasicFileAttributes.class));
            }
            var path = root;
            BasicFileAttributes attributes = null;
            for (var segment : segments) {
                path = path.resolve(segment);
                attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
                if (attributes.isSymbolicLink()) {
                    return links == SymbolicLinks.REFUSED ? null : resolved(segments);
                }
            }
            return new Located(guarded(root, path), requireNonNull(attributes));
        } catch (FileSystemException | InvalidPathException _) {
            return null; // there is none, or not for us, or the name is none
        }
    }

    private @Nullable Located resolved(List<String> segments) throws IOException {
        var path = root;
        for (var segment : segments) {
            path = path.resolve(segment);
        }
        var real = path.toRealPath();
        var realRoot = root.toRealPath();
        return links == SymbolicLinks.FOLLOWED || real.startsWith(realRoot)
                ? new Located(
                        guarded(realRoot, real), Files.readAttributes(real, BasicFileAttributes.class, NOFOLLOW_LINKS))
                : null;
    }

    private Path guarded(Path folder, Path file) {
        return links == SymbolicLinks.FOLLOWED ? file : GuardedFolder.path(folder, file);
    }

    private record Located(Path path, BasicFileAttributes attributes) {}
}
