package wai.logging;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.Key;
import wai.Request;

/// What inner layers tell outer ones of a request: which route it took, who sent it.
///
/// {@snippet file="wai/logging/Samples.java" region="request-notes"}
///
/// Values in the vault of a request go inwards only. Whoever logs or measures outside opens the notes; whoever routes
/// or authenticates inside writes on them, as `UrlMap`, `RouteName` and `BasicAuth` do, and a router had better: with
/// the pattern of the route, never with the path, so that there are few names. Where nobody opened notes, what is
/// written is lost.
public final class RequestNotes {
    private static final Key<RequestNotes> KEY = Key.named("request notes");

    // written by whoever has the request, read when its response has ended
    private volatile @Nullable String route;
    private volatile @Nullable String user;

    private RequestNotes() {}

    /// Opens notes, unless they are open.
    ///
    /// @param request the request
    /// @return what to hand on, and to ask afterwards
    public static Request open(Request request) {
        return request.get(KEY).isPresent() ? request : request.with(KEY, new RequestNotes());
    }

    /// Notes the route of a request; one that was noted before goes.
    ///
    /// @param request the request
    /// @param route the pattern that the path fits: `/orders/{id}`
    public static void route(Request request, String route) {
        requireNonNull(route, "route");
        request.get(KEY).ifPresent(notes -> notes.route = route);
    }

    /// Notes who sent a request; somebody who was noted before goes.
    ///
    /// @param request the request
    /// @param user a name that may stand in logs
    public static void user(Request request, String user) {
        requireNonNull(user, "user");
        request.get(KEY).ifPresent(notes -> notes.user = user);
    }

    /// The route that was noted.
    ///
    /// @param request the request with the notes
    /// @return the pattern; empty when nobody noted one
    public static Optional<String> route(Request request) {
        return request.get(KEY).flatMap(notes -> Optional.ofNullable(notes.route));
    }

    /// Who was noted.
    ///
    /// @param request the request with the notes
    /// @return the name; empty when nobody noted one
    public static Optional<String> user(Request request) {
        return request.get(KEY).flatMap(notes -> Optional.ofNullable(notes.user));
    }

    /// What is noted.
    @Override
    public String toString() {
        return "route " + route + ", user " + user;
    }
}
