package wai.guarded;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;

/// A folder whose files are opened without following any link below it.
///
/// A path that was looked at may lead elsewhere when it is opened, if somebody who may write in the folder puts a link
/// there meanwhile. So the paths of a guarded folder are opened from the folder downwards, one segment at a time, each
/// relative to the open folder before it, none through a link (`openat` with `O_NOFOLLOW`). What is a link by then does
/// not exist. Every folder on the way must be readable.
///
/// Where the system has no such way (Windows), paths stay plain.
public final class GuardedFolder {
    private static final boolean IS_POSSIBLE = isPossible();

    private GuardedFolder() {}

    /// A path that stays inside of a folder whenever it is used.
    ///
    /// @param root the folder; links on the way to it are followed
    /// @param file something below it; links on the way from the folder to it are not
    /// @return the path; a plain one when it is the folder itself, or the system has no other
    /// @throws IllegalArgumentException when it is not below the folder
    public static Path path(Path root, Path file) {
        if (!file.startsWith(root)) {
            throw new IllegalArgumentException("file " + file + ": expected one below " + root);
        }
        boolean isCommon = file.getFileSystem().equals(FileSystems.getDefault());
        return IS_POSSIBLE && isCommon && !file.equals(root) ? new GuardedPath(root, file) : file;
    }

    /// Whether a path stays inside of its folder whenever it is used.
    ///
    /// @param path any path
    /// @return false for a plain one
    public static boolean guards(Path path) {
        return path instanceof GuardedPath;
    }

    private static boolean isPossible() {
        try (var folder = Files.newDirectoryStream(Path.of("").toAbsolutePath())) {
            return folder instanceof SecureDirectoryStream;
        } catch (IOException _) {
            return false; // nobody can look into the folder that this program stands in
        }
    }
}
