package wai.guarded;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// A path below a folder that is looked at and opened by [GuardedProvider]. In all else it is the plain path, and what
/// is made of it is plain: for those that name a file to somebody else.
final class GuardedPath implements Path {
    private final Path root;
    private final Path plain;

    GuardedPath(Path root, Path plain) {
        this.root = root;
        this.plain = plain;
    }

    Path root() {
        return root;
    }

    Path plain() {
        return plain;
    }

    private static Path plain(Path other) {
        return other instanceof GuardedPath guarded ? guarded.plain : other;
    }

    @Override
    public FileSystem getFileSystem() {
        return GuardedFileSystem.ONE;
    }

    @Override
    public boolean isAbsolute() {
        return plain.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return plain.getRoot();
    }

    @Override
    public @Nullable Path getFileName() {
        return plain.getFileName();
    }

    @Override
    public @Nullable Path getParent() {
        return plain.getParent();
    }

    @Override
    public int getNameCount() {
        return plain.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return plain.getName(index);
    }

    @Override
    public Path subpath(int beginIndex, int endIndex) {
        return plain.subpath(beginIndex, endIndex);
    }

    @Override
    public boolean startsWith(Path other) {
        return plain.startsWith(plain(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return plain.endsWith(plain(other));
    }

    @Override
    public Path normalize() {
        return plain.normalize();
    }

    @Override
    public Path resolve(Path other) {
        return plain.resolve(plain(other));
    }

    @Override
    public Path relativize(Path other) {
        return plain.relativize(plain(other));
    }

    @Override
    public URI toUri() {
        return plain.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return plain.toAbsolutePath();
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return plain.toRealPath(options);
    }

    @Override
    public File toFile() {
        return plain.toFile();
    }

    @Override
    public Iterator<Path> iterator() {
        return plain.iterator();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
            throws IOException {
        return plain.register(watcher, events, modifiers);
    }

    @Override
    public int compareTo(Path other) {
        return plain.compareTo(plain(other));
    }

    /// A guarded path is another than the plain one: caches must not open the one in place of the other.
    @Override
    public boolean equals(Object other) {
        return other instanceof GuardedPath that && plain.equals(that.plain) && root.equals(that.root);
    }

    @Override
    public int hashCode() {
        return plain.hashCode();
    }

    @Override
    public String toString() {
        return plain.toString();
    }
}
