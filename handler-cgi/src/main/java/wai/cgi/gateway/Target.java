package wai.cgi.gateway;

import java.util.List;
import java.util.Optional;
import wai.PathSegments;
import wai.Status;

/// The target of a request as the client sent it, and what of its path is the application's.
///
/// Web servers differ in what they say of a request for `/app/a%20b`, when the application is at `/app`:
///
/// ```text
///                               REQUEST_URI   SCRIPT_NAME   PATH_INFO
///   Apache CGI, lighttpd        /app/a%20b    /app          /a b
///   Apache proxy (SCGI, FCGI)   /app/a%20b    /app/a b      -
///   nginx                       /app/a%20b    what the configuration says, mostly /app/a b or nothing
/// ```
///
/// The raw target is always `REQUEST_URI`, which no RFC asks for and all of them send; without it the target is encoded
/// again. The mount is the part of the raw path whose decoded form is `SCRIPT_NAME`, unless the settings name it.
///
/// @param raw path and query, percent-encoded
/// @param segments the decoded segments of the path behind the mount
record Target(String raw, List<String> segments) {
    /// What a path may have beside letters and digits (RFC 3986 §3.3).
    private static final String KEPT = "-._~!$&'()*+,;=:@/";

    /// @param mount the mount of the settings: a raw path without `/` at its end; empty to look for it
    /// @param scriptNameCounts whether a `SCRIPT_NAME` that is the whole path is the mount: true where the protocol
    ///     demands the variable (CGI), false where servers put the whole path there for want of anything better
    static Target of(Variables variables, Optional<String> mount, boolean scriptNameCounts) throws GatewayFault {
        var raw = raw(variables);
        int mark = raw.indexOf('?');
        var path = mark < 0 ? raw : raw.substring(0, mark);
        if (mount.isPresent()) {
            return new Target(raw, PathSegments.decode(behind(mount.get(), path)));
        }
        int end = mountEnd(path, variables, scriptNameCounts);
        return new Target(raw, PathSegments.decode(path.substring(end)));
    }

    private static String behind(String mount, String path) throws GatewayFault {
        boolean below =
                path.startsWith(mount) && (path.length() == mount.length() || path.charAt(mount.length()) == '/');
        if (!below && !mount.isEmpty()) {
            throw new GatewayFault(Status.NOT_FOUND, "nothing is at " + path + ": the application is below " + mount);
        }
        return path.substring(mount.length());
    }

    private static String raw(Variables variables) {
        var uri = variables.get("REQUEST_URI");
        if (uri.isEmpty()) {
            var path = encoded(variables.get("SCRIPT_NAME") + variables.get("PATH_INFO"));
            return (path.startsWith("/") ? path : "/" + path)
                    + (variables.has("QUERY_STRING") ? "?" + variables.get("QUERY_STRING") : "");
        }
        return originForm(uri);
    }

    /// Path and query of an absolute target (RFC 9112 §3.2.2), which proxies send and web servers pass on.
    private static String originForm(String uri) {
        int from = startsWith(uri, "http://") ? 7 : startsWith(uri, "https://") ? 8 : -1;
        if (from < 0) {
            return uri.startsWith("?") ? "/" + uri : uri; // what nginx leaves of http://host?query
        }
        for (int i = from; i < uri.length(); i++) {
            switch (uri.charAt(i)) {
                case '/' -> {
                    return uri.substring(i);
                }
                case '?' -> {
                    return "/" + uri.substring(i);
                }
                default -> {} // of the authority
            }
        }
        return "/";
    }

    private static boolean startsWith(String text, String scheme) {
        return text.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    /// Where the part of the raw path ends that `SCRIPT_NAME` stands for; 0 when it stands for none.
    private static int mountEnd(String path, Variables variables, boolean scriptNameCounts) {
        var script = variables.get("SCRIPT_NAME");
        int end = decodedPrefix(path, script.endsWith("/") ? script.substring(0, script.length() - 1) : script);
        boolean isWhole = end == path.length();
        if (isWhole && variables.has("PATH_INFO")) {
            return 0; // the rest is in PATH_INFO, and there is none
        }
        return isWhole && !scriptNameCounts ? 0 : end;
    }

    /// Where the part of a raw path ends that is `prefix` when it is decoded; 0 when there is no such part. Slashes
    /// that the server merged into one count as one.
    private static int decodedPrefix(String path, String prefix) {
        int at = 0;
        int matched = 0;
        while (matched < prefix.length()) {
            if (at == path.length()) {
                return 0;
            }
            boolean isEncoded = isEncoded(path, at);
            int c = isEncoded ? Integer.parseInt(path, at + 1, at + 3, 16) : path.charAt(at);
            if (c == prefix.charAt(matched)) {
                matched++;
            } else if (c != '/' || matched == 0 || prefix.charAt(matched - 1) != '/') {
                return 0;
            }
            at += isEncoded ? 3 : 1;
        }
        return at == path.length() || path.charAt(at) == '/' ? at : 0;
    }

    private static boolean isEncoded(String path, int at) {
        return path.charAt(at) == '%'
                && at + 2 < path.length()
                && Character.digit(path.charAt(at + 1), 16) >= 0
                && Character.digit(path.charAt(at + 2), 16) >= 0;
    }

    /// Percent-encodes a path of one character per byte.
    private static String encoded(String path) {
        var text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (kept || KEPT.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append("%%%02X".formatted((int) c));
            }
        }
        return text.toString();
    }
}
