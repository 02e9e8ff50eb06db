package wai;

import java.util.ArrayList;
import java.util.List;

/// From the raw path to its decoded segments and back.
///
/// Segments are split first and decoded once afterwards, so `%2F` stays inside its segment and `%2561` becomes `%61`.
/// They are data, not file names: `..` and an empty segment are segments like others.
public final class PathSegments {
    /// What RFC 3986 §3.3 allows in a segment beside the unreserved characters.
    private static final String KEPT_IN_SEGMENTS = "!$&'()*+,;=:@";

    private PathSegments() {}

    /// Splits a raw path at `/` and decodes the segments (percent-encoded UTF-8; `+` is itself).
    ///
    /// `""` and `"/"` have none; `"/a/"` has `a` and an empty one; `"//a"` an empty one and `a`. A `%` without two hex
    /// digits stays as it is; malformed UTF-8 becomes U+FFFD. A target that does not begin with `/` (`*`, or the
    /// authority of CONNECT) has none.
    ///
    /// @param rawPath the path as it was received, without query
    /// @return the segments, unmodifiable
    public static List<String> decode(String rawPath) {
        if (rawPath.length() <= 1 || rawPath.charAt(0) != '/') {
            return List.of();
        }
        var segments = new ArrayList<String>();
        int start = 1;
        for (int slash; (slash = rawPath.indexOf('/', start)) >= 0; start = slash + 1) {
            segments.add(PercentCoding.decode(rawPath.substring(start, slash), false));
        }
        segments.add(PercentCoding.decode(rawPath.substring(start), false));
        return List.copyOf(segments);
    }

    /// Joins segments to a raw path that [#decode] splits into the same segments; no segments give `/`.
    ///
    /// No path stands for one empty segment and nothing else: it gives `/` as well. An unpaired surrogate becomes `?`.
    ///
    /// @param segments the decoded segments
    /// @return the path, percent-encoded, with a `/` at its beginning
    public static String encode(List<String> segments) {
        if (segments.isEmpty()) {
            return "/";
        }
        var path = new StringBuilder();
        for (var segment : segments) {
            path.append('/').append(PercentCoding.encode(segment, KEPT_IN_SEGMENTS));
        }
        return path.toString();
    }
}
