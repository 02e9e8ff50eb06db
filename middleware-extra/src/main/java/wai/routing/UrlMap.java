package wai.routing;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import wai.Application;
import wai.Key;
import wai.PathSegments;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.logging.RequestNotes;

/// Mounts applications at paths; the longest path that fits is the one.
///
/// {@snippet file="wai/routing/Samples.java" region="url-map"}
///
/// Whole segments count: `/api` is the place of `/api`, `/api/` and `/api/users`, and not of `/apis`. The mounted
/// application sees the rest in [Request#path()]; the raw path stays what the client sent, and [#MOUNT] says what was
/// taken away, also through maps inside of maps. Without a place for it a request gets 404, or [#otherwise]. The place
/// is noted as the route, for who logs or measures outside.
public final class UrlMap implements Application {
    /// The decoded segments that maps took away from the path, outermost first; not set outside of a map.
    public static final Key<List<String>> MOUNT = Key.named("mount");

    private static final Application NOT_FOUND =
            (_, respond) -> respond.with(Response.text(Status.NOT_FOUND, "Not found\n"));

    private final Map<List<String>, Application> mounts;
    private final int deepest;
    private final Application otherwise;

    private UrlMap(Map<List<String>, Application> mounts, Application otherwise) {
        this.mounts = mounts;
        this.deepest = mounts.keySet().stream().mapToInt(List::size).max().orElse(0);
        this.otherwise = otherwise;
    }

    /// A map with one place.
    ///
    /// @param path as [#mount]
    /// @param application what is there
    /// @return the map
    public static UrlMap of(String path, Application application) {
        return new UrlMap(Map.of(), NOT_FOUND).mount(path, application);
    }

    /// One place more.
    ///
    /// @param path where, percent-encoded and with a slash at its beginning: `/api/v2`; `/` is everything else. A slash
    ///     at the end means nothing
    /// @param application what is there
    /// @return the changed copy
    /// @throws IllegalArgumentException when the path has no slash at its beginning, or is taken
    public UrlMap mount(String path, Application application) {
        requireNonNull(application, "application");
        var more = new HashMap<>(mounts);
        if (more.put(segments(path), application) != null) {
            throw new IllegalArgumentException("path \"" + path + "\" has an application already");
        }
        return new UrlMap(Map.copyOf(more), otherwise);
    }

    /// What answers requests that have no place; 404 without this call.
    ///
    /// @param application sees the path as it was
    /// @return the changed copy
    public UrlMap otherwise(Application application) {
        return new UrlMap(mounts, requireNonNull(application, "application"));
    }

    /// {@inheritDoc}
    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var path = request.path();
        for (int depth = Math.min(deepest, path.size()); depth >= 0; depth--) {
            var mounted = mounts.get(path.subList(0, depth));
            if (mounted != null) {
                var seen = depth == 0 ? request : inside(request, depth);
                RequestNotes.route(seen, PathSegments.encode(seen.get(MOUNT).orElse(List.of())));
                return mounted.handle(seen, respond);
            }
        }
        return otherwise.handle(request, respond);
    }

    static List<String> segments(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path \"" + path + "\": expected one that begins with /");
        }
        var segments = PathSegments.decode(path);
        boolean slash = !segments.isEmpty() && segments.getLast().isEmpty();
        return slash ? List.copyOf(segments.subList(0, segments.size() - 1)) : segments;
    }

    private static Request inside(Request request, int depth) {
        var path = request.path();
        var mount = new ArrayList<>(request.get(MOUNT).orElse(List.of()));
        mount.addAll(path.subList(0, depth));
        return request.with(MOUNT, List.copyOf(mount)).withPath(path.subList(depth, path.size()));
    }
}
