package wai.middleware;

import java.util.List;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.field.Fields;

/// Takes header fields away, from responses or from requests.
///
/// {@snippet file="wai/middleware/Samples.java" region="strip-headers"}
///
/// From responses: what tells more than the outside needs to know. From requests: fields that only something in front
/// of us may set, and that a client must not be able to send itself. For some requests only: [Middleware#when].
public final class StripHeaders {
    private StripHeaders() {}

    /// Takes fields away from every response, from the head and the fallback of a raw one.
    ///
    /// @param names their names
    /// @return the middleware
    public static Middleware fromResponses(HeaderName... names) {
        var unwanted = List.of(names);
        return Middleware.onResponse(response -> Fields.edited(response, headers -> without(headers, unwanted)));
    }

    /// Takes fields away from every request.
    ///
    /// @param names their names
    /// @return the middleware
    public static Middleware fromRequests(HeaderName... names) {
        var unwanted = List.of(names);
        return Middleware.onRequest(request -> {
            var kept = without(request.headers(), unwanted);
            return kept.size() == request.headers().size() ? request : request.withHeaders(kept);
        });
    }

    private static Headers without(Headers headers, List<HeaderName> names) {
        var kept = headers;
        for (var name : names) {
            kept = kept.without(name);
        }
        return kept;
    }
}
