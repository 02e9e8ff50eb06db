package wai.routing;

import static java.util.Objects.requireNonNull;

import wai.Middleware;
import wai.logging.RequestNotes;

/// Says by which route a request came, for logs, metrics and traces.
///
/// {@snippet file="wai/routing/Samples.java" region="route-name"}
///
/// Changes nothing else. `UrlMap` says its mounts by itself.
public final class RouteName {
    private RouteName() {}

    /// Names the route to all that is inside.
    ///
    /// @param route the pattern that paths fit: `/orders/{id}`
    /// @return the middleware
    public static Middleware of(String route) {
        requireNonNull(route, "route");
        return Middleware.onRequest(request -> {
            RequestNotes.route(request, route);
            return request;
        });
    }
}
