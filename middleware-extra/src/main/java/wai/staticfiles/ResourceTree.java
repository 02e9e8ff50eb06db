package wai.staticfiles;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import wai.Body;

/// The files of a folder of the class path. What is not in a jar is sent as the file that it is; what is in one has the
/// jar's checksum as its entity tag.
final class ResourceTree implements FileTree {
    private final Function<String, @Nullable URL> finder;
    private final String folder;

    ResourceTree(Function<String, @Nullable URL> finder, String folder) {
        if (!folder.startsWith("/")) {
            throw new IllegalArgumentException("folder " + folder + ": expected an absolute one like /static");
        }
        this.finder = requireNonNull(finder, "finder");
        this.folder = folder.endsWith("/") ? folder : folder + "/";
    }

    @Override
    public Optional<Entry> find(List<String> path) throws IOException {
        if (path.isEmpty()) {
            return Optional.of(new Folder());
        }
        var url = finder.apply(folder + String.join("/", path));
        if (url == null) {
            return Optional.empty();
        }
        if (url.getProtocol().equals("file")) {
            return onDisk(url);
        }
        var connection = url.openConnection();
        if (connection instanceof JarURLConnection jar) {
            var entry = jar.getJarEntry();
            if (entry == null || entry.isDirectory()) {
                return Optional.of(new Folder());
            }
            var tag = "\"" + Long.toHexString(entry.getCrc()) + "-" + Long.toHexString(entry.getSize()) + "\"";
            var modified = entry.getTime() < 0 ? null : Instant.ofEpochMilli(entry.getTime());
            return Optional.of(new Content(stream(url), entry.getSize(), tag, modified));
        }
        return Optional.of(elsewhere(url, connection));
    }

    /// None: a class path has no folders to look into.
    @Override
    public List<Child> children(List<String> path) {
        return List.of();
    }

    private static Optional<Entry> onDisk(URL url) throws IOException {
        try {
            var path = Path.of(new URI(url.toString()));
            if (Files.isDirectory(path)) {
                return Optional.of(new Folder());
            }
            return Files.isRegularFile(path)
                    ? Optional.of(new DiskFile(
                            path.toRealPath(), Files.getLastModifiedTime(path).toInstant()))
                    : Optional.empty();
        } catch (URISyntaxException e) {
            throw new IOException("resource " + url + " has no path", e);
        }
    }

    /// In an image of the run time, for example.
    private static Entry elsewhere(URL url, URLConnection connection) throws IOException {
        try (var content = connection.getInputStream()) {
            long size = connection.getContentLengthLong();
            var length = size >= 0 ? size : content.transferTo(java.io.OutputStream.nullOutputStream());
            var modified = connection.getLastModified();
            return new Content(stream(url), length, null, modified == 0 ? null : Instant.ofEpochMilli(modified));
        }
    }

    private static Body.Stream stream(URL url) {
        return new Body.Stream(out -> {
            try (var content = url.openStream()) {
                content.transferTo(out);
            }
        });
    }
}
