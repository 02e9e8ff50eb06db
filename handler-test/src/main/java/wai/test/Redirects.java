package wai.test;

import java.net.URI;
import java.util.ArrayList;
import java.util.Optional;
import wai.HeaderName;

/// Follows redirects as browsers do (RFC 9110 §15.4).
///
/// @param limit how many are followed; 0 for none
record Redirects(int limit) {
    TestResponse follow(TestRequest first) {
        var earlier = new ArrayList<TestResponse>();
        for (var request = first; ; ) {
            var response = once(request).after(earlier);
            var next = limit == 0 ? Optional.<TestRequest>empty() : next(request, response);
            if (next.isEmpty()) {
                return response;
            }
            if (earlier.size() == limit) {
                throw new AssertionError("more than " + limit + " redirects:\n" + response);
            }
            earlier.add(response);
            request = next.get();
        }
    }

    private static TestResponse once(TestRequest request) {
        try (var live = request.open()) {
            return live.rest();
        }
    }

    private static Optional<TestRequest> next(TestRequest request, TestResponse response) {
        boolean redirects =
                switch (response.status().code()) {
                    case 301, 302, 303, 307, 308 -> response.headers().contains(HeaderName.LOCATION);
                    default -> false;
                };
        return redirects ? Optional.of(next(request, response, method(request, response))) : Optional.empty();
    }

    private static TestRequest next(TestRequest request, TestResponse response, String method) {
        var location = response.headers().first(HeaderName.LOCATION, "");
        URI to;
        try {
            to = resolve(URI.create(request.origin() + request.target()), location);
        } catch (IllegalArgumentException malformed) {
            throw new AssertionError(
                    "Location \"" + location + "\": expected a URI reference (RFC 9110 §10.2.2)", malformed);
        }
        var origin = Origin.of(to);
        if (!request.servesEveryHost() && !origin.equals(request.origin())) {
            throw new AssertionError(
                    "the redirect to " + to + " leaves the server " + request.origin() + ":\n" + response);
        }
        var path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
        var query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
        return request.redirected(origin, path + query, method);
    }

    /// RFC 3986 §5.2; [URI#resolve] is older than that and drops the last segment before a `?`.
    private static URI resolve(URI base, String location) {
        return location.startsWith("?") ? base.resolve(base.getRawPath() + location) : base.resolve(location);
    }

    /// 303 asks for GET, 301 and 302 turn POST into it, 307 and 308 keep the method (RFC 9110 §15.4).
    private static String method(TestRequest request, TestResponse response) {
        var method = request.method();
        return switch (response.status().code()) {
            case 303 -> method.equals("HEAD") ? method : "GET";
            case 301, 302 -> method.equals("POST") ? "GET" : method;
            default -> method;
        };
    }
}
