package wai.guarded;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What all guarded paths belong to: the system's files, to be read only.
final class GuardedFileSystem extends FileSystem {
    static final GuardedFileSystem ONE = new GuardedFileSystem();

    private final FileSystemProvider provider = new GuardedProvider();
    private final Set<String> views;

    private GuardedFileSystem() {
        var all = new HashSet<>(FileSystems.getDefault().supportedFileAttributeViews());
        all.retainAll(GuardedProvider.VIEWS);
        views = Set.copyOf(all);
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("the system's files cannot be closed");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return FileSystems.getDefault().getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return views;
    }

    /// Plain, like all that is made of a guarded path.
    @Override
    public Path getPath(String first, String... more) {
        return FileSystems.getDefault().getPath(first, more);
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        return FileSystems.getDefault().getPathMatcher(syntaxAndPattern);
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return FileSystems.getDefault().getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("guarded files cannot be watched: watch the plain ones");
    }
}
