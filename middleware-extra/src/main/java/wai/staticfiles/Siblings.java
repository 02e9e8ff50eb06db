package wai.staticfiles;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.field.Accepted;

/// Chooses among pre-compressed siblings of a file: `app.js.br`, `app.js.zst`, `app.js.gz` beside `app.js`.
final class Siblings {
    /// The best first; for equal wishes of the client it decides.
    private static final List<Sibling> KNOWN =
            List.of(new Sibling("br", ".br"), new Sibling("zstd", ".zst"), new Sibling("gzip", ".gz"));

    /// An encoding, and how the names of files end that are in it.
    record Sibling(String coding, String extension) {}

    /// A sibling that exists.
    record Found(Sibling sibling, FileTree.Entry entry) {}

    private Siblings() {}

    /// The siblings of a file that are not older than the file itself: an older one is of another version.
    static List<Found> of(FileTree tree, List<String> path, FileTree.Entry file) throws IOException {
        var found = new ArrayList<Found>();
        for (var sibling : KNOWN) {
            var siblingPath = new ArrayList<>(path);
            siblingPath.set(path.size() - 1, path.getLast() + sibling.extension());
            tree.find(siblingPath)
                    .filter(entry -> !(entry instanceof FileTree.Folder) && !isOlder(entry, file))
                    .ifPresent(entry -> found.add(new Found(sibling, entry)));
        }
        return found;
    }

    private static boolean isOlder(FileTree.Entry sibling, FileTree.Entry file) {
        return sibling instanceof FileTree.DiskFile(var _, var siblingTime)
                && file instanceof FileTree.DiskFile(var _, var fileTime)
                && siblingTime.isBefore(fileTime);
    }

    /// The sibling that the client likes best; null when it likes the file itself better (RFC 9110 §12.5.3).
    static @Nullable Found chosen(Headers request, List<Found> siblings) {
        var accepted = Accepted.of(request.elements(HeaderName.ACCEPT_ENCODING));
        return siblings.stream()
                .filter(found -> weight(accepted, found) > 0 && weight(accepted, found) >= accepted.identity())
                .max(Comparator.comparingInt((Found found) -> weight(accepted, found))
                        .thenComparingInt(found -> -KNOWN.indexOf(found.sibling())))
                .orElse(null);
    }

    private static int weight(Accepted accepted, Found found) {
        return accepted.weight(found.sibling().coding());
    }
}
