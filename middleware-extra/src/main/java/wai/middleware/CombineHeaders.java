package wai.middleware;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.field.Fields;

/// Joins fields of the same name to one, as RFC 9110 §5.3 allows for fields that are lists.
///
/// {@snippet file="wai/middleware/Samples.java" region="combine-headers"}
///
/// For applications and clients that look at the first field of a name only; [Headers#elements] needs no joining. The
/// joined field stands where the first one stood, its elements are separated by `, `, and empty ones are left out. Of
/// `Vary`, `If-None-Match` and `Timing-Allow-Origin` a `*`, of `Alt-Svc` a `clear` says everything and remains alone.
/// Fields that are no lists stay as they are, `Set-Cookie` and `Cookie` too.
public final class CombineHeaders {
    /// The fields that are joined unless others are given: lists by their definition.
    public static final Set<HeaderName> LISTS = Stream.of(
                    "Accept",
                    "Accept-CH",
                    "Accept-Charset",
                    "Accept-Encoding",
                    "Accept-Language",
                    "Accept-Patch",
                    "Accept-Post",
                    "Accept-Ranges",
                    "Access-Control-Allow-Headers",
                    "Access-Control-Allow-Methods",
                    "Access-Control-Expose-Headers",
                    "Access-Control-Request-Headers",
                    "Allow",
                    "Alt-Svc",
                    "Cache-Control",
                    "Clear-Site-Data",
                    "Connection",
                    "Content-Encoding",
                    "Content-Language",
                    "Expect",
                    "Forwarded",
                    "If-Match",
                    "If-None-Match",
                    "Link",
                    "Pragma",
                    "TE",
                    "Timing-Allow-Origin",
                    "Trailer",
                    "Upgrade",
                    "Vary",
                    "Via",
                    "X-Forwarded-For")
            .map(HeaderName::of)
            .collect(Collectors.toUnmodifiableSet());

    /// An element beside which the others mean nothing.
    private static final Map<HeaderName, String> ALONE = Map.of(
            HeaderName.VARY,
            "*",
            HeaderName.IF_NONE_MATCH,
            "*",
            HeaderName.of("Timing-Allow-Origin"),
            "*",
            HeaderName.ALT_SVC,
            "clear");

    private CombineHeaders() {}

    /// Joins the [#LISTS] of every request.
    ///
    /// @return the middleware
    public static Middleware ofRequests() {
        return ofRequests(LISTS);
    }

    /// Joins some fields of every request.
    ///
    /// @param names their names; each must be a list by its definition
    /// @return the middleware
    public static Middleware ofRequests(Set<HeaderName> names) {
        var lists = Set.copyOf(names);
        return Middleware.onRequest(request -> {
            var combined = combined(request.headers(), lists);
            return combined.equals(request.headers()) ? request : request.withHeaders(combined);
        });
    }

    /// Joins the [#LISTS] of every response.
    ///
    /// @return the middleware
    public static Middleware ofResponses() {
        return ofResponses(LISTS);
    }

    /// Joins some fields of every response, of the head and the fallback of a raw one.
    ///
    /// @param names their names; each must be a list by its definition
    /// @return the middleware
    public static Middleware ofResponses(Set<HeaderName> names) {
        var lists = Set.copyOf(names);
        return Middleware.onResponse(response -> Fields.edited(response, headers -> combined(headers, lists)));
    }

    private static Headers combined(Headers headers, Set<HeaderName> lists) {
        var combined = headers;
        for (int i = 0; i < headers.size(); i++) {
            var name = headers.name(i);
            if (lists.contains(name) && combined.all(name).size() > 1) {
                combined = combined.with(name, joined(combined, name));
            }
        }
        return combined;
    }

    private static String joined(Headers headers, HeaderName name) {
        var elements = headers.elements(name);
        var alone = ALONE.get(name);
        return alone != null && elements.contains(alone) ? alone : String.join(", ", elements);
    }
}
