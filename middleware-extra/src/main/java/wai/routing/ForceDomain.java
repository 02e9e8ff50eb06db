package wai.routing;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Function;
import wai.Middleware;
import wai.field.Authority;

/// Sends clients that ask for another host to the right one: one site, one name.
///
/// {@snippet file="wai/routing/Samples.java" region="force-domain"}
///
/// The answer is 301 for GET and HEAD and 308 for other methods, to the same scheme, path and query. Requests without
/// `Host`, with a malformed one, or for no path pass. Behind a proxy the middleware that believes it goes outside of
/// this one, so that scheme and host are those that the client used.
public final class ForceDomain {
    private ForceDomain() {}

    /// All requests to one host.
    ///
    /// @param host the host, with a port if it is not the scheme's own: `www.a.example`
    /// @return the middleware
    /// @throws IllegalArgumentException when it is no host
    public static Middleware to(String host) {
        var right = parsed(host);
        return choosing(asked -> asked.equals(right.toString()) ? Optional.empty() : Optional.of(right.toString()));
    }

    /// Hosts that begin with `www.` to the same without it.
    ///
    /// @return the middleware
    public static Middleware withoutWww() {
        return choosing(asked -> asked.startsWith("www.") ? Optional.of(asked.substring(4)) : Optional.empty());
    }

    /// Hosts as a function says.
    ///
    /// @param choice from the host that was asked for, in lower case and with its port if there was one, to the one to
    ///     ask for; empty when it is right
    /// @return the middleware
    public static Middleware choosing(Function<String, Optional<String>> choice) {
        requireNonNull(choice, "choice");
        return inner -> (request, respond) -> {
            var asked = Authority.of(request);
            if (asked.isEmpty() || !Redirect.isPath(request)) {
                return inner.handle(request, respond);
            }
            var right = choice.apply(asked.get().toString());
            return right.isEmpty()
                    ? inner.handle(request, respond)
                    : respond.with(Redirect.moved(request, request.isSecure() ? "https" : "http", parsed(right.get())));
        };
    }

    private static Authority parsed(String host) {
        return Authority.parse(host)
                .orElseThrow(() -> new IllegalArgumentException(
                        "host \"" + host + "\": expected a name or address, with a port or without"));
    }
}
