package wai.staticfiles;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import wai.Bytes;
import wai.PathSegments;

/// The page that lists a folder: folders first, then by name; without scripts, light or dark as the reader likes it.
final class ListingPage {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    private static final int STEP = 1024;

    private static final String FOLDER_ICON =
            "M2 6a2 2 0 0 1 2-2h5l2 2h9a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2z";
    private static final String FILE_ICON = "M6 2h8l5 5v13a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm7 1v5h5z";

    /// Read when the first page is made.
    private static final class Style {
        static final String TEXT = read();
        static final String POLICY = "default-src 'none'; style-src 'sha256-" + digest(TEXT) + "'";

        private static String read() {
            try (var style = ListingPage.class.getResourceAsStream("listing.css")) {
                if (style == null) {
                    throw new IllegalStateException("listing.css is missing beside " + ListingPage.class);
                }
                return new String(style.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException("listing.css cannot be read", e);
            }
        }

        private static String digest(String text) {
            try {
                var sha256 = MessageDigest.getInstance("SHA-256");
                return Base64.getEncoder().encodeToString(sha256.digest(text.getBytes(UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    private ListingPage() {}

    /// The `Content-Security-Policy` of the page: nothing but its own style.
    static String policy() {
        return Style.POLICY;
    }

    /// The page.
    ///
    /// @param path the segments of the folder below the root of the tree
    static Bytes of(List<String> path, List<FileTree.Child> children) {
        var title = escaped("/" + String.join("/", path));
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width\">\n")
                .append("<title>Index of ")
                .append(title)
                .append("</title>\n")
                .append("<style>")
                .append(Style.TEXT)
                .append("</style>\n")
                .append("<h1>")
                .append(trail(path))
                .append("</h1>\n<table>\n")
                .append("<tr><th>Name<th>Size<th>Modified (UTC)\n");
        if (!path.isEmpty()) {
            line(page, "..", "../", new FileTree.Child("..", true, 0, null));
        }
        children.stream()
                .sorted(Comparator.comparing((FileTree.Child child) -> !child.isFolder())
                        .thenComparing(FileTree.Child::name, String.CASE_INSENSITIVE_ORDER)
                        .thenComparing(FileTree.Child::name))
                .forEach(child -> line(page, child.name(), href(child), child));
        return Bytes.utf8(page.append("</table>\n").toString());
    }

    /// Links to the folders above; each is relative, so that they work below any mount.
    private static String trail(List<String> path) {
        var trail = new StringBuilder("<a href=\"" + (path.isEmpty() ? "./" : "../".repeat(path.size())) + "\">/</a>");
        for (int i = 0; i < path.size(); i++) {
            int up = path.size() - 1 - i;
            trail.append("<a href=\"").append(up == 0 ? "./" : "../".repeat(up)).append("\">");
            trail.append(escaped(path.get(i))).append("/</a>");
        }
        return trail.toString();
    }

    private static void line(StringBuilder page, String name, String href, FileTree.Child child) {
        page.append("<tr><td><svg class=\"").append(child.isFolder() ? "folder" : "file");
        page.append("\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"");
        page.append(child.isFolder() ? FOLDER_ICON : FILE_ICON).append("\"/></svg>");
        page.append("<a href=\"").append(escaped(href)).append("\">").append(escaped(name));
        page.append(child.isFolder() ? "/" : "").append("</a><td>");
        page.append(child.isFolder() ? "" : size(child.size())).append("<td>");
        page.append(child.modified() == null ? "" : TIME.format(child.modified()))
                .append('\n');
    }

    /// Begins with `./`, so that a name with a colon is no scheme.
    private static String href(FileTree.Child child) {
        return "." + PathSegments.encode(List.of(child.name())) + (child.isFolder() ? "/" : "");
    }

    static String size(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= STEP && unit < UNITS.size() - 1) {
            value /= STEP;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS.get(unit));
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
