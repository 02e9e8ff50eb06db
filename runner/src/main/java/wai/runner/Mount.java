package wai.runner;

import java.util.List;
import wai.Middleware;
import wai.PathSegments;
import wai.Response;
import wai.Status;

/// Middleware for `--path`: the application sees the path below a prefix; other paths are answered with 404.
///
/// `rawPath` stays. The prefix itself is the application's root, with and without a slash at its end.
final class Mount {
    private Mount() {}

    /// Mounts what it wraps below a prefix.
    ///
    /// @param prefix the decoded segments; none changes nothing
    static Middleware under(List<String> prefix) {
        if (prefix.isEmpty()) {
            return inner -> inner;
        }
        var elsewhere = Response.text(
                Status.NOT_FOUND, "Nothing here: the application is under " + PathSegments.encode(prefix) + "\n");
        return inner -> (request, respond) -> {
            var path = request.path();
            if (path.size() < prefix.size() || !path.subList(0, prefix.size()).equals(prefix)) {
                return respond.with(elsewhere);
            }
            var rest = path.subList(prefix.size(), path.size());
            return inner.handle(request.withPath(rest.equals(List.of("")) ? List.of() : rest), respond);
        };
    }
}
