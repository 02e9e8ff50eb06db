package wai.servlet.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wai.PathSegments;

/// Where an application is mounted in a container: the segments of the context path and of the mapping before its `*`.
///
/// Containers match them after decoding, without `;parameters`, and some after folding `//` and `..`; the raw target
/// shows nothing of that, so it is matched here again.
public final class MountPoint {
    private final List<String> prefix;

    /// A mount point.
    ///
    /// @param contextPath decoded, as it is configured: empty for the root
    /// @param pattern of the mapping: `/app/*`, `/`, `*.do`, `/exact`
    public MountPoint(String contextPath, String pattern) {
        this.prefix = PathSegments.decode(escaped(contextPath + ofMapping(pattern)));
    }

    /// What the application sees of a path.
    ///
    /// @param rawPath as it was received
    /// @return the decoded segments below the mount point; empty when the path is not below it
    public Optional<List<String>> below(String rawPath) {
        if (prefix.isEmpty()) {
            return Optional.of(PathSegments.decode(rawPath));
        }
        var asSent = segments(rawPath);
        var rest = rest(asSent);
        return rest.isPresent() ? rest : rest(normal(asSent));
    }

    private Optional<List<String>> rest(List<String> rawSegments) {
        if (rawSegments.size() < prefix.size()) {
            return Optional.empty();
        }
        for (int i = 0; i < prefix.size(); i++) {
            if (!decoded(rawSegments.get(i)).equals(prefix.get(i))) {
                return Optional.empty();
            }
        }
        var rest = rawSegments.subList(prefix.size(), rawSegments.size());
        return Optional.of(PathSegments.decode("/" + String.join("/", rest)));
    }

    private static List<String> segments(String rawPath) {
        return rawPath.startsWith("/") ? List.of(rawPath.substring(1).split("/", -1)) : List.of();
    }

    /// Without empty segments, but for the last, and without dot segments (RFC 3986 §5.2.4).
    private static List<String> normal(List<String> rawSegments) {
        var normal = new ArrayList<String>();
        for (int i = 0; i < rawSegments.size(); i++) {
            var segment = rawSegments.get(i);
            boolean last = i == rawSegments.size() - 1;
            switch (decoded(segment)) {
                case ".." -> {
                    if (!normal.isEmpty()) {
                        normal.removeLast();
                    }
                }
                case "." -> {}
                case "" -> {
                    if (last) {
                        normal.add(segment);
                    }
                }
                default -> normal.add(segment);
            }
        }
        return normal;
    }

    /// A segment as containers compare it: without parameters, decoded.
    private static String decoded(String rawSegment) {
        int parameters = rawSegment.indexOf(';');
        var bare = parameters < 0 ? rawSegment : rawSegment.substring(0, parameters);
        var segments = PathSegments.decode("/" + bare);
        return segments.isEmpty() ? "" : segments.getFirst();
    }

    private static String ofMapping(String pattern) {
        if (pattern.endsWith("/*")) {
            return pattern.substring(0, pattern.length() - 2);
        }
        return pattern.startsWith("/") && pattern.length() > 1 ? pattern : "";
    }

    /// The prefix is decoded already; what looks like an escape in it is none.
    private static String escaped(String decoded) {
        return decoded.replace("%", "%25");
    }
}
