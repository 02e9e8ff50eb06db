package wai.routing;

import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.field.Authority;

/// Responses that send the client elsewhere.
///
/// {@snippet file="wai/routing/Samples.java" region="redirect"}
///
/// **Where to** is often said by the client: a page to return to after login. Whoever believes that sends people to any
/// site that a link names. [#localOr] lets only paths of this site through.
public final class Redirect {
    private Redirect() {}

    /// For good, method and body kept (308): a resource has another URI.
    ///
    /// @param location a URI or a path, percent-encoded
    /// @return the response
    /// @throws IllegalArgumentException when the location has other characters than visible ASCII
    public static Response permanently(String location) {
        return to(Status.PERMANENT_REDIRECT, location);
    }

    /// For this time, method and body kept (307).
    ///
    /// @param location a URI or a path, percent-encoded
    /// @return the response
    /// @throws IllegalArgumentException when the location has other characters than visible ASCII
    public static Response temporarily(String location) {
        return to(Status.TEMPORARY_REDIRECT, location);
    }

    /// To a page to GET (303), in most cases after a POST.
    ///
    /// @param location a URI or a path, percent-encoded
    /// @return the response
    /// @throws IllegalArgumentException when the location has other characters than visible ASCII
    public static Response seeOther(String location) {
        return to(Status.SEE_OTHER, location);
    }

    /// A location that came from outside, if it is one of this site; else another one.
    ///
    /// Of this site is a path with an optional query and fragment: it begins with one slash and has visible ASCII
    /// characters only, no backslash among them. So it has no scheme and no host, also not for browsers, which take
    /// `/\a.example` for `//a.example` and leave out tabs and line ends.
    ///
    /// @param wanted the location that was asked for
    /// @param otherwise what to answer when it leads elsewhere
    /// @return one of the two
    public static String localOr(String wanted, String otherwise) {
        boolean path = wanted.startsWith("/") && !wanted.startsWith("//");
        return path && isVisible(wanted) && wanted.indexOf('\\') < 0 ? wanted : otherwise;
    }

    /// The same resource under another scheme or host, for good. GET and HEAD get 301, which every client knows; the
    /// others 308, which keeps their method.
    static Response moved(Request request, String scheme, Authority authority) {
        return moved(request, scheme + "://" + authority + request.rawPath() + request.rawQuery());
    }

    static Response moved(Request request, String location) {
        boolean safe = request.method().equals("GET") || request.method().equals("HEAD");
        return to(safe ? Status.MOVED_PERMANENTLY : Status.PERMANENT_REDIRECT, location);
    }

    /// Whether the target is a path, which alone can be asked for elsewhere; not `*`, nor the authority of CONNECT.
    static boolean isPath(Request request) {
        return request.rawPath().startsWith("/") && !request.method().equals("CONNECT");
    }

    private static Response to(Status status, String location) {
        if (location.isEmpty() || !isVisible(location)) {
            throw new IllegalArgumentException(
                    "location \"" + location + "\": expected a URI reference in visible ASCII (RFC 9110 §10.2.2)");
        }
        return Response.of(
                status,
                Headers.of(HeaderName.LOCATION, location, HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8"),
                Bytes.utf8("See " + location + "\n"));
    }

    private static boolean isVisible(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
