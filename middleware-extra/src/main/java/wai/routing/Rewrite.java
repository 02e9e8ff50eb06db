package wai.routing;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import wai.Middleware;
import wai.Query;

/// Changes the path or the query that the application sees; the client notices nothing.
///
/// {@snippet file="wai/routing/Samples.java" region="rewrite"}
///
/// What changes is [wai.Request#path()] and [wai.Request#query()], decoded; [wai.Request#rawPath()] and
/// [wai.Request#rawQuery()] stay what the client sent, so that logs and signatures remain true.
public final class Rewrite {
    private Rewrite() {}

    /// What is rewritten.
    ///
    /// @param path the decoded segments; unmodifiable
    /// @param query the decoded parameters
    public record Target(List<String> path, Query query) {
        /// Copies the list.
        public Target {
            path = List.copyOf(path);
            requireNonNull(query, "query");
        }
    }

    /// Rewrites the path.
    ///
    /// @param rewrite from the decoded segments to others
    /// @return the middleware
    public static Middleware path(UnaryOperator<List<String>> rewrite) {
        requireNonNull(rewrite, "rewrite");
        return Middleware.onRequest(request -> request.withPath(rewrite.apply(request.path())));
    }

    /// Rewrites path and query together.
    ///
    /// @param rewrite from what was asked for to what the application sees
    /// @return the middleware
    public static Middleware target(UnaryOperator<Target> rewrite) {
        requireNonNull(rewrite, "rewrite");
        return Middleware.onRequest(request -> {
            var target = rewrite.apply(new Target(request.path(), request.query()));
            return request.withPath(target.path()).withQuery(target.query());
        });
    }

    /// Puts one prefix in the place of another; other paths stay.
    ///
    /// @param from whole segments, percent-encoded, with a slash at the beginning: `/old`
    /// @param to the same for what takes its place; `/` for nothing
    /// @return the middleware
    /// @throws IllegalArgumentException when one does not begin with a slash
    public static Middleware prefix(String from, String to) {
        var before = UrlMap.segments(from);
        var after = UrlMap.segments(to);
        return path(path -> {
            boolean fits = path.size() >= before.size()
                    && path.subList(0, before.size()).equals(before);
            if (!fits) {
                return path;
            }
            var rewritten = new ArrayList<>(after);
            rewritten.addAll(path.subList(before.size(), path.size()));
            return rewritten;
        });
    }

    /// Has the application see another path where the client asks for `/`.
    ///
    /// @param to the path, percent-encoded, with a slash at its beginning: `/index.html`
    /// @return the middleware
    /// @throws IllegalArgumentException when it does not begin with a slash
    public static Middleware root(String to) {
        var index = UrlMap.segments(to);
        return path(path -> path.isEmpty() ? index : path);
    }
}
