package wai.staticfiles;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import wai.HeaderName;
import wai.Headers;

/// Chooses among pre-compressed siblings of a file: `app.js.br`, `app.js.zst`, `app.js.gz` beside `app.js`.
final class Siblings {
    /// The best first; for equal wishes of the client it decides.
    private static final List<Sibling> KNOWN =
            List.of(new Sibling("br", ".br"), new Sibling("zstd", ".zst"), new Sibling("gzip", ".gz"));

    private static final int FULL = 1000;

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

    /// The sibling that the client likes best; empty when it likes the file itself better (RFC 9110 §12.5.3).
    static Optional<Found> chosen(Headers request, List<Found> siblings) {
        var wishes = wishes(request);
        int plain = wishes.getOrDefault("identity", wishes.containsKey("*") && wishes.get("*") == 0 ? 0 : 1);
        return siblings.stream()
                .filter(found -> wish(wishes, found.sibling()) > 0)
                .max(Comparator.comparingInt((Found found) -> wish(wishes, found.sibling()))
                        .thenComparingInt(found -> -KNOWN.indexOf(found.sibling())))
                .filter(found -> wish(wishes, found.sibling()) >= plain);
    }

    private static int wish(Map<String, Integer> wishes, Sibling sibling) {
        return wishes.getOrDefault(sibling.coding(), wishes.getOrDefault("*", 0));
    }

    /// The codings of `Accept-Encoding` with their weights in thousandths; what is malformed counts as not wanted.
    private static Map<String, Integer> wishes(Headers request) {
        var wishes = new HashMap<String, Integer>();
        for (var element : request.elements(HeaderName.ACCEPT_ENCODING)) {
            int semicolon = element.indexOf(';');
            var coding = (semicolon < 0 ? element : element.substring(0, semicolon))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            var weight = semicolon < 0
                    ? "q=1"
                    : element.substring(semicolon + 1).strip().toLowerCase(Locale.ROOT);
            wishes.put(coding.equals("x-gzip") ? "gzip" : coding, weight(weight));
        }
        return wishes;
    }

    /// `q=` and 0 to 1 with up to three decimals (RFC 9110 §12.4.2).
    private static int weight(String text) {
        if (!text.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
            return 0;
        }
        var digits = text.substring(2).replace(".", "");
        return digits.charAt(0) == '1' ? FULL : Integer.parseInt((digits + "000").substring(1, 4));
    }
}
