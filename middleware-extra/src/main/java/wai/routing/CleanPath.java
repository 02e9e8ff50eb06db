package wai.routing;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import wai.Middleware;

/// Sends clients to the one form of a path: without doubled slashes, `.` and `..`, and with or without a slash at the
/// end.
///
/// {@snippet file="wai/routing/Samples.java" region="clean-path"}
///
/// `//a/./b//c?x` is answered with a redirect to `/a/b/c?x`: 301 for GET and HEAD, 308 for other methods.
/// Percent-encoding stays as it is, but that of dots, which count as dots (RFC 3986 §6.2.2.2). Where it leads to
/// begins with exactly one slash and has no backslash, so never to another site. It looks at the whole path that the
/// client sent, and belongs outside of what mounts applications.
public final class CleanPath {
    private CleanPath() {}

    /// What becomes of a slash at the end of a path.
    public enum EndSlash {
        /// It stays or is missing, as it was.
        KEPT,
        /// It goes, but for `/` itself.
        REMOVED,
        /// It is added, unless the last segment has a dot and so looks like a file.
        ADDED
    }

    /// The middleware; a slash at the end stays as it is.
    ///
    /// @return the middleware
    public static Middleware redirecting() {
        return redirecting(EndSlash.KEPT);
    }

    /// The middleware.
    ///
    /// @param slash what becomes of a slash at the end
    /// @return the middleware
    public static Middleware redirecting(EndSlash slash) {
        requireNonNull(slash, "slash");
        return inner -> (request, respond) -> {
            if (!Redirect.isPath(request)) {
                return inner.handle(request, respond);
            }
            var clean = cleaned(request.rawPath(), slash);
            return clean.equals(request.rawPath())
                    ? inner.handle(request, respond)
                    : respond.with(Redirect.moved(request, clean + request.rawQuery()));
        };
    }

    static String cleaned(String rawPath, EndSlash slash) {
        var segments = new ArrayDeque<String>();
        boolean directory = true;
        for (int start = 1; start <= rawPath.length(); ) {
            int end = rawPath.indexOf('/', start);
            var segment = rawPath.substring(start, end < 0 ? rawPath.length() : end);
            directory = add(segments, segment);
            start = (end < 0 ? rawPath.length() : end) + 1;
        }
        var path = "/" + String.join("/", segments);
        return segments.isEmpty() ? path : path + end(segments, directory, slash);
    }

    /// Whether the path would end with a slash if this segment were the last.
    private static boolean add(Deque<String> segments, String segment) {
        var dots = segment.toLowerCase(Locale.ROOT).replace("%2e", ".");
        if (dots.equals("..")) {
            segments.pollLast();
            return true;
        }
        if (dots.isEmpty() || dots.equals(".")) {
            return true;
        }
        segments.addLast(segment.replace("\\", "%5C"));
        return false;
    }

    private static String end(Deque<String> segments, boolean directory, EndSlash slash) {
        return switch (slash) {
            case KEPT -> directory ? "/" : "";
            case REMOVED -> "";
            case ADDED -> directory || segments.getLast().indexOf('.') < 0 ? "/" : "";
        };
    }
}
