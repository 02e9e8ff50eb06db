package wai.routing;

import java.util.Set;
import java.util.function.Predicate;
import wai.Request;
import wai.field.Authority;

/// Conditions on requests, for [wai.Middleware#when], [Select] and whoever asks.
///
/// {@snippet file="wai/routing/Samples.java" region="matches"}
public final class Matches {
    private Matches() {}

    /// The path is this one or below it, whole segments counted, as [UrlMap] counts them.
    ///
    /// @param path percent-encoded, with a slash at its beginning: `/api`
    /// @return the condition; looks at [Request#path()], so what a mount took away is not seen
    /// @throws IllegalArgumentException when the path has no slash at its beginning
    public static Predicate<Request> pathUnder(String path) {
        var prefix = UrlMap.segments(path);
        return request -> request.path().size() >= prefix.size()
                && request.path().subList(0, prefix.size()).equals(prefix);
    }

    /// The path is exactly this one, with or without a slash at its end.
    ///
    /// @param path percent-encoded, with a slash at its beginning: `/api`
    /// @return the condition; looks at [Request#path()]
    /// @throws IllegalArgumentException when the path has no slash at its beginning
    public static Predicate<Request> path(String path) {
        var whole = UrlMap.segments(path);
        return request -> {
            var asked = request.path();
            boolean slash = asked.size() == whole.size() + 1 && asked.getLast().isEmpty();
            return (asked.size() == whole.size() || slash)
                    && asked.subList(0, whole.size()).equals(whole);
        };
    }

    /// The method is one of these.
    ///
    /// @param methods case counts (RFC 9110 §9.1)
    /// @return the condition
    public static Predicate<Request> method(String... methods) {
        var wanted = Set.of(methods);
        return request -> wanted.contains(request.method());
    }

    /// The client asks for this host, whatever the port.
    ///
    /// @param host a name or address without port; `*.a.example` is every host below `a.example`
    /// @return the condition
    /// @throws IllegalArgumentException when it is no host
    public static Predicate<Request> host(String host) {
        var pattern = VirtualHost.pattern(host);
        return request -> Authority.of(request)
                .filter(asked -> pattern.startsWith("*")
                        ? asked.host().endsWith(pattern.substring(1))
                        : asked.host().equals(pattern))
                .isPresent();
    }
}
