package wai.guarded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at guarded files, opens and lists them, from their folder downwards and through no link. Writes nothing.
final class GuardedProvider extends FileSystemProvider {
    static final Set<String> VIEWS = Set.of("basic", "posix", "unix");

    private static final Set<OpenOption> OPENING = Set.of(READ, NOFOLLOW_LINKS);

    /// What is done with the last segment of a path, in the open folder that has it.
    private interface Deed<T> {
        T in(SecureDirectoryStream<Path> folder, Path name) throws IOException;
    }

    private static <T> T reach(Path path, Deed<T> deed) throws IOException {
        var guarded = (GuardedPath) path;
        var names = guarded.root().relativize(guarded.plain());
        var folder = opened(guarded);
        Path name = names.getName(0);
        try {
            for (int i = 1; i < names.getNameCount(); i++) {
                var next = folder.newDirectoryStream(name, NOFOLLOW_LINKS);
                folder.close();
                folder = next;
                name = names.getName(i);
            }
            return deed.in(folder, name);
        } catch (NotDirectoryException _) {
            throw new NoSuchFileException(path.toString());
        } catch (NoSuchFileException failure) {
            throw failure;
        } catch (IOException failure) {
            throw isLink(folder, name) ? new NoSuchFileException(path.toString()) : failure;
        } finally {
            folder.close();
        }
    }

    @SuppressWarnings("StreamResourceLeak") // whoever asked for it closes it
    private static SecureDirectoryStream<Path> opened(GuardedPath path) throws IOException {
        var folder = Files.newDirectoryStream(path.root());
        if (folder instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        folder.close();
        throw new FileSystemException(path.toString(), null, "this system opens no files relative to a folder");
    }

    /// Java has no exception of its own for a link that was not to be followed.
    private static boolean isLink(SecureDirectoryStream<Path> folder, Path name) {
        try {
            return attributes(folder, name).isSymbolicLink();
        } catch (IOException _) {
            return false; // then the failure says more than this one
        }
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return Objects.requireNonNull(
                        folder.getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS), "basic view")
                .readAttributes();
    }

    /// The facts of something that is no link.
    private static BasicFileAttributes attributes(Path path) throws IOException {
        var attributes = reach(path, GuardedProvider::attributes);
        if (attributes.isSymbolicLink()) {
            throw new NoSuchFileException(path.toString());
        }
        return attributes;
    }

    // ------------------------------------------------------------------------------------------ reading

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        if (newByteChannel(path, options, attributes) instanceof FileChannel channel) {
            return channel;
        }
        throw new UnsupportedOperationException("files of " + path.getFileSystem() + " have no file channels");
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        if (!OPENING.containsAll(options)) {
            throw new ReadOnlyFileSystemException();
        }
        return reach(path, (folder, name) -> folder.newByteChannel(name, OPENING));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (type != BasicFileAttributes.class) {
            throw new UnsupportedOperationException("attributes " + type.getName() + ": expected the basic ones");
        }
        return type.cast(attributes(path));
    }

    /// There is no way to ask relative to a folder for what only Unix has. So the plain path is asked, and the answer
    /// taken when it is about the same file.
    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        int colon = attributes.indexOf(':');
        if (!VIEWS.contains(colon < 0 ? "basic" : attributes.substring(0, colon))) {
            throw new UnsupportedOperationException("attributes " + attributes + ": expected a view of " + VIEWS);
        }
        var asked = attributes.endsWith("*") ? attributes : attributes + ",fileKey";
        var found = Files.readAttributes(((GuardedPath) path).plain(), asked, NOFOLLOW_LINKS);
        if (!Objects.equals(attributes(path).fileKey(), found.get("fileKey"))) {
            throw new NoSuchFileException(path.toString());
        }
        return found;
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        if (!Set.of(AccessMode.READ).containsAll(Arrays.asList(modes))) {
            throw new AccessDeniedException(path.toString(), null, "guarded files are only read");
        }
        if (attributes(path).isRegularFile() && modes.length > 0) {
            newByteChannel(path, Set.of()).close();
        }
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        var names = reach(folder, (parent, name) -> {
            var found = new ArrayList<Path>();
            try (var children = parent.newDirectoryStream(name, NOFOLLOW_LINKS)) {
                for (var child : children) {
                    found.add(child.getFileName());
                }
            }
            return found;
        });
        var children = new ArrayList<Path>();
        for (var name : names) {
            var child = new GuardedPath(
                    ((GuardedPath) folder).root(),
                    ((GuardedPath) folder).plain().resolve(name));
            if (filter.accept(child)) {
                children.add(child);
            }
        }
        return new Children(children);
    }

    private record Children(List<Path> paths) implements DirectoryStream<Path> {
        @Override
        public java.util.Iterator<Path> iterator() {
            return paths.iterator();
        }

        @Override
        public void close() {}
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return path.equals(other)
                || (other instanceof GuardedPath
                        && Objects.equals(
                                attributes(path).fileKey(), attributes(other).fileKey()));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return Files.isHidden(((GuardedPath) path).plain());
    }

    // ------------------------------------------------------------------------------------------ what there is not

    /// The files are those of the system.
    @Override
    public String getScheme() {
        return "file";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("there is one file system of guarded files");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return GuardedFileSystem.ONE;
    }

    @Override
    public Path getPath(URI uri) {
        return Path.of(uri);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(((GuardedPath) path).root());
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void delete(Path path) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void setAttribute(Path path, String attribute, @Nullable Object value, LinkOption... options) {
        throw new ReadOnlyFileSystemException();
    }
}
