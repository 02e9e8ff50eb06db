package wai.warp.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import wai.spi.FileFacts;

/// How a file looked at one moment; equal stamps mean that nothing happened to it, with the exceptions that
/// [#isSettled] knows.
///
/// @param size in bytes
/// @param modified when its content last changed, as told; anybody may set it
/// @param changed when its content or its node last changed, which nobody can set; null where the system has no such
///     time
/// @param key device and node; null where the system has none
record FileStamp(
        long size,
        FileTime modified,
        @Nullable FileTime changed,
        @Nullable Object key) {
    /// How long a file must have rested until another change would show in its times: they are kept in coarse steps.
    private static final Duration SETTLED = Duration.ofSeconds(2);

    /// Times up to here mean "none", or are what build tools write into every file.
    private static final Instant NO_TIME = Instant.ofEpochSecond(1);

    /// Where a look at a Unix file tells the `changed` time.
    private static final String UNIX = "unix:isRegularFile,size,lastModifiedTime,ctime,fileKey";

    /// Looks at a file.
    ///
    /// @param path the file; links are followed
    /// @return null when there is no such file, it is no regular one, or may not be read
    /// @throws IOException when the file system fails
    static @Nullable FileStamp of(Path path) throws IOException {
        try {
            var stamp = path.getFileSystem().supportedFileAttributeViews().contains("unix") ? unix(path) : basic(path);
            return stamp != null && Files.isReadable(path) ? stamp : null;
        } catch (NoSuchFileException | AccessDeniedException _) {
            return null;
        } catch (FileSystemException failure) {
            if (FileFacts.of(path).isEmpty()) { // which knows the paths that can lead to no file
                return null;
            }
            throw failure;
        }
    }

    /// What negotiation must know.
    FileFacts facts() {
        return new FileFacts(size, modified.toInstant());
    }

    /// Whether a later change of the content will show as another stamp. Two changes within one step of the clock of
    /// the file system have the same times; and without a `changed` time, tools that give all files the same date
    /// hide every change that keeps the size.
    boolean isSettled(Instant now) {
        var last = changed == null ? modified.toInstant() : changed.toInstant();
        return last.isAfter(NO_TIME) && !now.isBefore(last.plus(SETTLED));
    }

    /// Whether the other stamp, taken while this file was held open, is of the same file, however it has changed.
    boolean isSameFile(FileStamp later) {
        return key == null ? equals(later) : key.equals(later.key);
    }

    private static @Nullable FileStamp unix(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, UNIX);
        return Boolean.TRUE.equals(attributes.get("isRegularFile"))
                ? new FileStamp(
                        (Long) requireNonNull(attributes.get("size")),
                        (FileTime) requireNonNull(attributes.get("lastModifiedTime")),
                        (FileTime) attributes.get("ctime"),
                        attributes.get("fileKey"))
                : null;
    }

    private static @Nullable FileStamp basic(Path path) throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return attributes.isRegularFile()
                ? new FileStamp(attributes.size(), attributes.lastModifiedTime(), null, attributes.fileKey())
                : null;
    }
}
